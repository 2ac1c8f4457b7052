/* Keys: whole keys from pieces of bytes, and nothing but progress from hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/prompt/keys.h"

static void push(struct keys *k, const char *text)
{
    size_t n = strlen(text);
    assert_int_equal(keys_push(k, (const unsigned char *)text, n), n);
}

static void expect_bytes(struct keys *k, bool flush, const char *bytes)
{
    struct key key;
    assert_true(keys_next(k, flush, &key));
    assert_int_equal(key.kind, KEY_BYTES);
    assert_string_equal((char *)key.bytes, bytes);
    assert_int_equal(key.n, strlen(bytes));
}

static void expect_kind(struct keys *k, bool flush, enum key_kind kind)
{
    struct key key;
    assert_true(keys_next(k, flush, &key));
    assert_int_equal(key.kind, kind);
}

static void expect_none(struct keys *k, bool flush)
{
    struct key key;
    assert_false(keys_next(k, flush, &key));
}

/* Each of these is one key, however it is cut into pieces. */
static void test_whole(void **state)
{
    (void)state;
    static const char *const whole[] = {
        "a",      "\r",      "\003",       "\033[A",     "\033[5~",   "\033[1;3A",
        "\033OP", "\033[[A", "\033\033[A", "\033\033OA", "\033+",     "\033b",
        "é",      "漢",      "😀",          "\033[Z",     "\033[15;5~"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        struct keys k;
        keys_init(&k, true);
        for (size_t at = 0; whole[i][at]; at++) {
            expect_none(&k, false);
            assert_int_equal(keys_push(&k, (const unsigned char *)whole[i] + at, 1), 1);
        }
        expect_bytes(&k, false, whole[i]);
        expect_none(&k, true);
        push(&k, whole[i]);
        push(&k, "z");
        expect_bytes(&k, false, whole[i]);
        expect_bytes(&k, false, "z");
        keys_release(&k);
    }
}

static void test_escape_needs_time(void **state)
{
    (void)state;
    struct keys k;
    keys_init(&k, true);
    push(&k, "\033");
    assert_true(keys_undecided(&k));
    expect_none(&k, false);
    expect_kind(&k, true, KEY_ESCAPE);
    assert_false(keys_undecided(&k));
    push(&k, "\033[");
    expect_none(&k, false);
    expect_bytes(&k, true, "\033[");
    push(&k, "\033O");
    expect_bytes(&k, true, "\033O");
    push(&k, "\033]");
    expect_bytes(&k, true, "\033]");
    push(&k, "\033[1;");
    expect_bytes(&k, true, "\033[1;");
    push(&k, "\033\033");
    expect_none(&k, false);
    expect_kind(&k, true, KEY_ESCAPE);
    expect_kind(&k, true, KEY_ESCAPE);
    push(&k, "\033\033\033[A");
    expect_kind(&k, false, KEY_ESCAPE);
    expect_bytes(&k, false, "\033\033[A");
    push(&k, "\033é");
    expect_kind(&k, false, KEY_ESCAPE);
    expect_bytes(&k, false, "é");
    static const unsigned char alt_nul[] = {
        '\033', '\0', 'a'}; /* Alt with Ctrl-Space: no string begins with it */
    struct key key;
    assert_int_equal(keys_push(&k, alt_nul, sizeof alt_nul), sizeof alt_nul);
    assert_true(keys_next(&k, false, &key));
    assert_int_equal(key.kind, KEY_BYTES);
    assert_int_equal(key.n, 2);
    assert_memory_equal(key.bytes, alt_nul, 2);
    expect_bytes(&k, false, "a");
    keys_release(&k);
}

/* While the terminal still owes an answer, what begins as one waits for its rest, however late;
 * what can be none does not. */
