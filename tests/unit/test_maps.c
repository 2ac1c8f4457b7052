/* test_maps.c: the list of mappings is read whole, whatever files are called; what can't be true is
 * left out. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/maps.h"
#include "cli/source/proc.h"
#include "cli/source/segments.h"
#include "tests/support/child.h"
#include "tests/support/scratch.h"

static struct maps maps;

static uint64_t place(const void *at) { return (uint64_t)(uintptr_t)at; }

/* ── Of text ── */

/* A folder that looks like /proc, with process 12. */
static void read_text(const char *text)
{
    char path[SCRATCH_PATH + 32];
    snprintf(path, sizeof path, "%s", scratch_path("proc"));
    mkdir(path, 0700);
    strcat(path, "/12");
    mkdir(path, 0700);
    scratch_file("proc/12/maps", text);
    assert_true(maps_read(&maps, scratch_path("proc"), 12));
}

static void a_line_is_taken_apart(void **unused)
{
    (void)unused;
    read_text("400000-401000 r-xp 00002000 fd:01 1234567                 /usr/bin/prog\n"
              "401000-402000 rw-s 00000000 00:00 0 \n"
              "402000-403000 ---p 00000000 00:00 0                          [heap]\n"
              "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0              [stack]\n"
              "7ffd00030000-7ffd00031000 r-xp 00000000 00:00 0              [vdso]\n"
              "7ffd00040000-7ffd00041000 rw-p 00000000 00:00 0              [anon:a name]\n"
              "7ffd00050000-7ffd00051000 r--p 00000000 08:02 99             /tmp/a b (deleted)\n"
              "7ffd00060000-7ffd00061000 rw-s 00000000 00:0f 7              anon_inode:[perf]\n"
              "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0      [vsyscall]\n");
    assert_int_equal(maps.n, 9);
    const struct map *m = maps.map;
    assert_true(m[0].start == 0x400000 && m[0].end == 0x401000 && m[0].offset == 0x2000);
    assert_true(m[0].readable && !m[0].writable && m[0].executable && !m[0].shared);
    assert_int_equal(m[0].inode, 1234567);
    assert_int_equal(m[0].device, makedev(0xfd, 1));
    assert_string_equal(m[0].path, "/usr/bin/prog");
    assert_string_equal(maps_base(&m[0]), "prog");
    assert_false(m[0].program);
    assert_true(m[1].writable && m[1].shared && m[1].kind == MAPS_ANONYMOUS);
    assert_string_equal(m[1].path, "");
    assert_true(!m[2].readable && m[2].kind == MAPS_HEAP);
    assert_int_equal(m[3].kind, MAPS_STACK);
    assert_int_equal(m[4].kind, MAPS_KERNEL);
    assert_int_equal(m[5].kind, MAPS_ANONYMOUS);
    assert_string_equal(maps_base(&m[5]), "[anon:a name]");
    assert_string_equal(m[6].path, "/tmp/a b");
    assert_true(m[6].deleted && !m[0].deleted && m[6].kind == MAPS_FILE);
    assert_int_equal(m[7].kind, MAPS_FILE);
    assert_int_equal(m[8].end, 0xffffffffff601000);
    assert_ptr_equal(maps_at(&maps, 0x400000), &m[0]);
    assert_ptr_equal(maps_at(&maps, 0x400fff), &m[0]);
    assert_ptr_equal(maps_at(&maps, 0x401000), &m[1]);
    assert_null(maps_at(&maps, 0x3fffff));
    assert_null(maps_at(&maps, 0x403000));
    assert_null(maps_at(&maps, UINT64_MAX));
}

static void what_cant_be_true_is_left_out(void **unused)
{
    static const char good[] = "400000-401000 r-xp 00000000 00:00 0 \n";
    static const char *const bad[] = {"",
                                      "\n",
                                      "garbage\n",
                                      "-401000 r-xp 00000000 00:00 0 \n",
                                      "402000 r-xp 00000000 00:00 0 \n",
                                      "402000-402000 r-xp 00000000 00:00 0 \n",
                                      "403000-402000 r-xp 00000000 00:00 0 \n",
                                      "400800-402000 r-xp 00000000 00:00 0 \n",
                                      "402000-403000 r-x 00000000 00:00 0 \n",
                                      "402000-403000 r-xpq 00000000 00:00 0 \n",
                                      "402000-403000 r-xp 0000000g 00:00 0 \n",
                                      "402000-403000 r-xp 00000000 00 0 \n",
                                      "402000-403000 r-xp 00000000 00:00 \n",
                                      "402000-40",
                                      "402000-403000 r-xp",
                                      "111111111111111111111-403000 r-xp 00000000 00:00 0 \n"};
    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s%s", good, bad[i]);
        read_text(text);
        if (maps.n != 1) fail_msg("%zu of \"%s\"", maps.n, bad[i]);
        assert_int_equal(maps.map[0].start, 0x400000);
    }
    read_text("");
    assert_int_equal(maps.n, 0);
    assert_null(maps_at(&maps, 0x400000));
}

