/* test_segments.c: the segments agree with /proc/PID/maps and with the symbols in the target's
 * file; addresses are the same in every run, unless they are to differ or the system refuses. */
#include <elf.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/proc.h"
#include "cli/source/segments.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"
#include "tests/support/try.h"

/* ── The target's file ── */

static const unsigned char *elf;

static void elf_open(void)
{
    char path[64];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d/exe", (int)try_lab.shown.session.target.pid);
    FILE *file = fopen(path, "r");
    assert_true(file && fstat(fileno(file), &st) == 0);
    elf = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fileno(file), 0);
    assert_true(elf != MAP_FAILED);
    fclose(file);
}

/* By the section headers of an ELF64 file (System V ABI, generic, chapter 4). */
static const Elf64_Shdr *section(const char *name)
{
    const Elf64_Ehdr *head = (const Elf64_Ehdr *)elf;
    const Elf64_Shdr *section = (const Elf64_Shdr *)(elf + head->e_shoff);
    const char *names = (const char *)(elf + section[head->e_shstrndx].sh_offset);
    for (int i = 0; i < head->e_shnum; i++)
        if (strcmp(names + section[i].sh_name, name) == 0) return &section[i];
    fail_msg("no section %s", name);
    return NULL;
}

/* The first mapping whose line holds both: its start and end. */
static void mapping(const char *perms, const char *name, uint64_t *start, uint64_t *end)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)try_lab.shown.session.target.pid);
    FILE *maps = fopen(path, "r");
    bool found = false;
    while (!found && fgets(line, sizeof line, maps))
        found = strstr(line, perms) && strstr(line, name) &&
                sscanf(line, "%" SCNx64 "-%" SCNx64, start, end) == 2;
    fclose(maps);
    if (!found) fail_msg("no mapping %s %s", perms, name);
}

static const struct snapshot_segment *segment(const char *name)
{
    const struct snapshot *s = try_lab.shown.session.snapshot;
    for (size_t i = 0; i < snapshot_n_segments(s); i++)
        if (strcmp(snapshot_segment(s, i)->name, name) == 0) return snapshot_segment(s, i);
    fail_msg("no segment %s", name);
    return NULL;
}

static void they_agree_with_maps_and_symbols(void **unused)
{
    (void)unused;
    uint64_t start, end, previous = 0;
    try_open(HEAP_HEADER);
    elf_open();
    for (int i = 0; i < 3; i++) {
        try_ok("alloc 5000");
        try_ok("segments");
        assert_true(segment("text")->start <= section(".init")->sh_addr &&
                    segment("text")->start <= section(".text")->sh_addr);
        assert_true(segment("text")->end >= section(".text")->sh_addr + section(".text")->sh_size);
        mapping("r-xp", "brkview-target", &start, &end);
        assert_true(segment("text")->start >= start && segment("text")->end <= end);
        assert_int_equal(segment("data")->start, section(".data")->sh_addr);
        assert_int_equal(segment("data")->end,
                         section(".data")->sh_addr + section(".data")->sh_size);
        assert_int_equal(segment("bss")->start, section(".bss")->sh_addr);
        assert_int_equal(segment("bss")->end - segment("bss")->start, section(".bss")->sh_size);
        assert_int_equal(segment("rodata")->start, section(".rodata")->sh_addr);
        mapping("rw-p", "brkview-target", &start, &end);
        assert_true(segment("data")->start >= start && segment("data")->end <= end);
        mapping("rw-p", "[heap]", &start, &end);
        assert_true(segment("heap")->start == start &&
                    segment("heap")->end == try_lab.shown.session.target.brk);
        assert_true(segment("heap")->end <= end && end - segment("heap")->end < 4096);
        mapping("rw-p", "[stack]", &start, &end);
        assert_true(segment("stack")->start == start && segment("stack")->end == end);
        assert_true(segment("text")->end <= segment("data")->start &&
                    segment("bss")->end <= segment("heap")->start);
        assert_true(segment("headers")->end <= segment("text")->start &&
                    segment("rodata")->start >= segment("text")->end);
    }
    for (size_t i = 0; i < snapshot_n_segments(try_lab.shown.session.snapshot);
         i++) { /* in order of address, one behind the other */
        assert_true(snapshot_segment(try_lab.shown.session.snapshot, i)->start >= previous);
        previous = snapshot_segment(try_lab.shown.session.snapshot, i)->end;
    }
    assert_string_equal(try_lab.shown.session.unseen, "");
    json_t *j = try_json();
    assert_int_equal(json_integer_value(json_object_get(j, "pid")),
                     try_lab.shown.session.target.pid);
    assert_int_equal(json_array_size(json_object_get(j, "segments")),
                     snapshot_n_segments(try_lab.shown.session.snapshot));
    assert_true(json_is_string(
        json_object_get(json_array_get(json_object_get(j, "segments"), 0), "start")));
    json_decref(j);
    try_close();
}

