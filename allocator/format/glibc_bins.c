/* glibc_bins.c: numbers and names of bins, flags and words, and which chunk is where. */
#include "glibc_private.h"
#include "sentence.h"

/* Large bins: sizes from from on go into bin add + (size >> shift), up to last. */
static const struct large {
    unsigned shift, most, add;
} large[] = {{6, 48, 48}, {9, 20, 91}, {12, 10, 110}, {15, 4, 119}, {18, 2, 124}};
#define N_LARGE (sizeof large / sizeof large[0])

unsigned bin_of_size(uint64_t size)
{
    if (size < SMALL_LEAST) return (unsigned)(size >> 4);
    for (size_t i = 0; i < N_LARGE; i++)
        if (size >> large[i].shift <= large[i].most)
            return large[i].add + (unsigned)(size >> large[i].shift);
    return GLIBC_BIN_LAST;
}

/* The least size of a bin. */
static uint64_t least_of(unsigned bin)
{
    uint64_t size = CHUNK_LEAST;
    if (bin < GLIBC_BIN_LARGE) return (uint64_t)bin << 4;
    if (bin == GLIBC_BIN_LAST) return UINT64_C(3) << 18;
    for (size_t i = 0; i < N_LARGE; i++) {
        uint64_t from = i == 0 ? 0 : (uint64_t)(large[i - 1].most + 1) << large[i - 1].shift;
        if (bin > large[i].add + large[i].most) continue;
        size = (uint64_t)(bin - large[i].add) << large[i].shift;
        return size < from ? from : size;
    }
    return size;
}

#define N_TCACHE_SMALL 64u
#define N_TCACHE 76u

const char *glibc_bin_name(unsigned bin, char text[GLIBC_BIN_NAME])
{
    struct sentence s = sentence_in(text, GLIBC_BIN_NAME);
    if (bin == GLIBC_BIN_UNSORTED) return sentence_put(&s, "unsorted"), text;
    if (bin == GLIBC_BIN_TOP) return sentence_put(&s, "top"), text;
    bool cache = bin >= GLIBC_BIN_TCACHE && bin < GLIBC_BIN_TCACHE + N_TCACHE;
    bool fast = bin >= GLIBC_BIN_FAST && bin < GLIBC_BIN_FAST + N_FAST;
    unsigned place = cache ? bin - GLIBC_BIN_TCACHE : bin - GLIBC_BIN_FAST;
    bool wide = cache ? place >= N_TCACHE_SMALL : !fast && bin >= GLIBC_BIN_LARGE;
    if (!cache && !fast && (bin == 0 || bin > GLIBC_BIN_LAST)) return text;
    sentence_put(&s, cache ? "tcache " : fast ? "fast " : wide ? "large " : "small ");
    sentence_put_number(&s,
                        cache && wide   ? tcache_least(place)
                        : cache || fast ? CHUNK_LEAST + UINT64_C(16) * place
                                        : least_of(bin),
                        10);
    if (wide) sentence_put(&s, "+");
    return text;
}

/* The bins for large chunks, from 2.42 on: by the highest bit. */
uint64_t tcache_least(unsigned place)
{
    return place == N_TCACHE_SMALL ? SMALL_LEAST + 32
                                   : (uint64_t)SMALL_LEAST << (place - N_TCACHE_SMALL);
}

const char *glibc_flags_text(uint64_t word, char text[GLIBC_FLAGS_TEXT])
{
    static const char *const names[] = {"PREV_INUSE", "IS_MMAPPED", "NON_MAIN_ARENA"};
    struct sentence s = sentence_in(text, GLIBC_FLAGS_TEXT);
    for (unsigned i = 0; i < 3; i++) {
        if ((word >> i & 1) == 0) continue;
        if (*text != '\0') sentence_put(&s, ", ");
        sentence_put(&s, names[i]);
    }
    return text;
}

/* ── Words ── */

static void put_word(struct block_word *w, enum block_field field, uint64_t block, uint64_t offset)
{
    *w = (struct block_word){field, block_field_info(field)->name, block + offset, (uint32_t)offset,
                             8};
}

size_t glibc_words(const struct walk_block *b, struct block_word words[GLIBC_WORDS_MAX])
{
    enum walk_state state = b->state == WALK_IS_DAMAGED ? b->would_be : b->state;
    uint32_t at = b->header - CHUNK_BLOCK_HEADER; /* of the size word */
    size_t n = 0;
    if (state == WALK_FOREIGN || b->header < CHUNK_BLOCK_HEADER) return 0;
    if (at != 0) put_word(&words[n++], FIELD_CHUNK_PREV_SIZE, b->address, 0);
    put_word(&words[n++], FIELD_CHUNK_SIZE, b->address, at);
    if (b->bin == GLIBC_BIN_TOP || b->size < at + CHUNK_BLOCK_MIN) return n;
    if (state == WALK_CACHED) {
        put_word(&words[n++], FIELD_CHUNK_NEXT, b->address, at + 8);
        if (b->bin >= GLIBC_BIN_TCACHE) put_word(&words[n++], FIELD_CHUNK_KEY, b->address, at + 16);
    }
    if (state != WALK_IS_FREE) return n;
    put_word(&words[n++], FIELD_CHUNK_FD, b->address, at + 8);
    put_word(&words[n++], FIELD_CHUNK_BK, b->address, at + 16);
    if (b->size - at >= SMALL_LEAST && b->bin != GLIBC_BIN_UNSORTED) {
        put_word(&words[n++], FIELD_CHUNK_FD_NEXTSIZE, b->address, at + 24);
        put_word(&words[n++], FIELD_CHUNK_BK_NEXTSIZE, b->address, at + 32);
    }
    if (b->size - 8 <= UINT32_MAX)
        put_word(&words[n++], FIELD_CHUNK_PREV_SIZE, b->address, b->size - 8);
    return n;
}

/* ── Places ── */

const struct glibc_region *region_at(const struct glibc_heap *h, uint64_t address)
{
    const struct glibc_region *r = h->own->regions.item;
    size_t low = 0, high = h->own->regions.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (r[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < h->own->regions.n && r[low].start <= address ? &r[low] : NULL;
}

const uint64_t *word_at(const struct glibc_heap *h, uint64_t address)
{
    const struct glibc_region *r = region_at(h, address);
    const struct glibc_mark *marks = h->own->marks.item;
    const uint64_t *words = h->own->words.item;
    size_t low = 0, high = h->own->marks.n;
    if (r == NULL || r->n == 0 || address % CHUNK_HEADER != 0) return NULL;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (marks[middle].chunk <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || marks[low - 1].index < r->first) return NULL;
    uint64_t at = marks[low - 1].chunk;
    for (size_t i = marks[low - 1].index; i < r->first + r->n && at <= address; i++) {
        if (at == address) return &words[i];
        at += chunk_size(words[i]);
    }
    return NULL;
}

uint64_t block_of(const struct glibc_heap *h, uint64_t chunk)
{
    const struct glibc_region *r = region_at(h, chunk);
    return r != NULL && (r->chunk == chunk || r->kind == GLIBC_MAPPED) ? chunk : chunk + 8;
}