static void one_that_cant_be_read_is_empty(void **unused)
{
    (void)unused;
    read_text("400000-401000 r-xp 00000000 00:00 0 \n");
    assert_false(maps_read(&maps, scratch_path("proc"), 13));
    assert_int_equal(errno, ENOENT);
    assert_int_equal(maps.n, 0);
    maps_release(&maps);
    maps_release(&maps);
}

/* ── Of a process ── */

static void sleeper(void *unused)
{
    (void)unused;
    child_ready();
    child_rest();
}

/* Files of hostile names, and more mappings than any buffer holds. */
#define MANY 3000u
static void all_of_a_process_are_read(void **unused)
{
    static const char name[] = "a\nb\x1b[2J\x80\xff \\012 (deleted)";
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    (void)unused;
    char path[SCRATCH_PATH];
    snprintf(path, sizeof path, "%s", scratch_file(name, "some text"));
    int fd = open(path, O_RDONLY);
    char *file = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
    char *gone = mmap(NULL, page, PROT_READ, MAP_SHARED,
                      open(scratch_file("gone", "x"), O_RDONLY | O_CLOEXEC), 0);
    unlink(scratch_path("gone"));
    char *many = mmap(NULL, MANY * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(file != MAP_FAILED && gone != MAP_FAILED && many != MAP_FAILED);
    for (size_t i = 0; i < MANY; i += 2)
        assert_int_equal(mprotect(many + i * page, page, PROT_NONE), 0);
    pid_t pid = child_start(sleeper, NULL);
    assert_true(maps_read(&maps, PROC_PATH, pid));
    struct stat st;
    fstat(fd, &st);
    close(fd);
    const struct map *m = maps_at(&maps, place(file));
    assert_non_null(m);
    assert_true(m->kind == MAPS_FILE && m->shared);
    assert_int_equal(m->inode, st.st_ino);
    for (const char *c = m->path; *c; c++)
        if (*c < ' ' || *c > '~') fail_msg("a byte %d in it", *c);
    assert_non_null(strstr(m->path, "/a\\012b?[2J?? "));
    assert_true(maps_at(&maps, place(gone))->deleted);
    assert_string_equal(maps_base(maps_at(&maps, place(gone))), "gone");
    for (size_t i = 0; i < MANY; i++) {
        m = maps_at(&maps, place(many) + i * page);
        assert_non_null(m);
        assert_int_equal(m->readable, i % 2);
    }
    for (size_t i = 1; i < maps.n; i++)
        assert_true(maps.map[i].start >= maps.map[i - 1].end);
    /* Of more segments than are told, the program's own and libraries are. */
    static struct segments segments;
    static const struct segment_marks marks = {.heap_start = 0x1000, .brk = 0x2000};
    static const struct layout layout = {.part = {{SEGMENT_TEXT, 0x400, 0x500}}, .n = 1};
    segments_of(&segments, &maps, &layout, &marks);
    assert_int_equal(segments.n, SEGMENTS_MAX);
    assert_true(segments.n_left > MANY - SEGMENTS_MAX);
    assert_non_null(strstr(segments.unseen, "segments more than the 512 that are told"));
    bool text = false, heap = false, stack = false, libc = false;
    for (size_t i = 0; i < segments.n; i++) {
        text = text || segments.segment[i].kind == SEGMENT_TEXT;
        heap = heap || segments.segment[i].kind == SEGMENT_HEAP;
        stack = stack || segments.segment[i].kind == SEGMENT_STACK;
        libc = libc || strncmp(segments.segment[i].name, "libc.so", 7) == 0;
    }
    assert_true(text && heap && stack && libc);
    child_end(pid);
    munmap(many, MANY * page);
    munmap(file, page);
    munmap(gone, page);
    maps_release(&maps);
}

/* A process that has ended has none. */
static void a_zombie_has_none(void **unused)
{
    (void)unused;
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    CHILD_AWAIT(child_state(pid) == 'Z');
    assert_true(maps_read(&maps, PROC_PATH, pid));
    assert_int_equal(maps.n, 0);
    child_status(pid);
    maps_release(&maps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_taken_apart),
        cmocka_unit_test(what_cant_be_true_is_left_out),
        cmocka_unit_test(one_that_cant_be_read_is_empty),
        cmocka_unit_test(all_of_a_process_are_read),
        cmocka_unit_test(a_zombie_has_none),
    };
    return cmocka_run_group_tests_name("maps", tests, NULL, NULL);
}
