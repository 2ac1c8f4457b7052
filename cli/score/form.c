/* form.c: see form.h. The library is a stranger's file: libelf and libdw judge what is in it. */
#include "cli/score/form.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/text/text.h"

/* ── Symbols ── */

/* What is asked for: whether the library defines it as a function, or needs it of others. */
static const char *const asked[] = {
    "mm_init", "mm_malloc", "mm_free",  "mm_realloc", "mm_calloc", "malloc",  "free",
    "realloc", "myinit",    "mymalloc", "mem_map",    "mem_sbrk",  "mm_sbrk", "sbrk",
};
enum symbol {
    MM_INIT,
    MM_MALLOC,
    MM_FREE,
    MM_REALLOC,
    MM_CALLOC,
    MALLOC,
    FREE,
    REALLOC,
    MYINIT,
    MYMALLOC,
    MEM_MAP,
    MEM_SBRK,
    MM_SBRK,
    SBRK,
    N_SYMBOLS
};
_Static_assert(sizeof asked / sizeof asked[0] == N_SYMBOLS, "a name for each");

struct symbols {
    bool defines[N_SYMBOLS], needs[N_SYMBOLS];
};

static void take_symbol(struct symbols *s, const char *name, const GElf_Sym *symbol)
{
    for (int i = 0; name && i < N_SYMBOLS; i++) {
        if (strcmp(name, asked[i]) != 0) continue;
        if (symbol->st_shndx == SHN_UNDEF)
            s->needs[i] = true;
        else if (GELF_ST_TYPE(symbol->st_info) == STT_FUNC)
            s->defines[i] = true;
    }
}

static bool read_symbols(struct symbols *s, Elf *elf)
{
    GElf_Shdr header;
    bool any = false;
    *s = (struct symbols){.defines = {false}};
    for (Elf_Scn *part = NULL; (part = elf_nextscn(elf, part)) != NULL;) {
        if (!gelf_getshdr(part, &header) || header.sh_type != SHT_DYNSYM || !header.sh_entsize)
            continue;
        Elf_Data *data = elf_getdata(part, NULL);
        GElf_Sym symbol;
        any = true;
        for (int i = 0; data && gelf_getsym(data, i, &symbol); i++)
            take_symbol(s, elf_strptr(elf, header.sh_link, symbol.st_name), &symbol);
    }
    return any;
}

/* ── What mm_init returns ── */

enum returns { RETURNS_UNKNOWN, RETURNS_NOTHING, RETURNS_NUMBER, RETURNS_TRUTH };

/* A bool by any of the ways in which C has one. */
static enum returns kind_of_type(Dwarf_Die type)
{
    for (int deep = 0; deep < 16; deep++) {
        Dwarf_Attribute attribute;
        Dwarf_Word encoding;
        const char *name = dwarf_diename(&type);
        int tag = dwarf_tag(&type);
        if (tag == DW_TAG_base_type)
            return dwarf_attr(&type, DW_AT_encoding, &attribute) &&
                           dwarf_formudata(&attribute, &encoding) == 0 && encoding == DW_ATE_boolean
                       ? RETURNS_TRUTH
                       : RETURNS_NUMBER;
        if (tag == DW_TAG_typedef && name && strcmp(name, "bool") == 0) return RETURNS_TRUTH;
        if (tag != DW_TAG_typedef && tag != DW_TAG_const_type) return RETURNS_NUMBER;
        if (!dwarf_attr_integrate(&type, DW_AT_type, &attribute) ||
            !dwarf_formref_die(&attribute, &type))
            return RETURNS_NUMBER;
    }
    return RETURNS_UNKNOWN;
}

static enum returns returns_of(Dwarf_Die *function)
{
    Dwarf_Attribute attribute;
    Dwarf_Die type;
    if (!dwarf_attr_integrate(function, DW_AT_type, &attribute)) return RETURNS_NOTHING;
    return dwarf_formref_die(&attribute, &type) ? kind_of_type(type) : RETURNS_UNKNOWN;
}

static enum returns find_returns(int fd, const char *name)
{
    Dwarf *debug = dwarf_begin(fd, DWARF_C_READ);
    enum returns found = RETURNS_UNKNOWN;
    Dwarf_Off at = 0, next;
    size_t header;
    for (; debug && found == RETURNS_UNKNOWN &&
           dwarf_nextcu(debug, at, &next, &header, NULL, NULL, NULL) == 0;
         at = next) {
        Dwarf_Die unit, die;
        if (!dwarf_offdie(debug, at + header, &unit) || dwarf_child(&unit, &die) != 0) continue;
        do {
            const char *said = dwarf_tag(&die) == DW_TAG_subprogram ? dwarf_diename(&die) : NULL;
            if (said && strcmp(said, name) == 0 && !dwarf_hasattr(&die, DW_AT_declaration))
                found = returns_of(&die);
        } while (found == RETURNS_UNKNOWN && dwarf_siblingof(&die, &die) == 0);
    }
    if (debug) dwarf_end(debug);
    return found;
}

