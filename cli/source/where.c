/* where.c: see where.h. Units are asked one by one: an index of addresses is not there with every
 * compiler. */
#include "cli/source/where.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void name_function(struct where *w, Dwarf_Die *unit, Dwarf_Addr address)
{
    Dwarf_Die die;
    if (dwarf_child(unit, &die) != 0) return;
    do {
        if (dwarf_tag(&die) != DW_TAG_subprogram || dwarf_haspc(&die, address) != 1) continue;
        const char *name = dwarf_diename(&die);
        if (name) snprintf(w->function, sizeof w->function, "%s", name);
        return;
    } while (dwarf_siblingof(&die, &die) == 0);
}

static bool find_in(struct where *w, Dwarf_Die *unit, Dwarf_Addr address)
{
    if (dwarf_haspc(unit, address) != 1) return false;
    Dwarf_Line *line = dwarf_getsrc_die(unit, address);
    const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
    if (!file || dwarf_lineno(line, &w->line) != 0) return false;
    const char *slash = strrchr(file, '/');
    snprintf(w->file, sizeof w->file, "%s", slash ? slash + 1 : file);
    name_function(w, unit, address);
    return true;
}

static bool find(struct where *w, Dwarf *debug, Dwarf_Addr address)
{
    Dwarf_Off at = 0, next;
    size_t header;
    for (; dwarf_nextcu(debug, at, &next, &header, NULL, NULL, NULL) == 0; at = next) {
        Dwarf_Die unit;
        if (dwarf_offdie(debug, at + header, &unit) && find_in(w, &unit, address)) return true;
    }
    return false;
}

bool where_find(struct where *w, const char *library, const uint64_t *address, size_t n)
{
    *w = (struct where){.line = 0};
    int fd = open(library, O_RDONLY | O_CLOEXEC);
    Dwarf *debug = fd < 0 ? NULL : dwarf_begin(fd, DWARF_C_READ);
    bool found = false;
    for (size_t i = 0; debug && !found && i < n; i++)
        found = find(w, debug, address[i] - (i > 0));
    if (debug) dwarf_end(debug);
    if (fd >= 0) close(fd);
    return found;
}
