/* play.c: stub */
#include "cli/export/play.h"
bool play_html(struct export *e, FILE *to)
{
    (void)e;
    (void)to;
    return false;
}
bool play_cast(struct export *e, FILE *to)
{
    (void)e;
    (void)to;
    return false;
}
bool play_json(struct export *e, FILE *to)
{
    (void)e;
    (void)to;
    return false;
}
