/* page_store.h: what the scenes borrow of a heap on show: strings and arrays that live until the
 * next command. Filled by page.c. */
#ifndef PAGE_STORE_H
#define PAGE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "cli/tell/shapes.h"
#include "viz/picture.h"

#define LOG_LINES_MAX 256u
#define OUTPUT_LINES_MAX 64u
#define HISTORY_LOOKS_MAX 1024u /* watch.h: WATCH_MOMENTS_MAX */
#define PAGE_DETAIL_BYTES 1024u
#define NOTICE_BYTES 256u
#define LIVE_PULSE_BYTES 64u /* live.h */

/* What was read of the selected block. */
struct page_capture {
    uint64_t looks; /* the look that it belongs to; 0: none, it is to be read again */
    struct snapshot_block block;
    size_t n_bytes, n_words;
    unsigned char bytes[PAGE_DETAIL_BYTES];
    struct shape_word word[SHAPE_WORDS_MAX];
};

struct lab_page {
    struct picture_line line[LOG_LINES_MAX]; /* oldest first; texts are owned */
    size_t n_lines;
    uint64_t *heap_bytes, *live_bytes; /* the history */
    uint64_t moments[4][HISTORY_LOOKS_MAX]; /* the same of a process that is looked at */
    struct picture_line output[OUTPUT_LINES_MAX]; /* the last of what a program has written */
    char pulse[LIVE_PULSE_BYTES], trace[96];
    size_t n_history, room_history;
    const char **names;
    uint32_t *name_ids;
    size_t n_names, room_names;
    struct picture_detail detail;
    struct picture_history history;
    unsigned char bytes[PAGE_DETAIL_BYTES];
    struct page_capture capture;
    char notice[NOTICE_BYTES];
    char course_title[128], course_hint[64];
    char switches[160];
    char *said[3]; /* sentence, answer and step with other addresses; NULL: as they are */
};

struct lab_page *page_new(void); /* NULL on no memory */
void page_free(struct lab_page *page);

#endif
