/* subject.c: see subject.h. */
#include "cli/score/subject.h"

#include "cli/report/report.h"
#include "cli/score/form_make.h"
#include "cli/text/text.h"

bool subject_open(struct subject *s, const struct score_options *o, char *error, size_t error_bytes)
{
    const struct build_setup setup = {
        .cc = o->cc, .cflags = o->cflags, .files = o->files, .n_files = o->n_files, .m32 = o->m32};
    bool ok = form_make(&s->form, &s->build, &setup, error, error_bytes);
    if (s->build.said) report_safe(stderr, s->build.said);
    if (!ok) return false;
    if (o->m32 && !s->form.m32)
        return text_complain(error, error_bytes,
                             "--m32 made no program of 32 bits; expected a compiler that knows "
                             "-m32, see --cc");
    s->runner = (struct runner){.library = s->build.library,
                                .form = &s->form,
                                .align = o->align ? o->align : s->form.align,
                                .heap_most = o->heap_most ? o->heap_most : s->form.heap_most,
                                .seconds = o->timeout,
                                .check_heap = o->check_heap,
                                .count = o->instructions,
                                .libc = o->libc,
                                .check_only = o->check_only,
                                /* Between runs of pages there is nothing that could be lost. */
                                .placed = o->why && s->form.heap != OWN_HEAP_PAGES};
    if (o->check_heap && !s->form.check[0])
        report_complain(stderr,
                        "%s: it defines no mm_checkheap, mm_check or validate_heap; "
                        "nothing of it is called",
                        o->command);
    return true;
}

void subject_release(struct subject *s) { build_release(&s->build); }
