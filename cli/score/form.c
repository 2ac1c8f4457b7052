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
    "",          "mm_init",       "mm_malloc", "mm_free",       "mm_realloc", "mm_calloc",
    "malloc",    "free",          "realloc",   "myinit",        "mymalloc",   "myfree",
    "myrealloc", "mem_map",       "mem_sbrk",  "mm_sbrk",       "sbrk",       "mm_checkheap",
    "mm_check",  "mm_check_heap", "checkheap", "validate_heap", "mm_blocks",
};
enum symbol {
    NO_SYMBOL,
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
    MYFREE,
    MYREALLOC,
    MEM_MAP,
    MEM_SBRK,
    MM_SBRK,
    SBRK,
    MM_CHECKHEAP,
    MM_CHECK,
    MM_CHECK_HEAP,
    CHECKHEAP,
    VALIDATE_HEAP,
    MM_BLOCKS,
    N_SYMBOLS
};
_Static_assert(sizeof asked / sizeof asked[0] == N_SYMBOLS, "a name for each");

struct symbols {
    bool defines[N_SYMBOLS], needs[N_SYMBOLS];
    bool m32; /* the library is one of 32 bits */
};

static void take_symbol(struct symbols *s, const char *name, const GElf_Sym *symbol)
{
    for (int i = NO_SYMBOL + 1; name && i < N_SYMBOLS; i++) {
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
    *s = (struct symbols){.m32 = gelf_getclass(elf) == ELFCLASS32};
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

/* malloc(uint32_t). Where size_t has four bytes, too, the name alone tells. */
static bool takes_four_bytes(Dwarf_Die *function, bool m32)
{
    Dwarf_Die die, type;
    Dwarf_Attribute attribute;
    Dwarf_Word encoding;
    if (dwarf_child(function, &die) != 0 || dwarf_tag(&die) != DW_TAG_formal_parameter ||
        !dwarf_attr_integrate(&die, DW_AT_type, &attribute) ||
        !dwarf_formref_die(&attribute, &type))
        return false;
    const char *name = dwarf_diename(&type);
    if (m32 && (!name || strcmp(name, "uint32_t") != 0)) return false;
    if (dwarf_peel_type(&type, &type) != 0) return false;
    return dwarf_bytesize(&type) == 4 && dwarf_attr(&type, DW_AT_encoding, &attribute) &&
           dwarf_formudata(&attribute, &encoding) == 0 && encoding == DW_ATE_unsigned;
}

/* What is said of the functions that the form is told by. */
struct said {
    enum returns init, check;
    bool malloc_of_four;
};

static void hear(struct said *said, Dwarf_Die *function, const struct form *f)
{
    const char *name = dwarf_diename(function);
    if (!name || dwarf_hasattr(function, DW_AT_declaration)) return;
    if (strcmp(name, f->name[OWN_CALL_INIT]) == 0) said->init = returns_of(function);
    if (strcmp(name, f->name[OWN_CALL_MALLOC]) == 0)
        said->malloc_of_four = takes_four_bytes(function, f->m32);
    if (strcmp(name, f->check) == 0) said->check = returns_of(function);
}

static struct said find_said(int fd, const struct form *f)
{
    Dwarf *debug = dwarf_begin(fd, DWARF_C_READ);
    struct said said = {.init = RETURNS_UNKNOWN};
    Dwarf_Off at = 0, next;
    size_t header;
    for (; debug && dwarf_nextcu(debug, at, &next, &header, NULL, NULL, NULL) == 0; at = next) {
        Dwarf_Die unit, die;
        if (!dwarf_offdie(debug, at + header, &unit) || dwarf_child(&unit, &die) != 0) continue;
        do
            if (dwarf_tag(&die) == DW_TAG_subprogram) hear(&said, &die, f);
        while (dwarf_siblingof(&die, &die) == 0);
    }
    if (debug) dwarf_end(debug);
    return said;
}

/* ── Forms ── */

static const enum symbol names[][OWN_N_CALLS] = {
    {[OWN_CALL_INIT] = MM_INIT,
     [OWN_CALL_MALLOC] = MM_MALLOC,
     [OWN_CALL_REALLOC] = MM_REALLOC,
     [OWN_CALL_FREE] = MM_FREE,
     [OWN_CALL_CALLOC] = MM_CALLOC,
     [OWN_CALL_BLOCKS] = MM_BLOCKS},
    {[OWN_CALL_INIT] = MM_INIT,
     [OWN_CALL_MALLOC] = MALLOC,
     [OWN_CALL_REALLOC] = REALLOC,
     [OWN_CALL_FREE] = FREE,
     [OWN_CALL_CALLOC] = MM_CALLOC,
     [OWN_CALL_BLOCKS] = MM_BLOCKS},
    {[OWN_CALL_INIT] = MYINIT,
     [OWN_CALL_MALLOC] = MYMALLOC,
     [OWN_CALL_REALLOC] = MYREALLOC,
     [OWN_CALL_FREE] = MYFREE},
};
enum { N_NAMES = sizeof names / sizeof names[0] };

static const enum own_call needed[] = {OWN_CALL_INIT, OWN_CALL_MALLOC, OWN_CALL_FREE};
enum { N_NEEDED = sizeof needed / sizeof needed[0] };

static bool complain_missing(const struct symbols *s, char *error, size_t error_bytes)
{
    char missing[128] = "";
    const enum symbol *of = names[s->defines[MYINIT] || s->defines[MYMALLOC] ? N_NAMES - 1 : 0];
    for (size_t i = 0; i < N_NEEDED; i++)
        if (!s->defines[of[needed[i]]])
            snprintf(missing + strlen(missing), sizeof missing - strlen(missing), "%s%s",
                     missing[0] ? ", " : "", asked[of[needed[i]]]);
    return text_complain(error, error_bytes,
                         "it does not define %s; expected %s, %s, %s and perhaps %s, as functions "
                         "that are not static",
                         missing, asked[of[OWN_CALL_INIT]], asked[of[OWN_CALL_MALLOC]],
                         asked[of[OWN_CALL_FREE]], asked[of[OWN_CALL_REALLOC]]);
}

static bool take_names(struct form *f, const struct symbols *s, char *error, size_t error_bytes)
{
    for (size_t k = 0; k < N_NAMES; k++) {
        size_t has = 0;
        for (size_t i = 0; i < N_NEEDED; i++)
            has += s->defines[names[k][needed[i]]];
        if (has < N_NEEDED) continue;
        for (size_t i = 0; i < OWN_N_CALLS; i++)
            snprintf(f->name[i], OWN_NAME, "%s", s->defines[names[k][i]] ? asked[names[k][i]] : "");
        return true;
    }
    return complain_missing(s, error, error_bytes);
}

/* In the order in which they are asked; each condition is "yes", "no" or of no account. */
enum condition { EITHER, YES, NO };
static const struct row {
    const char *about;
    size_t heap_most;
    unsigned align;
    enum own_heap heap;
    enum condition truth; /* what init returns is a bool */
    enum condition segment, pages, own_sbrk, with_calloc, of_four;
} rows[] = {
    {.about = "CS107's form: bool myinit, which is given a segment",
     .heap_most = (size_t)100 << 20,
     .align = 8,
     .heap = OWN_HEAP_SEGMENT,
     .segment = YES},
    {.about = "CS4400's form: pages by mem_map",
     .heap_most = (size_t)100 << 20,
     .align = 16,
     .heap = OWN_HEAP_PAGES,
     .pages = YES},
    {.about = "xv6's form: sbrk, and no memlib",
     .heap_most = (size_t)100 << 20,
     .align = 8,
     .own_sbrk = YES},
    {.about = "CMU's form since 2016: bool mm_init",
     .heap_most = (size_t)100 << 20,
     .align = 16,
     .truth = YES},
    {.about = "CMU's form until 2015: int mm_init, and a calloc",
     .heap_most = (size_t)100 << 20,
     .align = 8,
     .with_calloc = YES},
    {.about = "Boulder's form: int mm_init, mm_malloc(uint32_t)",
     .heap_most = (size_t)400 << 20,
     .align = 8,
     .of_four = YES},
    {.about = "CS:APP's form: int mm_init", .heap_most = (size_t)20 << 20, .align = 8},
};

static bool holds(enum condition c, bool so) { return c == EITHER || (c == YES) == so; }

static void take_row(struct form *f, const struct symbols *s, const struct said *said)
{
    bool own_sbrk = s->needs[SBRK] && !s->needs[MEM_SBRK] && !s->needs[MM_SBRK];
    f->bool_init = said->init == RETURNS_TRUTH;
    f->check_judges = said->check == RETURNS_TRUTH;
    for (const struct row *row = rows; row < rows + sizeof rows / sizeof rows[0]; row++) {
        if (!holds(row->truth, f->bool_init) || !holds(row->pages, s->needs[MEM_MAP]) ||
            !holds(row->segment, strcmp(f->name[OWN_CALL_INIT], "myinit") == 0) ||
            !holds(row->own_sbrk, own_sbrk) || !holds(row->of_four, said->malloc_of_four) ||
            !holds(row->with_calloc, s->defines[MM_CALLOC]))
            continue;
        f->about = row->about;
        f->align = row->align;
        f->heap = row->heap;
        f->heap_most = row->heap_most;
        f->own_sbrk = f->once = row->own_sbrk == YES;
        return;
    }
}

static void take_check(struct form *f, const struct symbols *s)
{
    static const enum symbol checks[] = {MM_CHECKHEAP, MM_CHECK, MM_CHECK_HEAP, CHECKHEAP,
                                         VALIDATE_HEAP};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0] && !f->check[0]; i++)
        if (s->defines[checks[i]]) snprintf(f->check, OWN_NAME, "%s", asked[checks[i]]);
    memcpy(f->name[OWN_CALL_CHECK], f->check, OWN_NAME);
}

