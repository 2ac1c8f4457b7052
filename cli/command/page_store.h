/* page_store.h: what the scenes borrow of a heap on show: strings and arrays that live until the next command. Filled by page.c. */
#ifndef PAGE_STORE_H
#define PAGE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "viz/picture.h"

#define LOG_LINES_MAX 256u
#define DETAIL_BYTES 1024u
#define NOTICE_BYTES 256u

struct lab_page {
    struct picture_line line[LOG_LINES_MAX]; /* oldest first; texts are owned */
    size_t n_lines;
    uint64_t *heap_bytes, *live_bytes; /* the history */
    size_t n_history, room_history;
    const char **names;
    uint32_t *name_ids;
    size_t n_names, room_names;
    struct picture_detail detail;
    struct picture_history history;
    unsigned char bytes[DETAIL_BYTES];
    size_t n_bytes;
    uint64_t bytes_at; /* address of bytes[0]; kept when the target is dead */
    char notice[NOTICE_BYTES];
    char course_title[128], course_hint[64];
    char switches[160];
    char *said[3]; /* sentence, answer and step with other addresses; NULL: as they are */
};

struct lab_page *page_new(void); /* NULL on no memory */
void page_free(struct lab_page *page);

#endif
