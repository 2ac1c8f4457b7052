/* outcome.h: what one command came to, and filling it in. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rows; /* rows.h */

/* Takes the text of an outcome, whole lines of it; then it is empty. */
struct outcome;
struct outcome_sink {
    void (*take)(struct outcome_sink *self, struct outcome *out,
                 size_t bytes); /* the first bytes of out->text */
};

/* What one command came to. Strings and JSON are owned by the outcome. */
struct outcome {
    uint32_t seq;
    char *command; /* as typed, valid UTF-8 */
    bool ok;
    char *error; /* one line, NULL if ok */
    json_t *result; /* NULL: null */
    struct rows *rows; /* members of the JSON line that are written row by row; NULL: none */
    json_t *extra; /* further members of the JSON line ("blocks", "segments"), NULL if none */
    char *text; /* what was asked for, one line or several (tables, help), the last not ended; NULL
                   if nothing was */
    size_t text_bytes, text_room;
    char *sentence; /* what the allocator did, NULL if nothing */
    char *c_line; /* "p2 = malloc(32);", NULL */
    char *note; /* what there is to say besides: it ends the sentence, NULL */
    uint64_t address; /* of the payload that the allocator returned; 0: it returned none */
    uint64_t brk_before, brk_after;
    bool changed; /* the target was changed */
    bool unseen; /* the heap could not be looked at: what the command came to is not known */
    bool expected; /* it failed as it was meant to: a lesson shows that it does */
    bool absolute; /* its text tells of the whole process, or of any heap: its addresses stay what
                      they are */
    bool behind; /* its text is the story behind the heap that it left, which is to be seen first
                    (break, race) */
    char *taught; /* what the lesson or the quiz says after it, in lines; NULL */
    char brief[64]; /* the command, or what fits of it: for one that there was no memory for */
    bool spare; /* one of the lab's own */
    bool lost; /* there was no memory for all of it: what is to be known of it is in error alone,
                  and it has failed */
    bool told; /* the first of its text was taken by the sink, with what goes before it */
    bool cut; /* its text was longer than anybody takes */
    struct outcome_sink *sink; /* borrowed; takes a long text as it is made; NULL: it is kept */
};

#define OUTCOME_TEXT_MAX (4u << 20) /* bytes that are kept where nobody takes them */

/* What was lost makes a failure of it; the error needs no memory. */
void outcome_lose(struct outcome *out);

/* In place of one that there is no memory for: it has failed, and nothing was done. */
void outcome_make_spare(struct outcome *spare, uint32_t seq, const char *command);

/* NULL on no memory. */
struct outcome *outcome_new(uint32_t seq, const char *command);
void outcome_free(struct outcome *out);

/* The one line that says what was wrong and what was expected. Always false, to return at once. */
bool outcome_fail(struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A command inside another that there was no memory to take (command_next). Always false. */
bool outcome_refuse(struct outcome *out, const char *command);
/* Take back what was told: text, sentence, result and extra. */
void outcome_forget(struct outcome *out);
/* Append to the text that was asked for. */
void outcome_text(struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* No more text comes: its last line is not ended, and if the text was cut, behind a whole line, it
 * says so beyond OUTCOME_TEXT_MAX. */
void outcome_end_text(struct outcome *out);
void outcome_sentence(struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Add to what ends the sentence. */
void outcome_note(struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void outcome_taught(struct outcome *out, const char *text);
void outcome_c_line(struct outcome *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Steals value. */
void outcome_result(struct outcome *out, json_t *value);
void outcome_extra(struct outcome *out, const char *key, json_t *value);

#endif
