/* class.c: the program of lesson 11. It does one thing for each line that it reads, answers it by a
 * line, and asks malloc for nothing else: it reads and writes without stdio, which would.
 *
 *   a = malloc(20)         a, b, … z, each with a number behind it or none: p1, p2, …
 *   a = calloc(5, 4)
 *   a = realloc(a, 100)
 *   free(a)
 *   malloc_usable_size(a)
 *   fill(a, 30)            30 letters from where a points, whether there is room or not
 *   p1..p9 = malloc(200)   nine of them, one after the other
 *   free(p1..p9)
 */
#include <malloc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#define NUMBERS 100
static void *variable['z' - 'a' + 1][NUMBERS];

/* Its answer. */
static char answer[256];

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(answer, sizeof answer, format, list);
    va_end(list);
}

/* ── Reading a line ── */

struct range {
    char letter;
    unsigned first, last;
};

/* "p1..p9", or "a", which is a0. */
static const char *take_range(const char *at, struct range *r)
{
    char *end;
    if (*at < 'a' || *at > 'z') return NULL;
    r->letter = *at;
    r->first = r->last = (unsigned)strtoul(at + 1, &end, 10);
    if (end[0] == '.' && end[1] == '.' && end[2] == r->letter)
        r->last = (unsigned)strtoul(end + 3, &end, 10);
    return r->last < NUMBERS && r->first <= r->last ? end : NULL;
}

static void **at(const struct range *r, unsigned i) { return &variable[r->letter - 'a'][i]; }

static const char *name(const struct range *r, unsigned i, char text[8])
{
    snprintf(text, 8, i ? "%c%u" : "%c", r->letter, i % NUMBERS);
    return text;
}

/* ── Doing it ── */

static void say_where(const struct range *r)
{
    char first[8], last[8];
    void *p = *at(r, r->first), *q = *at(r, r->last);
    if (r->first == r->last)
        say("%s = %p", name(r, r->first, first), p);
    else
        say("%s = %p to %s = %p", name(r, r->first, first), p, name(r, r->last, last), q);
}

static bool do_assign(const struct range *r, const char *call)
{
    unsigned long n, size;
    char letter;
    unsigned number = 0;
    bool done = true;
    for (unsigned i = r->first; i <= r->last && done; i++)
        if (sscanf(call, "malloc(%lu)", &size) == 1)
            *at(r, i) = malloc(size);
        else if (sscanf(call, "calloc(%lu, %lu)", &n, &size) == 2)
            *at(r, i) = calloc(n, size);
        else if ((sscanf(call, "realloc(%c, %lu)", &letter, &size) == 2 ||
                  sscanf(call, "realloc(%c%u, %lu)", &letter, &number, &size) == 3) &&
                 letter >= 'a' && letter <= 'z' && number < NUMBERS)
            *at(r, i) = realloc(variable[letter - 'a'][number], size);
        else
            done = false;
    if (done) say_where(r);
    return done;
}

static bool do_free(const struct range *r)
{
    char first[8], last[8];
    for (unsigned i = r->first; i <= r->last; i++)
        free(*at(r, i));
    if (r->first == r->last)
        say("%s is freed", name(r, r->first, first));
    else
        say("%s to %s are freed", name(r, r->first, first), name(r, r->last, last));
    return true;
}

static bool do_fill(const struct range *r, unsigned long n)
{
    char text[8];
    if (!*at(r, r->first)) return false;
    memset(*at(r, r->first), 'A', n);
    say("%lu letters written to %s", n, name(r, r->first, text));
    return true;
}

static bool do_usable(const struct range *r)
{
    say("%zu", malloc_usable_size(*at(r, r->first)));
    return true;
}

static bool obey(const char *line)
{
    struct range r;
    unsigned long n;
    const char *behind = take_range(line, &r);
    if (behind && strncmp(behind, " = ", 3) == 0) return do_assign(&r, behind + 3);
    if (strncmp(line, "free(", 5) == 0 && (behind = take_range(line + 5, &r)) != NULL)
        return *behind == ')' && do_free(&r);
    if (strncmp(line, "malloc_usable_size(", 19) == 0 && take_range(line + 19, &r))
        return do_usable(&r);
    if (strncmp(line, "fill(", 5) == 0 && (behind = take_range(line + 5, &r)) != NULL)
        return sscanf(behind, ", %lu)", &n) == 1 && do_fill(&r, n);
    return false;
}

/* ── The program ── */

static bool put(const char *text)
{
    size_t n = strlen(text);
    return write(STDOUT_FILENO, text, n) == (ssize_t)n;
}

/* A line without its end; what is longer is cut. False: there is no more. */
static bool read_line(char *line, size_t room)
{
    size_t n = 0;
    char c;
    while (read(STDIN_FILENO, &c, 1) == 1) {
        if (c == '\n') return line[n] = '\0', true;
        if (n + 1 < room) line[n++] = c;
    }
    return false;
}

/* The same addresses in every run, and malloc's usual ways, whatever the environment asks for. */
static void start_plainly(char **argv)
{
    static char setting[] = "GLIBC_TUNABLES=glibc.malloc.tcache_count=7";
    static char *only[] = {setting, NULL};
    int persona = personality(0xffffffff);
    bool plain = environ[0] && !environ[1] && strcmp(environ[0], setting) == 0;
    if (plain || !strchr(argv[0], '/')) return;
    if (persona != -1) personality((unsigned long)persona | ADDR_NO_RANDOMIZE);
    execve(argv[0], argv, only);
}

int main(int argc, char **argv)
{
    char line[256];
    (void)argc;
    start_plainly(argv);
    while (put("> ") && read_line(line, sizeof line)) {
        if (!obey(line))
            say("? expected: a = malloc(20), free(a), p1..p9 = malloc(200), fill(a, 30)");
        if (!put(answer) || !put("\n")) return 1;
    }
    return 0;
}
