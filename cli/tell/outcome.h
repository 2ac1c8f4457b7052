/* outcome.h: filling in what a command came to. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "cli/command/lab.h"

#define OUTCOME_EXACT_MAX ((UINT64_C(1) << 53) - 1) /* beyond, numbers are strings in hex */
#define OUTCOME_TEXT_MAX (4u << 20) /* bytes that are kept where nobody takes them */

/* Was anything lost since this was asked last, for there was no memory: words, or values of the JSON? outcome_watch_memory makes it hear of all
 * that jansson does; once is enough. */
bool outcome_lost(void);
void outcome_note_lost(void);
void outcome_watch_memory(void);
/* What was lost makes a failure of it; the error needs no memory. */
void outcome_lose(struct outcome *out);

/* In place of one that there is no memory for: it has failed, and nothing was done. */
void outcome_make_spare(struct outcome *spare, uint32_t seq, const char *command);

/* NULL on no memory. */
struct outcome *outcome_new(uint32_t seq, const char *command);
void outcome_free(struct outcome *out);

/* The one line that says what was wrong and what was expected. Always false, to return at once. */
bool outcome_fail(struct outcome *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A command inside another that there was no memory to take (command_next). Always false. */
bool outcome_refuse(struct outcome *out, const char *command);
/* Take back what was told: text, sentence, result and extra. */
void outcome_forget(struct outcome *out);
/* Append to the text that was asked for. */
void outcome_text(struct outcome *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* No more text comes: its last line is not ended, and if the text was cut, behind a whole line, it says so beyond OUTCOME_TEXT_MAX. */
void outcome_end_text(struct outcome *out);
void outcome_sentence(struct outcome *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Add to what ends the sentence. */
void outcome_note(struct outcome *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void outcome_taught(struct outcome *out, const char *text);
void outcome_c_line(struct outcome *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Steals value. */
void outcome_result(struct outcome *out, json_t *value);
void outcome_extra(struct outcome *out, const char *key, json_t *value);

/* Bytes of the valid UTF-8 character at text, 0 if there is none. */
size_t outcome_character(const char *text);
/* text as valid UTF-8, bytes that are none as U+FFFD; malloc'd, NULL on no memory. */
char *outcome_utf8(const char *text);
/* "0x406020" */
json_t *outcome_address(uint64_t address);
/* Every integer of the JSON: as one up to 2^53 - 1, beyond which readers that keep numbers as doubles (jq, browsers) would change it: from there
 * on text in hex, "0x20000000000000"; a negative one with its sign before it. */
json_t *outcome_number(uint64_t n);
json_t *outcome_signed(int64_t n);

#endif
