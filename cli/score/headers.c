/* headers.c: see headers.h. What they declare is what brkview-own exports
 * (allocator/target/own_memlib.h), and what the labs' own headers promise of mm.c. */
#include "cli/score/headers.h"

#include <stdio.h>
#include <sys/stat.h>

static const char memlib[] = "#ifndef BRKVIEW_MEMLIB_H\n"
                             "#define BRKVIEW_MEMLIB_H\n"
                             "#include <stddef.h>\n"
                             "#include <stdint.h>\n"
                             "#include <unistd.h>\n"
                             "#include \"config.h\"\n"
                             "void mem_init(void);\n"
                             "void mem_deinit(void);\n"
                             "void mem_reset_brk(void);\n"
                             "void *mem_sbrk(intptr_t bytes);\n"
                             "void *mem_heap_lo(void);\n"
                             "void *mem_heap_hi(void);\n"
                             "size_t mem_heapsize(void);\n"
                             "size_t mem_pagesize(void);\n"
                             "void *mem_memcpy(void *to, const void *from, size_t n);\n"
                             "void *mem_memset(void *to, int c, size_t n);\n"
                             "uint64_t mem_read(const void *from, size_t n);\n"
                             "void mem_write(void *to, uint64_t value, size_t n);\n"
                             "void hprobe(void *p, int offset, size_t count);\n"
                             "void *mem_map(size_t bytes);\n"
                             "void mem_unmap(void *p, size_t bytes);\n"
                             "int mem_is_mapped(void *p, size_t bytes);\n"
                             "void mem_reset(void);\n"
                             "void *mm_memcpy(void *to, const void *from, size_t n);\n"
                             "void *mm_memset(void *to, int c, size_t n);\n"
                             "void *mm_sbrk(intptr_t bytes);\n"
                             "void *mm_heap_lo(void);\n"
                             "void *mm_heap_hi(void);\n"
                             "size_t mm_heapsize(void);\n"
                             "size_t mm_pagesize(void);\n"
                             "#endif\n";

/* mm.c of some labs defines what others only declare, and each with types of its own: what it
 * returns and takes is left to it. */
static const char mm[] = "#ifndef BRKVIEW_MM_H\n"
                         "#define BRKVIEW_MM_H\n"
                         "#include <stdbool.h>\n"
                         "#include <stddef.h>\n"
                         "#include <stdint.h>\n"
                         "#include <stdio.h>\n"
                         "extern void *mm_malloc(size_t size);\n"
                         "extern void mm_free(void *p);\n"
                         "extern void *mm_realloc(void *p, size_t size);\n"
                         "extern void *mm_calloc(size_t n, size_t size);\n"
                         "typedef struct {\n"
                         "    char *teamname, *name1, *id1, *name2, *id2;\n"
                         "} team_t;\n"
                         "extern team_t team;\n"
                         "#endif\n";

static const char config[] = "#ifndef BRKVIEW_CONFIG_H\n"
                             "#define BRKVIEW_CONFIG_H\n"
                             "#ifndef ALIGNMENT\n"
                             "#define ALIGNMENT 8\n"
                             "#endif\n"
                             "#ifndef MAX_HEAP\n"
                             "#define MAX_HEAP (20 * (1 << 20))\n"
                             "#endif\n"
                             "#ifndef MAX_HEAP_SIZE\n"
                             "#define MAX_HEAP_SIZE MAX_HEAP\n"
                             "#endif\n"
                             "#endif\n";

static const char contracts[] = "#ifndef BRKVIEW_CONTRACTS_H\n"
                                "#define BRKVIEW_CONTRACTS_H\n"
                                "#include <assert.h>\n"
                                "#define ASSERT(condition) assert(condition)\n"
                                "#define REQUIRES(condition) assert(condition)\n"
                                "#define ENSURES(condition) assert(condition)\n"
                                "#endif\n";

/* CS107's. */
static const char allocator[] = "#ifndef BRKVIEW_ALLOCATOR_H\n"
                                "#define BRKVIEW_ALLOCATOR_H\n"
                                "#include <stdbool.h>\n"
                                "#include <stddef.h>\n"
                                "#define ALIGNMENT 8\n"
                                "#define MAX_REQUEST_SIZE (1 << 30)\n"
                                "bool myinit(void *start, size_t bytes);\n"
                                "void *mymalloc(size_t size);\n"
                                "void *myrealloc(void *p, size_t size);\n"
                                "void myfree(void *p);\n"
                                "bool validate_heap(void);\n"
                                "#endif\n";

static const char breakpoint[] = "#define breakpoint() ((void)0)\n";

/* xv6's. */
static const char types[] = "typedef unsigned int uint;\n"
                            "typedef unsigned short ushort;\n"
                            "typedef unsigned char uchar;\n"
                            "typedef unsigned char uint8;\n"
                            "typedef unsigned short uint16;\n"
                            "typedef unsigned int uint32;\n"
                            "typedef unsigned long uint64;\n";

static const char user[] = "#include <stdio.h>\n"
                           "#include <stdlib.h>\n"
                           "#include <string.h>\n"
                           "char *sbrk(int bytes);\n";

static const char ummalloc[] = "int mm_init(void);\n"
                               "void *mm_malloc(uint size);\n"
                               "void mm_free(void *p);\n"
                               "void *mm_realloc(void *p, uint size);\n";

/* allocator/format/brkview.h, line by line. */
static const char brkview[] =
#include "brkview_h.inc"
    ;

static const char nothing[] = "/* nothing of it is needed */\n";

static const struct {
    const char *name, *text;
} headers[] = {
    {"memlib.h", memlib},       {"mm.h", mm},
    {"config.h", config},       {"contracts.h", contracts},
    {"fsecs.h", nothing},       {"fcyc.h", nothing},
    {"clock.h", nothing},       {"ftimer.h", nothing},
    {"allocator.h", allocator}, {"debug_break.h", breakpoint},
    {"kernel/types.h", types},  {"user/user.h", user},
    {"ummalloc.h", ummalloc},   {"brkview.h", brkview},
};
enum { N_HEADERS = sizeof headers / sizeof headers[0] };

const char *const headers_folders[] = {"kernel", "user", NULL};

bool headers_write(const char *folder)
{
    for (size_t i = 0; headers_folders[i]; i++) {
        char path[4096];
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, headers_folders[i]) >=
                sizeof path ||
            mkdir(path, 0700) != 0)
            return false;
    }
    for (size_t i = 0; i < N_HEADERS; i++) {
        char path[4096];
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, headers[i].name) >= sizeof path)
            return false;
        FILE *to = fopen(path, "we");
        if (!to) return false;
        bool ok = fputs(headers[i].text, to) != EOF;
        if (fclose(to) != 0 || !ok) return false;
    }
    return true;
}
