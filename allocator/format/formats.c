/* formats.c: the table of block formats. See format.h. */
#include "format.h"

const struct format *const formats[] = {&format_bump, &format_header, &format_fit, &format_opaque};
const unsigned n_formats = sizeof formats / sizeof formats[0];