static void test_late_answers(void **state)
{
    (void)state;
    struct keys k;
    keys_init(&k, true);
    k.answer_due = true;
    push(&k, "\033[1;");
    expect_bytes(&k, true, "\033[1;");
    push(&k, "\033[");
    expect_none(&k, true);
    push(&k, "?6");
    expect_none(&k, true);
    push(&k, "2c");
    expect_none(&k, true);
    assert_false(k.answer_due); /* it was the last one */
    push(&k, "\033[?6");
    expect_bytes(&k, true, "\033[?6");
    push(&k, "a");
    expect_bytes(&k, false, "a");
    keys_release(&k);
}

static void test_pieces_of_characters_wait(void **state)
{
    (void)state;
    struct keys k;
    keys_init(&k, true);
    push(&k, "\xe6\xbc");
    expect_none(&k, true);
    assert_false(keys_undecided(&k));
    push(&k, "\xa2");
    expect_bytes(&k, false, "漢");
    push(&k, "\xe6\xbc"
             "a\xff\xc0\xaf\xed\xa0\x80"
             "b"); /* cut short, never valid, overlong, a surrogate */
    expect_bytes(&k, false, "a");
    expect_bytes(&k, false, "b");
    expect_none(&k, true);
    keys_release(&k);
    keys_init(&k, false);
    push(&k, "é漢x");
    expect_bytes(&k, false, "x");
    expect_none(&k, true);
    keys_release(&k);
}

static void test_mouse(void **state)
{
    (void)state;
    struct keys k;
    struct key key;
    keys_init(&k, true);
    push(&k, "\033[<0;12;3M\033[<64;1;1M\033[<0;12;3m\033[M !\"");
    static const struct {
        int button, row, column;
        bool press;
    } expected[] = {{0, 2, 11, true}, {64, 0, 0, true}, {0, 2, 11, false}, {0, 1, 0, true}};
    for (size_t i = 0; i < 4; i++) {
        assert_true(keys_next(&k, false, &key));
        assert_int_equal(key.kind, KEY_MOUSE);
        assert_int_equal(key.mouse.button, expected[i].button);
        assert_int_equal(key.mouse.row, expected[i].row);
        assert_int_equal(key.mouse.column, expected[i].column);
        assert_int_equal(key.mouse.press, expected[i].press);
    }
    push(&k,
         "\033[<0;0;0M\033[<;M\033[<1;2M\033[<1?2;3;4M\033[<99999999999;1;1Mx"); /* none of them is
                                                                                    a report */
    expect_bytes(&k, false, "x");
    char longest[200] = "\033["; /* longer than a key may be: all of its parameters go with it, up
                                    to the final byte */
    memset(longest + 2, '?', 150);
    push(&k, longest);
    expect_none(&k, false);
    push(&k, "0/?hy");
    expect_bytes(&k, false, "y");
    keys_release(&k);
}

static void test_paste(void **state)
{
    (void)state;
    static const char sent[] = "a\033[200~alloc 64\nfree \0331\r\033[201~b";
    for (size_t piece = 1; piece < sizeof sent; piece++) {
        struct keys k;
        struct key key;
        char keys_seen[8] = "";
        size_t seen = 0;
        keys_init(&k, true);
        for (size_t at = 0; at < sizeof sent - 1; at += piece) {
            size_t n = sizeof sent - 1 - at < piece ? sizeof sent - 1 - at : piece;
            keys_push(&k, (const unsigned char *)sent + at, n);
            while (keys_next(&k, false, &key))
                keys_seen[seen++] = key.kind == KEY_PASTE ? 'P' : (char)key.bytes[0];
        }
        assert_string_equal(keys_seen, "aPb");
        size_t n;
        bool cut;
        const char *text = keys_paste(&k, &n, &cut);
        assert_int_equal(n, strlen("alloc 64\nfree \0331\r"));
        assert_memory_equal(text, "alloc 64\nfree \0331\r", n);
        assert_false(cut);
        keys_release(&k);
    }
}

