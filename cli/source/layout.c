/* layout.c: ELF64 headers (System V ABI, generic, chapters 4 and 5). The file is our own, and may
 * be anything all the same. */
#include "cli/source/layout.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADERS_MAX 256u /* of each kind */
#define PAGE_LEAST 4096u
#define NAME_MOST 64u /* of a section that somebody asks for */

struct elf {
    int fd;
    Elf64_Ehdr head;
    Elf64_Phdr *segment;
    Elf64_Shdr *section;
};

static bool read_at(int fd, void *to, size_t bytes, uint64_t offset)
{
    return offset <= INT64_MAX && pread(fd, to, bytes, (off_t)offset) == (ssize_t)bytes;
}

/* A table of n entries of size bytes each; NULL if there is none. */
static void *read_table(int fd, uint64_t offset, size_t n, size_t entry, size_t size)
{
    void *table = n > 0 && n <= HEADERS_MAX && entry == size ? malloc(n * size) : NULL;
    if (table && read_at(fd, table, n * size, offset)) return table;
    free(table);
    return NULL;
}

static bool elf_open(struct elf *e, const char *path)
{
    static const unsigned char magic[] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64};
    *e = (struct elf){.fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (e->fd < 0) return false;
    const int ours = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    if (!read_at(e->fd, &e->head, sizeof e->head, 0) ||
        memcmp(e->head.e_ident, magic, sizeof magic) != 0 || e->head.e_ident[EI_DATA] != ours)
        return false;
    e->segment = read_table(e->fd, e->head.e_phoff, e->head.e_phnum, e->head.e_phentsize,
                            sizeof *e->segment);
    e->section = read_table(e->fd, e->head.e_shoff, e->head.e_shnum, e->head.e_shentsize,
                            sizeof *e->section);
    return e->segment != NULL;
}

static void elf_close(struct elf *e)
{
    if (e->fd >= 0) close(e->fd);
    free(e->segment);
    free(e->section);
}

static const Elf64_Phdr *segment_of(const struct elf *e, uint32_t type)
{
    for (size_t i = 0; i < e->head.e_phnum; i++)
        if (e->segment[i].p_type == type) return &e->segment[i];
    return NULL;
}

static bool covers(const Elf64_Phdr *segment, uint64_t address)
{
    return segment && address >= segment->p_vaddr && address - segment->p_vaddr < segment->p_memsz;
}

/* Into its place by address. */
static void add(struct layout *l, enum segment_kind kind, uint64_t start, uint64_t bytes)
{
    if (bytes == 0 || l->n == LAYOUT_PARTS_MAX || start > UINT64_MAX - bytes) return;
    size_t at = l->n++;
    for (; at > 0 && l->part[at - 1].start > start; at--)
        l->part[at] = l->part[at - 1];
    l->part[at] = (struct layout_part){kind, start, start + bytes};
}

/* Neighbours of one kind become one: of text, .init, .plt and .text. What lies between them is
 * padding. */
static void join(struct layout *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (n > 0 && l->part[n - 1].kind == l->part[i].kind) {
            if (l->part[i].end > l->part[n - 1].end) l->part[n - 1].end = l->part[i].end;
        } else {
            l->part[n++] = l->part[i];
        }
    }
    l->n = n;
}

static enum segment_kind kind_of(const struct elf *e, const Elf64_Shdr *section)
{
    if (section->sh_flags & SHF_EXECINSTR) return SEGMENT_TEXT;
    if (section->sh_flags & SHF_WRITE) {
        if (covers(segment_of(e, PT_GNU_RELRO), section->sh_addr)) return SEGMENT_RELRO;
        return section->sh_type == SHT_NOBITS ? SEGMENT_BSS : SEGMENT_DATA;
    }
    bool loaders =
        section->sh_type != SHT_PROGBITS || covers(segment_of(e, PT_INTERP), section->sh_addr);
    return loaders && section->sh_type < SHT_LOPROC ? SEGMENT_HEADERS : SEGMENT_RODATA;
}

static void add_sections(struct layout *l, const struct elf *e)
{
    for (size_t i = 0; i < e->head.e_shnum; i++) {
        const Elf64_Shdr *section = &e->section[i];
        bool template =
            (section->sh_flags & SHF_TLS) && section->sh_type == SHT_NOBITS; /* of no memory here */
        if ((section->sh_flags & SHF_ALLOC) && !template)
            add(l, kind_of(e, section), section->sh_addr, section->sh_size);
    }
}