/* ── A /proc that is not to be believed ── */

/* A folder that looks like /proc: self leads to process self, and stranger has a map. */
static char false_proc[SCRATCH_PATH];
static void make_proc(const char *self, const char *stranger)
{
    char path[SCRATCH_PATH + 32];
    strcpy(false_proc, scratch_path("proc"));
    assert_int_equal(mkdir(false_proc, 0700), 0);
    snprintf(path, sizeof path, "%s/self", false_proc);
    if (self) assert_int_equal(symlink(self, path), 0);
    if (!stranger) return;
    snprintf(path, sizeof path, "%s/%s", false_proc, stranger);
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/maps");
    FILE *maps = fopen(path, "w");
    fputs("7f0000000000-7f0000001000 r-xp 00000000 00:00 0  "
          "/usr/lib/strange.so\n7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 "
          " [stack]\n",
          maps);
    fclose(maps);
}

static void remove_proc(const char *stranger)
{
    char path[SCRATCH_PATH + 32];
    snprintf(path, sizeof path, "%s/self", false_proc);
    unlink(path);
    if (stranger) {
        snprintf(path, sizeof path, "%s/%s/maps", false_proc, stranger);
        unlink(path);
        *strrchr(path, '/') = '\0';
        rmdir(path);
    }
    assert_int_equal(rmdir(false_proc), 0);
}

static const struct layout some_layout = {
    .part = {{SEGMENT_TEXT, 0x401000, 0x402000}, {SEGMENT_DATA, 0x403000, 0x403010}}, .n = 2};
static const struct segment_marks some_marks = {
    .end = 0x404000, .heap_start = 0x405000, .brk = 0x405060};

static void read_from(struct segments *s, pid_t pid)
{
    segments_read(s, false_proc, pid, &some_layout, &some_marks);
}

