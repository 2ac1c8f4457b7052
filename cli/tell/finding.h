/* finding.h: what the checker and the walk found, with what they can't know: whose block it is, and
 * what the word was. */
#ifndef FINDING_H
#define FINDING_H

#include <jansson.h>

#include "allocator/format/check.h"
#include "cli/session/session.h"

#define FINDING_MAX 320u

/* "I2: block 0x411030 (#2): size is 1953722993, but next leads to 0x411060; it was 16" */
const char *finding_text(struct session *s, const struct check_finding *f, char text[FINDING_MAX]);
/* {"invariant":2,"address":…,"expected":…,"found":…,"text":…}, with "id", "field" and "was" where
 * they are known. */
json_t *finding_json(struct session *s, const struct check_finding *f);

/* What the last look found damaged: "size of #2 is 1953722993, which can't be true; it was 16"; ""
 * if no word can be named. */
const char *finding_damage(struct session *s, char text[FINDING_MAX]);
/* {"block":…,"id":…,"field":…,"found":…,"was":…}; NULL if no word can be named. */
json_t *finding_damage_json(struct session *s);

#endif
