/* try.h: a lab in this process, with its real target, and what tests ask of it. One at a time. */
#ifndef TRY_H
#define TRY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command/lab.h"

extern struct lab try_lab;

/* A fresh lab under policy; fails the test if it does not start. */
void try_open(enum heap_policy policy);
void try_open_with(const struct session_setup *setup, bool aslr);
void try_close(void);
/* Kill the target from outside; it is dead when this returns, and the session has not noticed. */
void try_kill(void);

/* Run a command that must succeed, one that must fail with one line that holds expected, and one
 * that may do either. After each the promises to scripts are checked: see try_promises. */
const struct outcome *try_ok(const char *format, ...) __attribute__((format(printf, 1, 2)));
void try_fails(const char *command, const char *expected);
bool try_any(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The last sentence or text holds expected. */
void try_says(const char *expected);
void try_tells(const char *expected);

/* The JSON line of the last command has the promised keys, types and sums: heap_bytes = live +
 * padding + header + free (+ foreign), and brk. */
void try_promises(void);
json_t *try_json(void); /* of the last command; the caller's */
json_int_t try_stat(const char *name);

/* The heap's bytes now; malloc'd, *n long (*n 0: NULL). */
unsigned char *try_bytes(size_t *n);

/* The heap itself: its root without what lies behind that, brk, and the bytes; of at most 64 KiB.
 */
struct try_image {
    unsigned char root[sizeof(struct heap_root)], bytes[1u << 16];
    size_t n;
    uint64_t brk;
};
void try_image_take(struct try_image *image);
void try_image_same(const struct try_image *a, const struct try_image *b, const char *what);

/* A picture of everything that undo must bring back: bytes, blocks with ids and names, setup.
 * Malloc'd text. */
char *try_state(void);

/* A file with that text under a name of its own; its path is as scratch_path's. */
const char *try_file(const char *text);

#endif
