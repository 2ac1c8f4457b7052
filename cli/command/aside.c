/* aside.c: a session holds no pointer to itself, so it can be moved as a whole. */
#include "cli/command/aside.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/command/page.h"

struct aside {
    struct session session;
    struct marks marks;
    struct view view;
    struct trace marked;
    unsigned speed_ms;
    bool by_hand, stale;
    char *steps_text;
    struct lab_page *page;
};

static void put_aside(struct lab *lab, struct aside *p)
{
    animation_end(lab);
    p->session = lab->session;
    p->marks = lab->marks;
    p->view = lab->view;
    p->marked = lab->marked;
    p->speed_ms = lab->animation.ms;
    p->by_hand = lab->animation.by_hand;
    p->stale = lab->stale;
    p->steps_text = lab->steps_text;
    p->page = lab->page;
}

/* How things are shown is the person's choice, and stays so wherever it is made. */
static void carry_display(struct view *to, const struct view *from)
{
    to->theme = from->theme;
    to->ascii = from->ascii;
    to->offsets = from->offsets;
    to->projector = from->projector;
}

struct aside *aside_put(struct lab *lab, const struct session_setup *setup, char *error, size_t error_bytes)
{
    struct aside *p = calloc(1, sizeof *p);
    struct lab_page *page = page_new();
    if (!p || !page) {
        snprintf(error, error_bytes, "out of memory");
        goto refused;
    }
    put_aside(lab, p);
    if (!session_start(&lab->session, setup, p->session.aslr, p->session.timeout)) {
        snprintf(error, error_bytes, "%s", lab->session.error);
        lab->session = p->session;
        goto refused;
    }
    lab->session.timeout = p->session.timeout;
    lab->session.ear = p->session.ear;
    lab->session.seq = p->session.seq;
    lab->page = page;
    lab->marks = (struct marks){.n = 0};
    lab->steps_text = NULL;
    lab->stale = false;
    view_init(&lab->view);
    carry_display(&lab->view, &p->view);
    trace_reset(&lab->marked, 0);
    return p;

refused:
    page_free(page);
    free(p);
    return NULL;
}

void aside_back(struct lab *lab, struct aside *p)
{
    uint32_t seq = lab->session.seq;
    struct view lesson = lab->view;
    animation_end(lab);
    session_release(&lab->session);
    if (lab->session.left[0]) snprintf(p->session.left, sizeof p->session.left, "%s", lab->session.left);
    marks_release(&lab->marks);
    page_free(lab->page);
    free(lab->steps_text);
    lab->session = p->session;
    lab->session.away = lab->session.seq = seq;
    log_close(&lab->session.log, false, 0, 0); /* the command that set it aside */
    lab->marks = p->marks;
    lab->view = p->view;
    carry_display(&lab->view, &lesson);
    lab->marked = p->marked;
    lab->animation.ms = p->speed_ms;
    lab->animation.by_hand = p->by_hand;
    lab->steps_text = p->steps_text;
    lab->page = p->page;
    lab->stale = p->stale;
    free(p);
}
