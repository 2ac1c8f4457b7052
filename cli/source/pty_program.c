/* pty_program.c: see pty_program.h. */
#include "cli/source/pty_program.h"

#define PIECE 4096
#define PIECES_MAX 64 /* at once: then others are heard */

bool pty_program_read(struct pty_program *p)
{
    char piece[PIECE];
    bool some = false;
    ssize_t n;
    for (int i = 0; i < PIECES_MAX && (n = spawn_read(&p->spawn, piece, sizeof piece)) > 0; i++) {
        written_take(&p->written, piece, (size_t)n);
        some = true;
    }
    return some;
}

void pty_program_release(struct pty_program *p)
{
    written_release(&p->written);
    spawn_release(&p->spawn);
    *p = (struct pty_program){.rows = 0};
}
