/* c_pointer.c: pointers as a line of C writes them: a name, an address with a cast, NULL, and a
 * number of elements further. */
#include "cli/command/c_scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/text/ascii.h"

#define DEPTH_MAX 32u

/* The block in use whose payload is at address, as an id. */
static bool at_address(struct c_scan *s, uint64_t address, struct c_pointer *p)
{
    uint64_t payload, requested;
    for (uint32_t id = ledger_next_live(s->ledger, 0); id; id = ledger_next_live(s->ledger, id))
        if (ledger_find(s->ledger, id, &payload, &requested) && payload == address)
            return snprintf(p->word, sizeof p->word, "%" PRIu32, id), true;
    return c_fail(s,
                  "0x%" PRIx64
                  " is not what malloc returned for a block in use; expected a pointer like p1",
                  address);
}

/* Behind a cast: what the pointer points to is as large as the type says. */
static bool behind_cast(struct c_scan *s, struct c_pointer *p)
{
    struct c_type type;
    if (!c_type(s, &type) || !c_need(s, ")") || !c_pointer_term(s, p)) return false;
    p->cast = !(type.stars == 1 && type.is_void);
    p->element = type.stars > 1 || type.stars == 0 ? 8 : type.is_void ? 1 : type.bytes;
    p->is_float = type.stars == 1 && type.is_float;
    return p->element > 0 || c_fail(s, "the lab does not know that type's size; expected a cast "
                                       "such as (char *) or (int *)");
}

static bool index_into(struct c_scan *s, struct c_pointer *p)
{
    struct c_number n;
    int64_t bytes;
    if (!c_need(s, "[") || !c_number(s, &n) || !c_need(s, "]")) return false;
    if (__builtin_mul_overflow((int64_t)n.bits, (int64_t)p->element, &bytes) ||
        __builtin_add_overflow(p->offset, bytes, &p->offset))
        return c_fail(s, "the index is out of range; expected a place in the block");
    return true;
}

static bool term(struct c_scan *s, struct c_pointer *p)
{
    struct c_number n;
    *p = (struct c_pointer){.element = 1};
    c_skip(s);
    if (c_take(s, "(")) return c_at_type(s) ? behind_cast(s, p) : c_pointer(s, p) && c_need(s, ")");
    if (c_take(s, "&")) return term(s, p) && index_into(s, p);
    if (ascii_is_digit(*s->at))
        return c_product(s, &n) && (n.bits == 0 || at_address(s, n.bits, p));
    if (!c_word(s, p->word))
        return c_fail(s, "a pointer is missing; expected one like p1, or NULL");
    if (strcmp(p->word, "NULL") == 0 || strcmp(p->word, "nullptr") == 0) p->word[0] = '\0';
    if (strcmp(p->word, "all") == 0) return c_fail(s, "all is no pointer; expected one like p1");
    return true;
}

bool c_pointer_term(struct c_scan *s, struct c_pointer *p)
{
    if (s->depth >= DEPTH_MAX)
        return c_fail(s, "the line of C is more than %u deep; expected less", DEPTH_MAX);
    s->depth++;
    bool ok = term(s, p);
    s->depth--;
    return ok;
}

bool c_pointer(struct c_scan *s, struct c_pointer *p)
{
    if (!c_pointer_term(s, p)) return false;
    for (;;) {
        struct c_number n;
        int64_t bytes;
        c_skip(s);
        char op = *s->at;
        if (op != '+' && op != '-') return true;
        s->at++;
        if (!c_product(s, &n)) return false;
        if (__builtin_mul_overflow((int64_t)n.bits, (int64_t)p->element, &bytes) ||
            (op == '+' ? __builtin_add_overflow(p->offset, bytes, &p->offset)
                       : __builtin_sub_overflow(p->offset, bytes, &p->offset)))
            return c_fail(s, "the offset is out of range; expected a place in the block");
    }
}
