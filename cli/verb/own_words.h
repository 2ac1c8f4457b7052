/* own_words.h: words of a stranger's heap, beside its payloads, as they may be read. */
#ifndef OWN_WORDS_H
#define OWN_WORDS_H

#include <stdint.h>

struct lab;
struct outcome;

/* A line for each word that begins in [from, to) and may be a header or a footer of CS:APP's, a few
 * at most: called a guess. In JSON "guesses". Nothing of a heap of ours, nor once `words` has
 * switched guesses off. */
void own_words_guess(struct lab *lab, uint64_t from, uint64_t to, struct outcome *out);

#endif
