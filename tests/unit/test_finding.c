/* test_finding.c: the word that is false is named, by its field, its block and what it was,
 * wherever it is told: check, blocks, show, the detail, JSON; and no block that is sound is blamed.
 * A block's words are the same ones for all who show or compare them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/page.h"
#include "cli/session/sound.h"
#include "tests/support/rows.h"
#include "tests/support/try.h"
#include "viz/scene.h"

#define OVERFLOW "write 1 0 \"abcdefghijklmnopqrst\" force"

/* The state of the block with that header's address, by the last look. */
static enum block_state state_at(uint64_t address)
{
    const struct snapshot *s = try_lab.shown.session.snapshot;
    size_t i = snapshot_find(s, address);
    assert_true(i != SNAPSHOT_NONE);
    assert_int_equal(snapshot_block(s, i).address, address);
    return snapshot_block(s, i).state;
}

/* The word of that name in the detail of block id; the test fails if it is not there. */
static struct picture_word word_of(const char *id, const char *name)
{
    struct picture p;
    try_lab.screen =
        (struct lab_screen){.map_cells = 100, .bytes_per_cell = 4, .table_rows = 9, .there = true};
    try_ok("select %s", id);
    lab_picture(&try_lab, &p);
    for (size_t i = 0; i < p.detail->n_words; i++)
        if (strcmp(p.detail->word[i].name, name) == 0) return p.detail->word[i];
    fail_msg("#%s has no word %s in the detail", id, name);
    return (struct picture_word){0};
}

static void make_three(enum heap_policy policy)
{
    try_open(policy);
    for (int i = 0; i < 3; i++)
        try_ok("alloc 16");
}

/* 20 letters in 16 bytes, under header: the last four are the low half of the next block's size. */
static void a_false_size_is_named(void **unused)
{
    (void)unused;
    make_three(HEAP_HEADER);
    try_ok(OVERFLOW);
    try_fails("check",
              "I2: block 0x411030 (#2): size is 1953722993, but next leads to 0x411060; it was 16");
    try_ok("blocks");
    try_tells("damaged at 0x411030: size of #2 is 1953722993, which can't be true; it was 16");
    assert_int_equal(state_at(0x411030), BLOCK_DAMAGED);
    assert_int_equal(state_at(0x411060), BLOCK_USED); /* #3 is sound */
    assert_int_equal(snapshot_stats(try_lab.shown.session.snapshot)->damaged_bytes, 48);
    try_ok("show 2");
    try_tells("+0   size       1953722993  false, was 16");
    try_tells("+16  next       0x411060");
    struct picture_word size = word_of("2", "size"), next = word_of("2", "next");
    assert_true(size.wrong && size.changed && size.was == 16);
    assert_true(!next.wrong && !next.changed);
    try_ok("alloc 16"); /* the heap goes on; what the word was stays known */
    try_fails("check", "it was 16");
    try_ok("undo 2");
    try_ok("check");
    assert_false(word_of("2", "size").wrong);
    try_close();
}

/* The same letters under a fit: its first word is prev_size, and every block can still be found. */
static void a_false_prev_size_is_named(void **unused)
{
    (void)unused;
    make_three(HEAP_FIRST_FIT);
    try_ok(OVERFLOW);
    try_fails("check", "I3: block 0x411020 (#2): prev_size is 1953722993, expected 32");
    struct picture_word word = word_of("2", "prev_size");
    assert_true(word.wrong && word.changed && word.was == 32);
    assert_int_equal(state_at(0x411020), BLOCK_DAMAGED);
    assert_int_equal(state_at(0x411040), BLOCK_USED); /* #3 is sound */
    try_ok("blocks");
    try_tells("damaged at 0x411020: prev_size of #2 is 1953722993, which can't be true; it was 32");
    try_ok("write 1 20 \"uvwxyzabcdef\" force"); /* and its size */
    try_fails("check", "I2: block 0x411020 (#2): size_flags is 7378413942531521145, which can't be "
                       "true; it was 32");
    try_ok("blocks");
    assert_null(strstr(try_lab.last->text, "can't be told"));
    assert_int_equal(state_at(0x411020), BLOCK_DAMAGED);
    assert_int_equal(state_at(0x411040), BLOCK_USED); /* its prev_size tells where #2 began */
    word = word_of("2", "size_flags");
    assert_true(word.wrong && word.was == 32);
    try_close();
}

