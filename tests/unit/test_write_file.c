/* test_write_file.c: files that commands write are whole or not there, whatever ends the writing;
 * what stands in the place is respected. And which file a word means, and all that is in it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command/write_file.h"
#include "cli/text/file.h"
#include "tests/support/scratch.h"
#include "tests/support/try.h"

static const char *dir;
static struct outcome *out;

static int enter(void **unused)
{
    (void)unused;
    dir = scratch_folder();
    return chdir(dir);
}

static int leave(void **unused)
{
    (void)unused;
    return chdir("/");
}

static int begin(void **unused)
{
    (void)unused;
    out = outcome_new(1, "");
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    outcome_free(out);
    write_file_nameless = true;
    return 0;
}

/* What is written: text; then what is to happen in the middle of it. */
struct content {
    struct file_content base;
    const char *text;
    int signal;
    bool fails;
};

static bool write_content(struct file_content *self, FILE *to, struct outcome *unused)
{
    struct content *c = (struct content *)self;
    (void)unused;
    fputs(c->text, to);
    fflush(to);
    if (c->signal) raise(c->signal);
    if (c->fails) errno = EIO;
    return !c->fails;
}

static bool writes(const char *path, const char *text)
{
    struct content c = {.base = {write_content}, .text = text};
    return write_file(path, "a test", &c.base, out);
}

