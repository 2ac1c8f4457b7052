/* test_split.c: from a text to its commands, and from a word to its command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/command.h"

/* The commands of text, joined by |. */
static void splits(const char *text, const char *expected)
{
    char joined[512] = "", *command;
    size_t at = 0;
    while ((command = command_split(text, &at)) != NULL) {
        size_t n = strlen(joined);
        snprintf(joined + n, sizeof joined - n, "%s%s", n ? "|" : "", command);
        free(command);
    }
    if (strcmp(joined, expected) != 0)
        fail_msg("%s: split into \"%s\", not \"%s\"", text, joined, expected);
    assert_int_equal(at, strlen(text));
}

static void separators(void **unused)
{
    (void)unused;
    splits("", "");
    splits(";;\n ; \t", "");
    splits("alloc 64; free 1", "alloc 64|free 1");
    splits("alloc 64\nfree 1\n", "alloc 64|free 1");
    splits("  alloc 64  ;free 1;", "alloc 64|free 1");
    splits("alloc 64\r\nfree 1\r\n", "alloc 64|free 1");
}

static void comments(void **unused)
{
    (void)unused;
    splits("#note", "");
    splits("# alloc 1; alloc 2\nalloc 3", "alloc 3");
    splits("alloc 1;#note; free 1\nstats", "alloc 1|stats");
    splits("alloc 16 # note; free 1\nstats", "alloc 16|stats");
    splits("free #2", "free #2");
    splits("free #2 #3 # both", "free #2 #3");
    splits("free #two", "free #two");
    splits("alloc 1 #", "alloc 1");
    splits("alloc 1 #; free 1", "alloc 1");
    splits("alloc 1 ## x", "alloc 1");
    splits("save a#b", "save a#b");
}

static void quotes_protect(void **unused)
{
    (void)unused;
    splits("write 1 0 \"a;b # c\"; stats", "write 1 0 \"a;b # c\"|stats");
    splits("write 1 0 \"\\\";\\\\\"; stats", "write 1 0 \"\\\";\\\\\"|stats");
    splits("repeat 2 \"alloc 1; free all\" # twice", "repeat 2 \"alloc 1; free all\"");
    splits("write 1 0 \"open\nstats",
           "write 1 0 \"open|stats"); /* a quote does not go beyond its line */
    splits("write 1 0 \"open\\\nstats", "write 1 0 \"open\\|stats");
}

/* A web page and a word processor change what they are given: outside quotes that is taken back. */
static void pasted_commands_are_as_they_were_meant(void **unused)
{
    (void)unused;
    splits("alloc\u00a064", "alloc 64");
    splits("\u3000alloc\u202f64\u2007\u00a0;\u00a0free 1\u2003", "alloc 64|free 1");
    splits("\ufeffalloc 64\n\ufeff# note\nfree 1",
           "alloc 64|free 1"); /* files with a byte order mark, put together */
    splits("\ufeff#!/usr/bin/brkview\nstats", "stats");
    splits("al\u00adloc 6\u200b4\u2060", "alloc 64");
    splits("\u00a0\ufeff\n\u200b; \u2003", "");
    splits("alloc 16\u00a0# note; free 1", "alloc 16");
    splits("free\u00a0#2", "free #2");
    splits("write 1 0 \u201ca;b # c\u201d; stats", "write 1 0 \"a;b # c\"|stats");
    splits("write 1 0 \u201ehallo\u201c; write 1 0 \u201dhej\u201d",
           "write 1 0 \"hallo\"|write 1 0 \"hej\"");
    splits("write 1 0 \u201cmixed\"; write 1 0 \u201c\\\"\u201d",
           "write 1 0 \"mixed\"|write 1 0 \"\\\"\"");
    splits("sbrk \u221216; sbrk \u201316", "sbrk -16|sbrk -16");
    /* text in quotes is data, and within a word it may be a name */
    splits("write 1 0 \"a\u00a0b\u200b\u201cc\u201d \u22121\"",
           "write 1 0 \"a\u00a0b\u200b\u201cc\u201d \u22121\"");
    splits("save a\u201cb\u201d\u20131.txt; save \u2013a",
           "save a\u201cb\u201d\u20131.txt|save \u2013a");
    splits("alloc\xa0"
           "64; \xc2",
           "alloc\xa0"
           "64|\xc2"); /* no UTF-8: nobody knows what that was */
}

/* ── Names of commands ── */

static char error[256];

static void finds(const char *word, const char *name)
{
    const struct command *c = command_find(word, error, sizeof error);
    if (!c) fail_msg("%s: %s", word, error);
    assert_string_equal(c->name, name);
}

static void finds_none(const char *word, const char *expected)
{
    assert_null(command_find(word, error, sizeof error));
    if (!strstr(error, expected)) fail_msg("%s: %s", word, error);
    assert_null(strchr(error, '\n'));
}

static void names_aliases_and_prefixes(void **unused)
{
    (void)unused;
    finds("alloc", "alloc");
    finds("malloc", "alloc");
    finds("memalign", "aligned");
    finds("u", "undo");
    finds("all", "alloc");
    finds("fr", "free");
    finds("?", "help");
    for (size_t i = 0; i < command_table_size; i++)
        finds(command_table[i]->name, command_table[i]->name);
}

static void ambiguous_prefixes_list_their_meanings(void **unused)
{
    (void)unused;
    finds_none("al", "al is ambiguous; expected one of alloc, aligned");
    finds_none("s", "segments, show, stats, ");
    finds_none("re", "realloc, reset, redo, repeat");
}

static void unknown_ones_name_the_nearest(void **unused)
{
    (void)unused;
    finds_none("allco", "did you mean alloc?");
    finds_none("fere", "did you mean free?");
    finds_none("STATS", "did you mean stats?");
    finds_none("frobnicate", "expected one of those that `help` lists");
    finds_none("", "there is no command");
    finds_none("abcdefghijklmnopqrstuvwxyz", "expected one of those");
    finds_none("\033[31m", "there is no command \\x1b[31m");
}

/* What the help, the completion and the manual are made of is there, once. */
static void the_table_is_whole(void **unused)
{
    (void)unused;
    static const char groups[] = "allocate look memory faults session trace class watch screen";
    for (size_t i = 0; i < command_table_size; i++) {
        const struct command *c = command_table[i];
        assert_true(*c->summary && *c->help && strstr(groups, c->group));
        assert_true(c->most < 0 || c->least <= c->most);
        assert_true(c->summary[strlen(c->summary) - 1] != '.');
        assert_non_null(c->run);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(c->name, command_table[k]->name);
        char aliases[64], *rest = aliases, *word;
        snprintf(aliases, sizeof aliases, "%s", c->aliases ? c->aliases : "");
        while ((word = strsep(&rest, " ")) != NULL)
            if (*word) finds(word, c->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(separators),
        cmocka_unit_test(comments),
        cmocka_unit_test(quotes_protect),
        cmocka_unit_test(pasted_commands_are_as_they_were_meant),
        cmocka_unit_test(names_aliases_and_prefixes),
        cmocka_unit_test(ambiguous_prefixes_list_their_meanings),
        cmocka_unit_test(unknown_ones_name_the_nearest),
        cmocka_unit_test(the_table_is_whole),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