/* A size that leads to a place where no block began: the block behind says so, and nothing else is
 * blamed. */
static void a_size_that_leads_astray_is_named(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("repeat 4 alloc 100");
    try_ok("fill 3 0xaa");
    try_ok("write 1 120 a0 00 00 00 00 00 00 00 force"); /* #2's size_flags, 128 bytes */
    try_fails("check", "1 finding, the first: I2: block 0x411080 (#2): size_flags is 160, but the "
                       "block behind it begins at "
                       "0x411100; it was 128");
    assert_int_equal(state_at(0x411080), BLOCK_DAMAGED);
    assert_int_equal(state_at(0x411100), BLOCK_USED);
    try_close();
}

/* A link of the free list: the word that leads astray is named, not the place that it leads to. */
static void a_false_link_is_named(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("repeat 6 alloc 32");
    try_ok("free 2");
    try_ok("free 4");
    try_ok("write 1 48 1111111111111111 force");
    try_fails("check", "I5: block 0x411030 (#2): next_free is 0x1111111111111111, where no free "
                       "block is; it was 0x411090");
    try_ok("undo");
    try_ok("write 3 48 3010410000000000 force"); /* #4's leads back to #2 */
    try_fails("check",
              "I5: block 0x411090 (#4): next_free is 0x411030, which leads back; it was 0x0");
    try_ok("undo");
    try_ok("write 3 56 00 force"); /* #4's prev_free */
    try_fails("check", "I6: block 0x411090 (#4): prev_free is 0x411000, expected 0x411030");
    try_close();
}

/* The next that closes the circle is the false word, not the block that it leads back to. */
static void a_circle_is_named(void **unused)
{
    (void)unused;
    make_three(HEAP_HEADER);
    try_ok("write 1 32 0010410000000000 force"); /* #2's next: #1 */
    try_fails("check",
              "I2: block 0x411030 (#2): next is 0x411000, which leads back; it was 0x411060");
    assert_int_equal(state_at(0x411060), BLOCK_USED);
    try_ok("undo");
    try_ok("break cycle");
    try_tells("I2: block 0x411030 (#2): next is 0x411000, which leads back");
    try_close();
    try_open(HEAP_HEADER);
    try_ok("set lock off");
    try_ok("race");
    try_says("I2: block 0x4110e0 (#3): next is 0x411080, which leads back");
    json_t *lost = json_object_get(try_lab.last->result, "lost");
    assert_int_equal(json_array_size(lost), 1);
    assert_int_equal(json_integer_value(json_array_get(lost, 0)), 4);
    assert_int_equal(state_at(0x411040), BLOCK_USED); /* #2 is innocent */
    assert_int_equal(state_at(0x4110e0), BLOCK_DAMAGED);
    try_close();
}

/* A block is known by its header's address alone, and what is foreign has none; what damage hides
 * is as it was before. */
static void a_block_is_known_by_its_header(void **unused)
{
    (void)unused;
    struct snapshot_block b;
    const struct session *s = &try_lab.shown.session;
    make_three(HEAP_HEADER);
    try_ok("sbrk 64");
    assert_true(sound_block(s, 0x411030, &b));
    assert_int_equal(b.id, 2);
    assert_false(sound_block(s, 0x411038, &b)); /* within it */
    assert_false(sound_block(s, 0x411050, &b));
    assert_false(sound_block(s, 0x411090, &b)); /* foreign */
    assert_false(sound_block(s, 0x4110a0, &b));
    assert_false(sound_block(s, 0x4110d0, &b)); /* brk */
    try_ok(OVERFLOW);
    assert_true(sound_block(s, 0x411030, &b));
    assert_int_equal(b.id, 2);
    assert_false(sound_block(s, 0x411038, &b));
    try_close();
}

