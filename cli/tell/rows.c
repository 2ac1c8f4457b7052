/* rows.c: what all kinds of rows have in common. */
#include "cli/tell/rows.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/tell/value.h"

void rows_free(struct rows *rows)
{
    if (rows) rows->kind->free(rows);
}

bool rows_write(const struct rows *rows, struct session *s, FILE *to)
{
    return rows->kind->write(rows, s, to) && !ferror(to);
}

bool rows_json(const struct rows *rows, json_t *object)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (!to) return false;
    fputs("{\"\":0", to);
    bool ok = rows_write(rows, NULL, to) && fputc('}', to) != EOF;
    ok = fclose(to) == 0 && ok;
    json_t *j = ok ? json_loads(text, 0, NULL) : NULL;
    if (j) json_object_del(j, "");
    ok = j && json_object_update(object, j) == 0;
    json_decref(j);
    free(text);
    return ok;
}

void rows_put_number(const char *before, uint64_t n, FILE *to)
{
    fprintf(to, n <= VALUE_EXACT_MAX ? "%s%" PRIu64 : "%s\"0x%" PRIx64 "\"", before, n);
}