static bool find(struct form *f, int fd, char *error, size_t error_bytes)
{
    struct symbols s;
    Elf *elf = elf_version(EV_CURRENT) != EV_NONE ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
    bool read = elf && read_symbols(&s, elf);
    if (elf) elf_end(elf);
    if (!read) return text_complain(error, error_bytes, "what was compiled is no library");
    if (s.defines[MEM_SBRK])
        return text_complain(error, error_bytes,
                             "it defines mem_sbrk itself; expected mm.c without memlib.c, which "
                             "brkview gives");
    f->m32 = s.m32;
    if (!take_names(f, &s, error, error_bytes)) return false;
    take_check(f, &s);
    struct said said = find_said(fd, f);
    const char *init = f->name[OWN_CALL_INIT];
    if (said.init == RETURNS_UNKNOWN)
        return text_complain(error, error_bytes,
                             "nothing says whether %s returns int or bool; expected debug "
                             "information, which -g makes",
                             init);
    if (said.init == RETURNS_NOTHING)
        return text_complain(error, error_bytes,
                             "%s returns nothing; expected int (0 for good) or bool", init);
    take_row(f, &s, &said);
    f->says = said.check == RETURNS_TRUTH    ? OWN_SAYS_TRUTH
              : said.check == RETURNS_NUMBER ? OWN_SAYS_NUMBER
                                             : OWN_SAYS_NOTHING;
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
