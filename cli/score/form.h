/* form.h: of which form an allocator is, told by what its library defines and needs, and by what
 * its debug information says that mm_init returns. */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "allocator/format/own.h"

struct form {
    const char *about; /* "CS:APP: int mm_init" */
    unsigned align; /* of payloads, as the labs of this form say, or the config.h beside it */
    bool said_align; /* it is config.h that does */
    char with[128]; /* "list.c": what was compiled with it, for it includes list.h; "": nothing */
    size_t heap_most; /* bytes of heap that they give */
    enum own_heap heap; /* where its memory comes from */
    char check[OWN_NAME]; /* mm_checkheap, mm_check or validate_heap; "": none */
    bool check_judges; /* it returns a bool */
    bool bool_init; /* mm_init says true for good */
    bool once; /* its labs call init once in a process */
    bool m32; /* it is of 32 bits */
    bool own_sbrk; /* it calls sbrk, which is to be memlib's: see build_setup */
    enum own_says says; /* what its checker returns, where it has one */
    char name[OWN_N_CALLS][OWN_NAME]; /* of its functions; realloc's may be "" */
};

/* False with one line in error, which names what was found: no form that can be run. */
bool form_find(struct form *f, const char *library, char *error, size_t error_bytes);

#endif
