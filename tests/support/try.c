/* try.c: a lab in this process, and the promises that hold after every command. */
#include "tests/support/try.h"
#include "tests/support/scratch.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command/run.h"
#include "cli/report/report.h"

#define EXACT_MAX ((INT64_C(1) << 53) - 1)

struct lab try_lab;

void try_open_with(const struct session_setup *setup, bool aslr)
{
    char error[512];
    if (!lab_init(&try_lab, setup, aslr, error, sizeof error))
        fail_msg("the lab does not start: %s", error);
}

void try_open(enum heap_policy policy)
{
    struct session_setup setup;
    session_setup_defaults(&setup, policy);
    try_open_with(&setup, false);
}

void try_close(void) { lab_release(&try_lab); }

void try_kill(void)
{
    siginfo_t info;
    kill(try_lab.shown.session.target.pid, SIGKILL);
    waitid(P_PID, (id_t)try_lab.shown.session.target.pid, &info, WEXITED | WNOWAIT);
}

json_t *try_json(void)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    assert_non_null(to);
    assert_true(report_json_line(&try_lab, try_lab.last, to));
    assert_int_equal(fclose(to), 0);
    json_t *j = json_loads(text, 0, NULL);
    if (!j) fail_msg("this is no JSON: %.300s", text);
    free(text);
    return j;
}

static json_int_t number(const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (!json_is_integer(value)) fail_msg("%s: %s is no integer", try_lab.last->command, key);
    return json_integer_value(value);
}

static uint64_t address(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text || strncmp(text, "0x", 2) != 0)
        fail_msg("%s: %s is no address", try_lab.last->command, key);
    return strtoull(text, NULL, 16);
}

static void promised_sums(const json_t *j)
{
    const json_t *stats = json_object_get(j, "stats"), *brk = json_object_get(j, "brk");
    json_int_t sum = number(stats, "live_bytes") + number(stats, "padding_bytes") +
                     number(stats, "header_bytes") + number(stats, "free_bytes") +
                     json_integer_value(json_object_get(stats, "foreign_bytes")) +
                     json_integer_value(json_object_get(stats, "damaged_bytes"));
    if (sum != number(stats, "heap_bytes"))
        fail_msg("%s: the sum is %lld of %lld", try_lab.last->command, sum,
                 number(stats, "heap_bytes"));
    if ((json_int_t)(address(brk, "now") - address(brk, "start")) != number(stats, "heap_bytes"))
        fail_msg("%s: brk and heap_bytes", try_lab.last->command);
    assert_true(number(stats, "largest_free") <= number(stats, "free_bytes"));
    assert_true(number(stats, "used") + number(stats, "free") <= number(stats, "blocks"));
    assert_true(json_is_string(json_object_get(stats, "policy")));
    number(brk, "delta");
}

/* Every integer is one that a double holds, and none but a distance is negative. */
static void promised_numbers(const char *name, json_t *j)
{
    json_int_t n = json_integer_value(j);
    bool distance = strcmp(name, "delta") == 0 || strcmp(name, "bytes") == 0;
    if (n > EXACT_MAX || n < (distance ? -EXACT_MAX : 0))
        fail_msg("%s: %s is %lld", try_lab.last->command, name, n);
    for (size_t i = 0; i < json_array_size(j); i++)
        promised_numbers(name, json_array_get(j, i));
    const char *key;
    json_t *value;
    json_object_foreach(j, key, value) promised_numbers(key, value);
}

void try_promises(void)
{
    json_t *j = try_json();
    bool ok = json_is_true(json_object_get(j, "ok"));
    assert_int_equal(number(j, "seq"), try_lab.shown.session.seq);
    assert_true(json_is_string(json_object_get(j, "command")));
    assert_true(json_is_boolean(json_object_get(j, "ok")));
    assert_true(ok ? json_is_null(json_object_get(j, "error"))
                   : json_is_string(json_object_get(j, "error")));
    assert_true(ok ? json_object_get(j, "result") != NULL
                   : json_is_null(json_object_get(j, "result")));
    assert_true(json_is_array(json_object_get(j, "steps")));
    if (!ok) assert_null(strchr(json_string_value(json_object_get(j, "error")), '\n'));
    assert_true(try_lab.shown.session.target.alive ? !json_object_get(j, "alive")
                                                   : json_is_false(json_object_get(j, "alive")));
    promised_sums(j);
    promised_numbers("", j);
    json_decref(j);
}