static void test_endless_paste(void **state)
{
    (void)state;
    struct keys k;
    struct key key;
    keys_init(&k, true);
    push(&k, "\033[200~");
    for (int i = 0; i < 1000; i++) {
        expect_none(&k, true);
        push(&k, "012345678901234567890123456789012345678901234567890123456789012345678901234567890"
                 "1234567890123456789");
    }
    push(&k, "\033[201~");
    assert_true(keys_next(&k, false, &key));
    size_t n;
    bool cut;
    keys_paste(&k, &n, &cut);
    assert_int_equal(n, KEYS_PASTE_MAX);
    assert_true(cut);
    push(&k, "\033[200~never ended");
    expect_none(&k, true);
    keys_abandon_paste(&k);
    push(&k, "x");
    expect_bytes(&k, false, "x");
    keys_release(&k);
}

static void test_endless_sequences(void **state)
{
    (void)state;
    struct keys k;
    keys_init(&k, true);
    push(&k, "\033[");
    for (int i = 0; i < 1000; i++) {
        push(&k, "1;2;3;4;5;6;7;8;9;");
        expect_none(&k, false);
    }
    push(&k, "mx");
    expect_bytes(&k, false, "x");
    push(&k, "\033]52;c;");
    for (int i = 0; i < 1000; i++) {
        push(&k, "QUJD");
        expect_none(&k, false);
    }
    push(&k, "\033");
    expect_none(&k, false);
    push(&k, "\\x\033P1$r\007y");
    expect_bytes(&k, false, "x");
    expect_bytes(&k, false, "y");
    push(&k, "\033]never ended");
    expect_none(&k, false);
    assert_true(keys_undecided(&k));
    expect_none(&k, true);
    push(&k, "z");
    expect_bytes(&k, false, "z");
    keys_release(&k);
}

static void test_interrupt_goes_first(void **state)
{
    (void)state;
    struct keys k;
    keys_init(&k, true);
    push(&k, "typed ahead\003x");
    assert_true(keys_take_interrupt(&k, 3));
    assert_false(keys_take_interrupt(&k, 3));
    expect_bytes(&k, false, "x");
    push(&k, "\033[200~\003");
    expect_none(&k, false);
    push(&k, "\003");
    assert_false(keys_take_interrupt(&k, 3));
    keys_release(&k);
}

/* K1, K2: whatever comes, the decoder moves on and stays in its bounds. */
static void test_garbage(void **state)
{
    (void)state;
    static const char likely[] = "\033\033\033[[O<;;0159~Mm]P\\\007\r\003é\xe6\xff 2200201~";
    uint32_t seed = 20240517;
    struct keys k;
    keys_init(&k, true);
    for (int round = 0; round < 20000; round++) {
        unsigned char bytes[64];
        seed = seed * 1664525u + 1013904223u;
        size_t n = 1 + (seed >> 8) % sizeof bytes;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = seed >> 31 ? (unsigned char)(seed >> 16)
                                  : (unsigned char)likely[(seed >> 16) % (sizeof likely - 1)];
        }
        assert_int_equal(keys_push(&k, bytes, n), n);
        struct key key;
        bool flush = round % 3 == 0;
        while (keys_next(&k, flush, &key)) {
            assert_true(key.n <= KEY_BYTES_MAX);
            assert_true(key.kind == KEY_PASTE || key.kind == KEY_MOUSE || key.n > 0);
        }
        assert_true(k.n < KEY_BYTES_MAX);
        if (flush) assert_true(k.pasting || k.n < 4);
        if (k.pasting && round % 7 == 0) keys_abandon_paste(&k);
    }
    keys_release(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_escape_needs_time),
        cmocka_unit_test(test_late_answers),
        cmocka_unit_test(test_pieces_of_characters_wait),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_endless_paste),
        cmocka_unit_test(test_endless_sequences),
        cmocka_unit_test(test_interrupt_goes_first),
        cmocka_unit_test(test_garbage),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