static void its_own_parts_alone(const struct segments *s, const char *why)
{
    static const char *const names[] = {"text", "data", "heap"};
    assert_int_equal(s->n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(s->segment[i].name, names[i]);
    if (!strstr(s->unseen, "stack and libraries can't be told: ") || !strstr(s->unseen, why))
        fail_msg("it says \"%s\"", s->unseen);
}

static void a_strangers_segments_are_not_ours(void **unused)
{
    (void)unused;
    struct segments s;
    char self[32];
    make_proc("4711", "12"); /* of another pid namespace: 12 is a stranger there */
    read_from(&s, 12);
    its_own_parts_alone(
        &s, "belongs to another pid namespace: it knows this brkview as process 4711, not ");
    remove_proc("12");
    make_proc(NULL, "12"); /* of one that we are not in at all, or none */
    read_from(&s, 12);
    its_own_parts_alone(&s, "/self can't be read: No such file or directory");
    remove_proc("12");
    snprintf(self, sizeof self, "%d", (int)getpid());
    make_proc(self, "12");
    read_from(&s, 13);
    its_own_parts_alone(&s, "/13/maps: No such file or directory");
    read_from(&s, 12); /* and one that may be believed */
    assert_string_equal(s.unseen, "");
    assert_int_equal(s.n, 5);
    assert_string_equal(s.segment[3].name, "strange.so");
    assert_int_equal(s.segment[4].kind, SEGMENT_STACK);
    remove_proc("12");
}

static void no_layout_is_said(void **unused)
{
    (void)unused;
    struct segments s;
    struct layout none;
    assert_false(layout_read(&none, "/nonexistent/target"));
    assert_false(layout_read(&none, "/etc/passwd"));
    assert_false(layout_read(
        &none, "/proc/self/exe")); /* position-independent: its file does not know where it lies */
    try_open(HEAP_HEADER); /* of this process a sanitizer has more mappings than fit, which is said
                              first */
    segments_read(&s, PROC_PATH, try_lab.shown.session.target.pid, &none, &some_marks);
    try_close();
    assert_true(s.n > 1);
    if (!strstr(s.unseen, "text, data and bss can't be told")) fail_msg("it says \"%s\"", s.unseen);
}

/* ── The same in every run ── */

/* The lines without the process's number. */
static void run_segments(struct program *p, void (*before)(void), const char *option)
{
    program_run(p, NULL, before,
                (const char *const[]){"--plain", "-e", "alloc 64; segments", option, NULL});
    assert_int_equal(p->status, 0);
    char *pid = strstr(p->out, "process ");
    assert_non_null(pid);
    for (pid += 8; *pid >= '0' && *pid <= '9'; pid++)
        *pid = '-';
}

static const char *row(const struct program *p, const char *name)
{
    static char rows[4][160];
    static unsigned at;
    char *text = rows[at++ % 4], start[64];
    snprintf(start, sizeof start, "\n%s ", name);
    const char *found = strstr(p->out, start);
    if (!found) fail_msg("no row %s", name);
    snprintf(text, sizeof rows[0], "%.*s", (int)strcspn(found + 1, "\n"), found + 1);
    return text;
}

static void two_runs_are_the_same(void **unused)
{
    (void)unused;
    struct program a, b;
    run_segments(&a, NULL, NULL);
    run_segments(&b, NULL, NULL);
    char *libraries = strstr(a.out, "process"), *others = strstr(b.out, "process");
    libraries += strspn(libraries, "process -"), others += strspn(others, "process -");
    assert_string_equal(libraries, others);
    assert_string_equal(a.err, "");
    program_release(&a);
    program_release(&b);
}

static void aslr_moves_heap_and_stack(void **unused)
{
    (void)unused;
    struct program a, b;
    run_segments(&a, NULL, "--aslr");
    run_segments(&b, NULL, "--aslr");
    assert_string_equal(row(&a, "text"), row(&b, "text"));
    assert_string_equal(row(&a, "bss"), row(&b, "bss"));
    assert_string_not_equal(row(&a, "heap"), row(&b, "heap"));
    assert_string_not_equal(row(&a, "stack"), row(&b, "stack"));
    program_says(
        &a,
        "--aslr: heap, stack and libraries lie elsewhere in every run; text, data and bss do not");
    assert_string_equal(a.err, "");
    program_release(&a);
    program_release(&b);
}

static void undo_works_with_random_addresses(void **unused)
{
    (void)unused;
    struct session_setup setup;
    session_setup_defaults(&setup, HEAP_HEADER);
    try_open_with(&setup, true);
    try_ok("repeat 3 alloc 20");
    try_ok("free 2");
    try_ok("undo");
    assert_int_equal(try_stat("used"), 3);
    assert_int_equal(try_stat("heap_bytes"), 192);
    try_ok("blocks");
    try_ok("free 2");
    try_close();
}

/* personality(2) is refused, as many containers do: altogether, or all but asking. */
static bool may_ask;
static void refuse_personality(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_personality, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, may_ask ? 0xffffffff : 1, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(125);
}

/* On a screen of 80 columns each is a row, whatever it is called and wherever it ends. */
static void each_row_fits_the_screen(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    for (int i = 0; i < 2; i++) {
        char *text = strdup(try_ok("segments")->text), *rest = text;
        assert_non_null(strstr(text, "  up, to brk\n"));
        assert_non_null(strstr(text, "  down\n"));
        for (char *row; (row = strsep(&rest, "\n")) != NULL;)
            if (strlen(row) > 79) fail_msg("%zu columns: %s", strlen(row), row);
        free(text);
        try_ok("sbrk +4G");
    }
    try_close();
}

static void a_refusal_is_said_once_and_all_works(void **unused)
{
    struct program p;
    may_ask = *unused != NULL;
    program_run(
        &p, NULL, refuse_personality,
        (const char *const[]){"--json", "-e", "alloc 64; alloc 32; free 2; undo; segments", NULL});
    if (p.status == 125) skip(); /* no seccomp here */
    assert_int_equal(p.status, 0);
    assert_int_equal(program_lines(p.err), 1);
    program_complains(&p,
                      "refused to switch address randomisation off: addresses differ in every run");
    assert_int_equal(program_lines(p.out), 5);
    program_says(&p, "\"randomised\":true");
    program_release(&p);
    program_run(&p, NULL, refuse_personality,
                (const char *const[]){"--plain", "-e", "segments", NULL});
    program_says(&p, "the system refused to switch address randomisation off");
    program_release(&p);
    program_run(&p, NULL, refuse_personality,
                (const char *const[]){"--aslr", "-e", "alloc 64", NULL});
    assert_string_equal(p.err, ""); /* it was asked for */
    program_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_agree_with_maps_and_symbols),
        cmocka_unit_test(a_strangers_segments_are_not_ours),
        cmocka_unit_test(no_layout_is_said),
        cmocka_unit_test(each_row_fits_the_screen),
        cmocka_unit_test(two_runs_are_the_same),
        cmocka_unit_test(aslr_moves_heap_and_stack),
        cmocka_unit_test(undo_works_with_random_addresses),
        cmocka_unit_test(a_refusal_is_said_once_and_all_works),
        cmocka_unit_test_prestate(a_refusal_is_said_once_and_all_works, (void *)(uintptr_t) "ask"),
    };
    return cmocka_run_group_tests_name("segments", tests, NULL, NULL);
}