/* ── Forms ── */

/* What is told apart, but is not run. */
static const char *refusal(const struct symbols *s)
{
    if (s->defines[MEM_SBRK])
        return "it defines mem_sbrk itself; expected mm.c without memlib.c, which brkview gives";
    if (s->defines[MYINIT] && s->defines[MYMALLOC])
        return "it has myinit and mymalloc, which share out a segment that they are given "
               "(CS107's form); this form can't be scored yet";
    if (s->needs[MEM_MAP])
        return "it asks for pages by mem_map (CS4400's form); this form can't be scored yet";
    if (s->needs[SBRK] && !s->needs[MEM_SBRK] && !s->needs[MM_SBRK])
        return "it takes its memory by sbrk itself (xv6's form); this form can't be scored yet";
    return NULL;
}

static bool complain_missing(const struct symbols *s, char *error, size_t error_bytes)
{
    char missing[128] = "";
    static const enum symbol with_mm[] = {MM_INIT, MM_MALLOC, MM_FREE};
    for (size_t i = 0; i < sizeof with_mm / sizeof with_mm[0]; i++)
        if (!s->defines[with_mm[i]])
            snprintf(missing + strlen(missing), sizeof missing - strlen(missing), "%s%s",
                     missing[0] ? ", " : "", asked[with_mm[i]]);
    return text_complain(error, error_bytes,
                         "it does not define %s; expected mm_init, mm_malloc, mm_free and perhaps "
                         "mm_realloc, as functions that are not static",
                         missing);
}

static bool take_names(struct form *f, const struct symbols *s, char *error, size_t error_bytes)
{
    bool mm = s->defines[MM_MALLOC] && s->defines[MM_FREE];
    bool plain = !mm && s->defines[MALLOC] && s->defines[FREE];
    if (!s->defines[MM_INIT] || (!mm && !plain)) return complain_missing(s, error, error_bytes);
    bool resizes = s->defines[mm ? MM_REALLOC : REALLOC];
    snprintf(f->name[OWN_CALL_INIT], OWN_NAME, "mm_init");
    snprintf(f->name[OWN_CALL_MALLOC], OWN_NAME, mm ? "mm_malloc" : "malloc");
    snprintf(f->name[OWN_CALL_FREE], OWN_NAME, mm ? "mm_free" : "free");
    snprintf(f->name[OWN_CALL_REALLOC], OWN_NAME, !resizes ? "" : mm ? "mm_realloc" : "realloc");
    snprintf(f->name[OWN_CALL_CALLOC], OWN_NAME, s->defines[MM_CALLOC] ? "mm_calloc" : "");
    return true;
}

static const struct row {
    const char *about;
    size_t heap_most;
    unsigned align;
    bool bool_init, with_calloc;
} rows[] = {
    {"CS:APP's form: int mm_init", (size_t)20 << 20, 8, false, false},
    {"CMU's form until 2015: int mm_init, and a calloc", (size_t)100 << 20, 8, false, true},
    {"CMU's form since 2016: bool mm_init", (size_t)100 << 20, 16, true, false},
    {"CMU's form since 2016: bool mm_init", (size_t)100 << 20, 16, true, true},
};

static void take_row(struct form *f, const struct symbols *s, enum returns returns)
{
    bool truth = returns == RETURNS_TRUTH, with_calloc = s->defines[MM_CALLOC];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].bool_init == truth && rows[i].with_calloc == with_calloc) {
            f->about = rows[i].about;
            f->align = rows[i].align;
            f->heap_most = rows[i].heap_most;
            f->bool_init = truth;
        }
}

static bool find(struct form *f, int fd, char *error, size_t error_bytes)
{
    struct symbols s;
    Elf *elf = elf_version(EV_CURRENT) != EV_NONE ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
    bool read = elf && read_symbols(&s, elf);
    if (elf) elf_end(elf);
    if (!read) return text_complain(error, error_bytes, "what was compiled is no library");
    const char *refused = refusal(&s);
    if (refused) return text_complain(error, error_bytes, "%s", refused);
    if (!take_names(f, &s, error, error_bytes)) return false;
    enum returns returns = find_returns(fd, f->name[OWN_CALL_INIT]);
    if (returns == RETURNS_UNKNOWN)
        return text_complain(error, error_bytes,
                             "nothing says whether mm_init returns int or bool; expected debug "
                             "information, which -g makes");
    if (returns == RETURNS_NOTHING)
        return text_complain(error, error_bytes,
                             "mm_init returns nothing; expected int (0 for good) or bool");
    take_row(f, &s, returns);
    return true;
}

bool form_find(struct form *f, const char *library, char *error, size_t error_bytes)
{
    *f = (struct form){.about = NULL};
    int fd = open(library, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return text_complain(error, error_bytes, "%s", strerror(errno));
    bool ok = find(f, fd, error, error_bytes);
    close(fd);
    return ok;
}
