/* export.h: pictures and records of a session for files: which kinds there are, and how each is
 * made. */
#ifndef EXPORT_H
#define EXPORT_H

#include "cli/export/kind.h"

/* The kind that the path's ending names, in either case; NULL if there is none. */
const struct export_kind *export_kind_of(const char *path);
/* The kinds from 0 on; NULL behind the last. */
const struct export_kind *export_kind_at(size_t index);
/* ".svg, .png, … or .json" */
const char *export_endings(void);

/* Make it and write it to to. The session is not changed. False: see error. */
bool export_write(struct export *e, FILE *to);

#endif