/* What a loader sees: less, but it is always there. */
static void add_segments(struct layout *l, const struct elf *e)
{
    const Elf64_Phdr *relro = segment_of(e, PT_GNU_RELRO);
    for (size_t i = 0; i < e->head.e_phnum; i++) {
        const Elf64_Phdr *s = &e->segment[i];
        if (s->p_type != PT_LOAD || s->p_filesz > s->p_memsz) continue;
        if (!(s->p_flags & PF_W)) {
            add(l,
                s->p_flags & PF_X  ? SEGMENT_TEXT
                : s->p_offset == 0 ? SEGMENT_HEADERS
                                   : SEGMENT_RODATA,
                s->p_vaddr, s->p_memsz);
            continue;
        }
        uint64_t first = relro && relro->p_vaddr == s->p_vaddr && relro->p_memsz <= s->p_filesz
                             ? relro->p_memsz
                             : 0;
        add(l, SEGMENT_RELRO, s->p_vaddr, first);
        add(l, SEGMENT_DATA, s->p_vaddr + first, s->p_filesz - first);
        add(l, SEGMENT_BSS, s->p_vaddr + s->p_filesz, s->p_memsz - s->p_filesz);
    }
}

/* The ELF header and its table lie in memory, too, where the segment that holds them does. */
static void add_head(struct layout *l, const struct elf *e)
{
    uint64_t bytes = e->head.e_phoff + e->head.e_phnum * sizeof *e->segment;
    for (size_t i = 0; i < e->head.e_phnum; i++)
        if (e->segment[i].p_type == PT_LOAD && e->segment[i].p_offset == 0 &&
            e->segment[i].p_filesz >= bytes)
            add(l, SEGMENT_HEADERS, e->segment[i].p_vaddr, bytes);
}

/* How far it lies from where its file says, if its entry point is there. */
static bool bias_of(const struct elf *e, uint64_t entry, uint64_t *bias)
{
    *bias = entry - e->head.e_entry;
    if (e->head.e_type == ET_EXEC) return *bias == 0;
    return e->head.e_type == ET_DYN && *bias % PAGE_LEAST == 0;
}

static bool read_with(struct layout *l, const struct elf *e, uint64_t bias)
{
    if (e->section) {
        add_head(l, e);
        add_sections(l, e);
    } else {
        add_segments(l, e);
    }
    join(l);
    l->bias = bias;
    for (size_t i = 0; i < l->n; i++)
        l->part[i].start += bias, l->part[i].end += bias;
    return l->n > 0;
}

bool layout_read(struct layout *l, const char *path)
{
    struct elf e;
    *l = (struct layout){.n = 0};
    bool done = elf_open(&e, path) && e.head.e_type == ET_EXEC && read_with(l, &e, 0);
    elf_close(&e);
    return done;
}

bool layout_read_running(struct layout *l, const char *path, uint64_t entry)
{
    struct elf e;
    uint64_t bias;
    *l = (struct layout){.n = 0};
    bool done = elf_open(&e, path) && bias_of(&e, entry, &bias) && read_with(l, &e, bias);
    elf_close(&e);
    return done;
}

int layout_class(const char *path)
{
    unsigned char ident[EI_CLASS + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    bool is_elf = read_at(fd, ident, sizeof ident, 0) && memcmp(ident, ELFMAG, SELFMAG) == 0;
    close(fd);
    if (!is_elf) return 0;
    return ident[EI_CLASS] == ELFCLASS64 ? 64 : ident[EI_CLASS] == ELFCLASS32 ? 32 : 0;
}

static bool is_named(const struct elf *e, const Elf64_Shdr *table, const Elf64_Shdr *section,
                     const char *const *names)
{
    char name[NAME_MOST] = "";
    if (section->sh_name >= table->sh_size || table->sh_offset > INT64_MAX - table->sh_size)
        return false;
    ssize_t got = pread(e->fd, name, sizeof name - 1, (off_t)(table->sh_offset + section->sh_name));
    for (; got > 0 && *names; names++)
        if (strcmp(name, *names) == 0) return true;
    return false;
}

bool layout_has_section(const char *path, const char *const *names)
{
    struct elf e;
    bool found = false;
    if (elf_open(&e, path) && e.section && e.head.e_shstrndx < e.head.e_shnum)
        for (size_t i = 0; !found && i < e.head.e_shnum; i++)
            found = is_named(&e, &e.section[e.head.e_shstrndx], &e.section[i], names);
    elf_close(&e);
    return found;
}

const char *layout_name(enum segment_kind kind)
{
    static const char *const names[] = {
        [SEGMENT_TEXT] = "text",       [SEGMENT_DATA] = "data",     [SEGMENT_BSS] = "bss",
        [SEGMENT_HEADERS] = "headers", [SEGMENT_RODATA] = "rodata", [SEGMENT_RELRO] = "relro"};
    return kind < sizeof names / sizeof names[0] && names[kind] ? names[kind] : "other";
}