/* Without a damaged word nothing is marked, whatever the heap went through. */
static void sound_words_are_not_blamed(void **unused)
{
    char id[16];
    (void)unused;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        struct session_setup setup;
        session_setup_defaults(&setup, policy);
        setup.value[HEAP_CANARY] = policy % 2;
        try_open_with(&setup, false);
        try_lab.screen = (struct lab_screen){
            .map_cells = 100, .bytes_per_cell = 4, .table_rows = 9, .there = true};
        try_ok("random 60 seed 5");
        try_ok("sbrk 64");
        try_ok("random 60 seed 6");
        struct picture p;
        for (size_t i = 0; i < snapshot_n_blocks(try_lab.shown.session.snapshot); i++) {
            snprintf(id, sizeof id, "0x%llx",
                     (unsigned long long)snapshot_block(try_lab.shown.session.snapshot, i).address);
            try_ok("select %s", id);
            lab_picture(&try_lab, &p);
            for (size_t k = 0; k < p.detail->n_words; k++)
                if (p.detail->word[k].wrong)
                    fail_msg("%s: %s is said to be false", id, p.detail->word[k].name);
        }
        try_close();
    }
}

/* A guard's words are words of the block: show, the detail and diff have them. */
static void guards_are_words(void **unused)
{
    (void)unused;
    for (enum heap_policy policy = HEAP_HEADER; policy <= HEAP_FIRST_FIT; policy++) {
        struct session_setup setup;
        session_setup_defaults(&setup, policy);
        setup.value[HEAP_CANARY] = 1;
        try_open_with(&setup, false);
        try_ok("alloc 16");
        try_ok("alloc 16");
        try_ok("mark before");
        try_ok("write 1 %d \"XXXXXXXXYYYYYYYY\" force",
               policy == HEAP_HEADER ? 64 : 48); /* #2's front guard */
        try_ok("diff before");
        json_t *line = try_json();
        const json_t *words = json_object_get(json_object_get(line, "diff"), "words");
        assert_int_equal(json_array_size(words), 2);
        assert_string_equal(json_string_value(json_object_get(json_array_get(words, 0), "field")),
                            "canary");
        assert_string_equal(json_string_value(json_object_get(json_array_get(words, 0), "old")),
                            "0xfdfdfdfdfdfdfdfd");
        assert_string_equal(json_string_value(json_object_get(json_array_get(words, 1), "field")),
                            "asked");
        assert_string_equal(json_string_value(json_object_get(json_array_get(words, 1), "old")),
                            "0x10");
        json_decref(line);
        try_fails("check", "(#2): the canary before its payload is 0x5858585858585858, expected "
                           "0xfdfdfdfdfdfdfdfd");
        struct picture_word asked = word_of("2", "asked");
        assert_true(asked.wrong && asked.was == 16);
        try_close();
    }
}

/* The fence behind a foreign gap has words, too. */
static void fences_have_words(void **unused)
{
    (void)unused;
    try_open(HEAP_FIRST_FIT);
    try_ok("alloc 16");
    try_ok("sbrk 48");
    try_ok("alloc 16");
    try_ok("show 0x411020");
    try_tells("gap_size");
    try_tells("next_gap");
    try_close();
}

/* What is said of damage in the detail is said whole, in as many rows as there are. */
static void the_detail_says_it_whole(void **unused)
{
    (void)unused;
    struct canvas c;
    struct picture p;
    bool seen[2] = {false, false};
    try_open(HEAP_HEADER);
    try_ok("repeat 3 alloc 16");
    try_ok(OVERFLOW);
    lab_picture(&try_lab, &p);
    for (int rows = 5; rows < 12; rows++) {
        assert_true(canvas_init(&c, rows, 29, false));
        scene_detail(&c, (struct area){0, 0, rows, 29}, &p);
        if (screen_has(&c, "…")) fail_msg("%d rows: %s", rows, row_text(&c, rows - 1));
        seen[0] |= screen_has(&c, "size can't be true.");
        seen[1] |= screen_has(&c, "size can't be true; the next") &&
                   screen_has(&c, "block is found all the same.");
        canvas_release(&c);
    }
    assert_true(seen[0] && seen[1]);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_detail_says_it_whole),
        cmocka_unit_test(a_false_size_is_named),
        cmocka_unit_test(a_false_prev_size_is_named),
        cmocka_unit_test(a_size_that_leads_astray_is_named),
        cmocka_unit_test(a_false_link_is_named),
        cmocka_unit_test(a_circle_is_named),
        cmocka_unit_test(a_block_is_known_by_its_header),
        cmocka_unit_test(sound_words_are_not_blamed),
        cmocka_unit_test(guards_are_words),
        cmocka_unit_test(fences_have_words),
    };
    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
