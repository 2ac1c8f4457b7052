/* text.h: UTF-8 that came from anywhere: what of it separates words, what can't be seen, and how
 * that is shown. Nothing here asks the locale. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define TEXT_SHOWN_MAX 12 /* bytes of a character as it is shown, with the zero byte */

/* Bytes of what stands at text, 0 if it is something else: */
size_t text_blank(const char *text); /* a blank: ASCII's, or one that a web page or a word processor
                                        puts in its place (U+00A0, U+3000 and the like) */
size_t text_nothing(const char *text); /* what takes no room and stands for nothing: U+200B, U+00AD,
                                          U+2060, and U+FEFF, the byte order mark */
size_t text_quote(const char *text); /* a double quote as typographers set it: “ ” „ ‟ */
size_t text_minus(const char *text); /* a minus or dash as typographers set it: − – ‐ ‑ */

/* The character at *at, which moves behind it, as it can be shown on any terminal: itself, or \x1b
 * (a byte that is a control or no UTF-8) or \u202e (what has no look of its own or turns the text
 * around it). words: a blank that is no space is shown as that, too. Returns the bytes in to. */
size_t text_shown(const char **at, bool words, char to[TEXT_SHOWN_MAX]);

/* word made printable, at most 40 columns of it, for quoting in an error; "" if it is empty. A
 * small ring of static storage. */
const char *text_printable(const char *word);
/* A text likewise, as much of it as fits into bytes, at least 4: "..." where that is not all.
 * Returns to. */
const char *text_fit(const char *text, char *to, size_t bytes);
/* Bytes of the valid UTF-8 character at text, 0 if there is none. */
size_t text_character(const char *text);
/* text as valid UTF-8, bytes that are none as U+FFFD; malloc'd, NULL on no memory. */
char *text_utf8(const char *text);

/* A path behind its last slash, of which it is a part; whole where nothing stands there. */
const char *text_base(const char *path);

/* What was wrong and what was expected, as printf makes it, in one line of bytes at most; cut where
 * they end. Always false, for a function that has failed. */
bool text_complain(char *error, size_t bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
