/* glibc_memory.c: what a look reads with, and where it keeps it. */
#include <stdlib.h>
#include <string.h>

#include "glibc_private.h"

bool list_grow(struct glibc_looking *l, struct glibc_list *list, size_t bytes)
{
    size_t room = list->room < 64 ? 64 : list->room + list->room / 2;
    void *item = room > SIZE_MAX / bytes ? NULL : realloc(list->item, room * bytes);
    if (item == NULL) return l->no_memory = true, false;
    list->item = item;
    list->room = room;
    return true;
}

const struct glibc_map *map_at(const struct glibc_looking *l, uint64_t address)
{
    size_t low = 0, high = l->n_maps;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (l->map[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->n_maps && l->map[low].start <= address ? &l->map[low] : NULL;
}

bool maps_cover(const struct glibc_looking *l, uint64_t start, uint64_t end)
{
    const struct glibc_map *m = map_at(l, start), *last = l->map + l->n_maps;
    if (m == NULL || start >= end) return false;
    for (; m->readable && m->end < end; m++)
        if (m + 1 == last || m[1].start != m->end) return false;
    return m->readable;
}

bool read_at(struct glibc_looking *l, uint64_t address, void *to, size_t bytes)
{
    size_t got = 0;
    if (address >= ADDRESS_LIMIT || !maps_cover(l, address, address + bytes)) return false;
    const unsigned char *from = l->m->bytes(l->m, address, bytes, bytes, &got);
    if (from == NULL || got < bytes) return false;
    memcpy(to, from, bytes);
    return true;
}

bool read_word(struct glibc_looking *l, uint64_t address, uint64_t *word)
{
    return read_at(l, address, word, sizeof *word);
}
