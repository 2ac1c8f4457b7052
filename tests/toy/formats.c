/* formats.c: the table of formats with a row more. */
#include "buddy.h"

const struct format *const formats[] = {&format_bump, &format_header, &format_fit, &format_buddy};
const unsigned n_formats = sizeof formats / sizeof formats[0];