json_int_t try_stat(const char *name)
{
    json_t *j = try_json();
    json_int_t value = number(json_object_get(j, "stats"), name);
    json_decref(j);
    return value;
}

static const struct outcome *run(const char *format, va_list list)
{
    char line[4096];
    vsnprintf(line, sizeof line, format, list);
    const struct outcome *out = lab_run(&try_lab, line);
    assert_non_null(out);
    try_promises();
    return out;
}

const struct outcome *try_ok(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    const struct outcome *out = run(format, list);
    va_end(list);
    if (!out->ok) fail_msg("%s: %s", out->command, out->error);
    return out;
}

bool try_any(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    bool ok = run(format, list)->ok;
    va_end(list);
    return ok;
}

void try_fails(const char *command, const char *expected)
{
    const struct outcome *out = lab_run(&try_lab, command);
    assert_non_null(out);
    try_promises();
    if (out->ok) fail_msg("%s: it should have failed", command);
    if (!strstr(out->error, expected))
        fail_msg("%s: said \"%s\", not \"%s\"", command, out->error, expected);
}

void try_says(const char *expected)
{
    const char *said = try_lab.last->sentence;
    if (!said || !strstr(said, expected))
        fail_msg("%s: the sentence is \"%s\", not \"%s\"", try_lab.last->command, said ? said : "",
                 expected);
}

void try_tells(const char *expected)
{
    const char *text = try_lab.last->text;
    if (!text || !strstr(text, expected))
        fail_msg("%s: told \"%s\", not \"%s\"", try_lab.last->command, text ? text : "", expected);
}

unsigned char *try_bytes(size_t *n)
{
    struct session *s = &try_lab.shown.session;
    *n = s->target.brk - s->target.hello.heap_start;
    unsigned char *bytes = malloc(*n + 1);
    assert_int_equal(session_read(s, s->target.hello.heap_start, bytes, *n), *n);
    return bytes;
}

void try_image_take(struct try_image *image)
{
    const struct target *t = &try_lab.shown.session.target;
    *image = (struct try_image){.brk = t->brk, .n = t->brk - t->hello.heap_start};
    assert_true(image->n <= sizeof image->bytes);
    assert_int_equal(session_read(&try_lab.shown.session, t->hello.root_address, image->root,
                                  sizeof image->root),
                     sizeof image->root);
    assert_int_equal(
        session_read(&try_lab.shown.session, t->hello.heap_start, image->bytes, image->n),
        image->n);
}

void try_image_same(const struct try_image *a, const struct try_image *b, const char *what)
{
    if (a->brk != b->brk) fail_msg("%s: brk differs", what);
    if (memcmp(a->root, b->root, sizeof a->root) != 0) fail_msg("%s: the root differs", what);
    for (size_t i = 0; i < a->n; i++)
        if (a->bytes[i] != b->bytes[i]) fail_msg("%s: byte %zu differs", what, i);
}

char *try_state(void)
{
    struct session *s = &try_lab.shown.session;
    char *text = NULL;
    size_t room = 0, n = 0;
    unsigned char *bytes = s->target.alive ? try_bytes(&n) : NULL;
    FILE *to = open_memstream(&text, &room);
    fprintf(to, "%s alive %d limit %" PRIu64 " next %" PRIu32, heap_policy_name(s->setup.policy),
            s->target.alive, s->setup.limit, s->ledger.next_id);
    for (unsigned i = 0; i < HEAP_N_SWITCHES; i++)
        fprintf(to, " %" PRIu64, s->setup.value[i]);
    fprintf(to, "\n%zu: ", n);
    for (size_t i = 0; i < n; i++)
        fprintf(to, "%02x", bytes[i]);
    for (size_t i = 0; i < snapshot_n_blocks(s->snapshot); i++) {
        struct snapshot_block b = snapshot_block(s->snapshot, i);
        const char *name = b.state == BLOCK_USED ? ledger_name_of(&s->ledger, b.id) : NULL;
        fprintf(to, "\n%" PRIx64 " %" PRIu64 " %u %d #%" PRIu32 " %" PRIu64 " %s by %" PRIu32,
                b.address - s->target.hello.heap_start, b.size, b.header, (int)b.state, b.id,
                b.requested, name ? name : "", ledger_freed_by(&s->ledger, b.id));
    }
    fclose(to);
    free(bytes);
    return text;
}

const char *try_file(const char *text)
{
    static unsigned at;
    char name[32];
    snprintf(name, sizeof name, "try-%u", at++);
    return scratch_file(name, text);
}