static void holds(const char *path, const char *text)
{
    size_t n;
    int fd = open(path, O_RDONLY);
    char *found = fd >= 0 ? file_read(fd, 1000, &n) : NULL;
    close(fd);
    assert_non_null(found);
    assert_string_equal(found, text);
    free(found);
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

/* How many names there are here that begin so. */
static size_t n_names(const char *prefix)
{
    char command[128];
    snprintf(command, sizeof command, "ls -a | grep -c '^%s'", prefix);
    FILE *list = popen(command, "r");
    unsigned n = 0;
    assert_int_equal(fscanf(list, "%u", &n), 1);
    pclose(list);
    return n;
}

static void refused(const char *path, const char *why)
{
    assert_false(writes(path, "new")); /* whatever another command failed of before */
    if (!out->error || !strstr(out->error, why))
        fail_msg("%s: \"%s\", not \"%s\"", path, out->error ? out->error : "", why);
}

static void whole(bool nameless)
{
    write_file_nameless = nameless;
    umask(022);
    assert_true(writes("new", "one\n"));
    holds("new", "one\n");
    assert_int_equal(mode_of("new"), 0644);
    umask(077);
    assert_true(writes("private", "p"));
    assert_int_equal(mode_of("private"), 0600);
    umask(022);
    assert_true(writes("private", "q"));
    holds("private", "q");
    assert_int_equal(mode_of("private"), 0600);
    chmod("new", 0755);
    assert_true(writes("new", "two\n"));
    holds("new", "two\n");
    assert_int_equal(mode_of("new"), 0755);
    assert_int_equal(n_names("new") + n_names("private"), 2);
    unlink("new");
    unlink("private");
}

static void files_are_whole_and_keep_their_mode(void **unused)
{
    (void)unused;
    whole(true);
    whole(false);
}

static void what_is_protected_stays(void **unused)
{
    (void)unused;
    for (int nameless = 0; nameless < 2; nameless++) {
        write_file_nameless = nameless;
        assert_true(writes("kept", "old"));
        chmod("kept", 0444);
        refused("kept",
                "kept is write-protected; expected a file that may be written, or another name");
        holds("kept", "old");
        assert_int_equal(mode_of("kept"), 0444);
        chmod("kept", 0644);

        mkfifo("fifo", 0644);
        refused("fifo", "fifo is not a regular file");
        refused("/dev/null", "/dev/null is not a regular file");
        refused(".", "is not a regular file");
        refused("none/x", "none/x can't be written: No such file or directory");

        struct content fails = {.base = {write_content}, .text = "half", .fails = true};
        assert_false(write_file("kept", "a test", &fails.base, out));
        holds("kept", "old");
        assert_false(write_file("never", "a test", &fails.base, out));
        assert_int_equal(access("never", F_OK), -1);
        assert_int_equal(n_names("kept"), 1);
        assert_int_equal(n_names("never"), 0);
        unlink("kept");
        unlink("fifo");
    }
}

static void links_are_followed(void **unused)
{
    (void)unused;
    for (int nameless = 0; nameless < 2; nameless++) {
        struct stat st;
        write_file_nameless = nameless;
        mkdir("there", 0755);
        assert_true(writes("there/file", "old"));
        assert_int_equal(symlink("there/file", "link"), 0);
        assert_true(writes("link", "new"));
        holds("there/file", "new");
        assert_true(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
        assert_int_equal(n_names("link"), 1);
        unlink("there/file");
        refused("link", "link is a link to a file that is not there: No such file or directory");
        unlink("link");
        assert_int_equal(symlink("loop", "loop"), 0);
        refused("loop",
                "loop is a link to a file that is not there: Too many levels of symbolic links");
        unlink("loop");
        rmdir("there");
    }
}

/* Moved into the place of what stdout writes to, a file would leave the rest of that to nobody. A
 * pipe has no name, and is no link to nowhere. */
static void our_own_output_stays(void **unused)
{
    (void)unused;
    int kept = dup(STDOUT_FILENO), fd = open("own", O_CREAT | O_RDWR, 0644), ends[2];
    fflush(stdout);
    dup2(fd, STDOUT_FILENO);
    assert_false(writes("own", "new"));
    dup2(kept, STDOUT_FILENO);
    assert_string_equal(out->error,
                        "own is where brkview's own output goes; expected another file");
    holds("own", "");
    assert_true(writes("own", "new"));
    unlink("own");
    close(fd);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDOUT_FILENO);
    assert_false(writes("/proc/self/fd/1", "new"));
    dup2(kept, STDOUT_FILENO);
    assert_non_null(strstr(out->error, "/proc/self/fd/1 is not a regular file"));
    close(ends[0]);
    close(ends[1]);
    close(kept);
}

/* Killed in the middle of it: nothing new, and what was there. */
static void ended_by(int number, bool nameless)
{
    pid_t child = fork();
    if (child == 0) {
        struct content c = {.base = {write_content}, .text = "half", .signal = number};
        write_file_nameless = nameless;
        signal(number, SIG_DFL); /* the tests' own handlers are off */
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        write_file("ended", "a test", &c.base, out);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != number)
        fail_msg("signal %d: status 0x%x", number, (unsigned)status);
    if (n_names("ended") != 1)
        fail_msg("signal %d leaves something%s", number, nameless ? "" : " beside");
    holds("ended", "old");
}

static void a_signal_leaves_nothing(void **unused)
{
    static const int caught[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1},
                     others[] = {SIGKILL, SIGSEGV, SIGABRT};
    (void)unused;
    assert_true(writes("ended", "old"));
    for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++) {
        ended_by(caught[i], true);
        ended_by(caught[i], false);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ended_by(others[i], true);
    unlink("ended");
}

/* The handlers are ours for that time only, and never those of who listens or ignores. */
static void who_listens_is_left_alone(void **unused)
{
    (void)unused;
    struct sigaction now;
    write_file_nameless = false;
    signal(SIGUSR1, SIG_IGN);
    struct content c = {.base = {write_content}, .text = "x", .signal = SIGUSR1};
    assert_true(write_file("quiet", "a test", &c.base, out));
    sigaction(SIGUSR1, NULL, &now);
    assert_ptr_equal(now.sa_handler, SIG_IGN);
    sigaction(SIGTERM, NULL, &now);
    assert_ptr_equal(now.sa_handler, SIG_DFL);
    signal(SIGUSR1, SIG_DFL);
    unlink("quiet");
}

/* ── Names ── */

static void names(const char *word, const char *path)
{
    char error[256];
    char *found = file_named(word, error, sizeof error);
    if (!found) fail_msg("%s: %s", word, error);
    assert_string_equal(found, path);
    free(found);
}

static void a_tilde_is_home(void **unused)
{
    (void)unused;
    char error[256] = "";
    setenv("HOME", "/somebody", 1);
    names("~", "/somebody");
    names("~/x y", "/somebody/x y");
    names("~root/x", "/root/x");
    names("a~/x", "a~/x");
    names("./~", "./~");
    names("", "");
    assert_null(file_named("~nobody-has-this-name/x", error, sizeof error));
    assert_non_null(strstr(error, "there is no user nobody-has-this-name"));
    unsetenv("HOME"); /* then whoever runs us is looked up */
    char *home = file_named("~", error, sizeof error);
    assert_true(home && home[0] == '/');
    free(home);
}

static void commands_take_it(void **unused)
{
    (void)unused;
    char line[128];
    setenv("HOME", dir, 1);
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_ok("export ~/home.txt");
    snprintf(line, sizeof line, "%s/home.txt: the screen as text", dir);
    try_tells(line);
    try_ok("save ~/home.brk");
    try_ok("source ~/home.brk");
    try_fails("export \"~/home.txt\"", "~/home.txt can't be written: No such file");
    try_fails("source ~nobody-has-this-name/x", "there is no user nobody-has-this-name");
    try_fails("lesson ~/none.lesson", "/none.lesson can't be read");
    try_close();
    assert_int_equal(unlink("home.txt") + unlink("home.brk"), 0);
}

/* ── Contents ── */

static void all_of_a_file_is_read(void **unused)
{
    (void)unused;
    size_t n;
    struct stat st;
    int fd = open("/proc/self/limits", O_RDONLY);
    assert_true(fd >= 0 && fstat(fd, &st) == 0 && st.st_size == 0);
    char *text = file_read(fd, 100000, &n);
    assert_true(text && n == strlen(text) && strstr(text, "Max open files"));
    free(text);
    lseek(fd, 0, SEEK_SET);
    assert_null(file_read(fd, 10, &n));
    assert_int_equal(errno, EFBIG);
    close(fd);
    fd = open("/", O_RDONLY);
    assert_null(file_read(fd, 10, &n));
    assert_int_equal(errno, EISDIR);
    close(fd);

    fd = open("large", O_RDWR | O_CREAT, 0600);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ftruncate(fd, 65534 + i), 0), lseek(fd, 0, SEEK_SET),
            text = file_read(fd, 65536, &n), assert_true(text && n == 65534u + (size_t)i),
            free(text);
    assert_int_equal(ftruncate(fd, 65537), 0);
    lseek(fd, 0, SEEK_SET);
    assert_null(file_read(fd, 65536, &n));
    assert_int_equal(errno, EFBIG);
    close(fd);
    unlink("large");

    try_open(HEAP_HEADER);
    try_fails("source /proc/self/comm", "there is no command");
    try_fails("lesson --check /proc/self/limits", "/proc/self/limits:17: the lesson has no end");
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_whole_and_keep_their_mode, begin, end),
        cmocka_unit_test_setup_teardown(what_is_protected_stays, begin, end),
        cmocka_unit_test_setup_teardown(links_are_followed, begin, end),
        cmocka_unit_test_setup_teardown(our_own_output_stays, begin, end),
        cmocka_unit_test_setup_teardown(a_signal_leaves_nothing, begin, end),
        cmocka_unit_test_setup_teardown(who_listens_is_left_alone, begin, end),
        cmocka_unit_test(a_tilde_is_home),
        cmocka_unit_test(commands_take_it),
        cmocka_unit_test(all_of_a_file_is_read),
    };
    return cmocka_run_group_tests_name("write file", tests, enter, leave);
}
