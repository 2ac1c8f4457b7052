/* form_make.h: sources made into a library of a known form, with what stands beside them. */
#ifndef FORM_MAKE_H
#define FORM_MAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/score/build.h"
#include "cli/score/form.h"

/* As build_make and form_find. Sources that stand beside a single file and have the names of
 * headers that it includes (list.h, list.c) are compiled with it; ALIGNMENT is taken of a config.h
 * beside it; where the form calls sbrk, that becomes memlib's. False with one line in error; b is
 * to be released either way. */
bool form_make(struct form *f, struct build *b, const struct build_setup *setup, char *error,
               size_t error_bytes);

#endif
