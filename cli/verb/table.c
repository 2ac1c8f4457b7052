/* table.c: the commands. Help, usage, completion and the manual's list all come from these rows. */
#include "cli/command/command.h"
#include "cli/text/ascii.h"

#include <stdio.h>
#include <string.h>

#include "cli/command/parse.h"
#include "cli/text/text.h"
#include "cli/verb/run.h"

#define CHANGE (COMMAND_CHANGES | COMMAND_NEEDS_LIFE)

/* clang-format off: a command is a row */
const struct command command_table[] = {
    {"alloc",
     "malloc new",
     "SIZE [as NAME]",
     "allocate SIZE bytes",
     "The block gets the next id, and the NAME if one is given; the name of a block in use only with force: nothing points to "
     "that one then. "
     "In C: p1 = malloc(64).\nExample: alloc 64 as buffer",
     "allocate",
     1,
     4,
     {ARG_SIZE, ARG_WORD, ARG_NAME, ARG_WORD},
     CHANGE,
     run_alloc},
    {"calloc",
     "",
     "N SIZE [as NAME]",
     "allocate N times SIZE bytes, cleared",
     "A product that overflows is refused, as calloc must. In C: p2 = calloc(4, 16).\nExample: calloc 4 16",
     "allocate",
     2,
     5,
     {ARG_SIZE, ARG_SIZE, ARG_WORD, ARG_NAME},
     CHANGE,
     run_calloc},
    {"realloc",
     "resize",
     "ID|NULL SIZE [as NAME]",
     "make a block SIZE bytes long",
     "In place where the allocator can, else the block moves; it keeps its id and name. Of NULL it is alloc. In C: p2 = "
     "realloc(p2, 128)."
     "\nExample: realloc 2 128",
     "allocate",
     2,
     5,
     {ARG_ID, ARG_SIZE, ARG_WORD, ARG_NAME},
     CHANGE,
     run_realloc},
    {"aligned",
     "aligned_alloc memalign",
     "ALIGN SIZE [as NAME]",
     "allocate at a multiple of ALIGN, a power of two",
     "A gap before the block becomes a free block. In C: p3 = aligned_alloc(256, 100).\nExample: aligned 256 100",
     "allocate",
     2,
     5,
     {ARG_SIZE, ARG_SIZE, ARG_WORD, ARG_NAME},
     CHANGE,
     run_aligned},
    {"free",
     "delete",
     "ID...|NULL",
     "free blocks",
     "ID: 2, #2, p2, a NAME, a range 4-6, or all. Nothing is freed if one of them is not in use; of NULL nothing ever is. In C: "
     "free(p2)."
     "\nExample: free 2; free 4-6 buffer",
     "allocate",
     1,
     -1,
     {ARG_ID},
     CHANGE | COMMAND_COMPOSES,
     run_free},

    {"blocks",
     "list ls",
     "",
     "list all blocks and the free list",
     "In address order, as the heap itself records them. A free block shows in brackets whose it was last.",
     "look",
     0,
     0,
     {ARG_NONE},
     0,
     run_blocks},
    {"segments",
     "maps",
     "",
     "list the segments of the process",
     "Text, data, bss, heap, stack and the others, from the program's file and /proc. Where /proc can't be believed, what is "
     "missing is said.",
     "look",
     0,
     0,
     {ARG_NONE},
     0,
     run_segments},
    {"show",
     "inspect",
     "[ID|ADDRESS]",
     "show a block's header fields",
     "Of a block in use, or of a freed one that is still a block of its own. Alone, it takes the selected block: the one that "
     "was chosen, else the one that "
     "changed last.\nExample: show 2",
     "look",
     0,
     1,
     {ARG_ID},
     0,
     run_show},
    {"dump",
     "hexdump x",
     "[ID|ADDRESS [BYTES]]",
     "show bytes of memory",
     "Of a block with its header, or from an address in hex. Alone, it takes the selected block.\nExample: dump 2; dump 0x411000 "
     "32",
     "look",
     0,
     2,
     {ARG_ID, ARG_SIZE},
     0,
     run_dump},
    {"stats",
     "statistics",
     "",
     "show where the bytes are, and what is stuck and why",
     "heap = live + padding + header + free (+ foreign, + damaged).",
     "look",
     0,
     0,
     {ARG_NONE},
     0,
     run_stats},
    {"check",
     "verify",
     "",
     "check the heap's invariants",
     "Numbered I1 to I15, read from outside; fails if one does not hold.",
     "look",
     0,
     0,
     {ARG_NONE},
     0,
     run_check},
    {"steps",
     "",
     "",
     "tell what the last change did, one line a step",
     "Which blocks were looked at and why they were refused, what was split, merged and written, when brk moved.",
     "look",
     0,
     0,
     {ARG_NONE},
     0,
     run_steps},
    {"why",
     "",
     "[ID|ADDRESS]",
     "tell why a block is as large as it is",
     "Requested, rounded, not split because, header: its size step by step. Alone, it takes the selected block.\nExample: why 2",
     "look",
     0,
     1,
     {ARG_ID},
     0,
     run_why},
    {"mark",
     "",
     "[NAME]",
     "keep this state under a name, or list the names",
     "For diff. Marks are not part of the log.\nExample: mark before",
     "look",
     0,
     1,
     {ARG_WORD},
     0,
     run_mark},
    {"diff",
     "",
     "[A [B]]",
     "tell what changed between two marked states",
     "Blocks, brk, header words, bytes. B is now unless it is given, A the newest mark.\nExample: diff before now",
     "look",
     0,
     2,
     {ARG_WORD},
     0,
     run_diff},

    {"sbrk",
     "",
     "[+|-BYTES] [force]",
     "move brk behind the allocator's back, or ask where it is",
     "What it adds is a foreign block. It fails with (void *) -1. Cutting into live blocks needs force, but not in C: "
     "sbrk(-16).\nExample: sbrk; sbrk "
     "+4096; sbrk -16 force",
     "memory",
     0,
     2,
     {ARG_SIZE, ARG_WORD},
     CHANGE,
     run_sbrk},
    {"write",
     "poke",
     "ID OFFSET BYTES|\"TEXT\" [force]",
     "write into a block",
     "BYTES are pairs of hex digits. Beyond the payload, and before it (-1), only with force: that is how heaps break. In C, "
     "which asks nobody: "
     "strcpy(p1, \"hello\"), memcpy(p1 + 1, \"ell\", 3), p1[0] = 'H'.\nExample: write 1 0 \"hello\"; write 1 64 ff ff force",
     "memory",
     2,
     -1,
     {ARG_ID, ARG_SIZE, ARG_WORD},
     CHANGE,
     run_write},
    {"fill",
     "memset",
     "ID BYTE [BYTES [OFFSET]] [force]",
     "fill a block's requested bytes",
     "Or so many BYTES from OFFSET on; beyond the payload only with force. In C, which asks nobody: memset(p1, 0xaa, "
     "16).\nExample: fill 1 0xaa; fill 1 0 16",
     "memory",
     2,
     5,
     {ARG_ID, ARG_SIZE, ARG_SIZE, ARG_SIZE},
     CHANGE,
     run_fill},

    {"break",
     "",
     "[FAULT]",
     "do a classic fault to the heap, and see the harm",
     "Alone, it lists them. FAULT: overflow, underflow, off-by-one, double-free, use-after-free, wild-free, header, cycle, leak, "
     "oom.\n"
     "The real bytes are broken: which words changed, what check finds and when, what the next alloc and free do. undo takes it "
     "back.\nExample: break overflow",
     "faults",
     0,
     1,
     {ARG_FAULT},
     CHANGE | COMMAND_LISTS,
     run_break},
    {"race",
     "",
     "[1|2... | step 1|2 [N] | end]",
     "let two threads allocate, in an order of your choice",
     "Alone: the known bad order. With numbers: whose step comes next. With step: one thread goes on, and is held there. Each "
     "step is one that the allocator tells. `set lock off` takes the lock away.\nExample: set lock off; race",
     "faults",
     0,
     -1,
     {ARG_WORD},
     CHANGE | COMMAND_COMPOSES,
     run_race},

    {"policy",
     "",
     "[NAME [replay]]",
     "list the policies, or start a fresh heap under another",
     "Alone, it changes nothing. bump, header, first-fit, next-fit, best-fit or worst-fit; with replay the log is run again "
     "under it.\nExample: policy "
     "best-fit replay",
     "session",
     0,
     2,
     {ARG_POLICY, ARG_WORD},
     COMMAND_LISTS | COMMAND_CHANGES | COMMAND_COMPOSES,
     run_policy},
    {"set",
     "",
     "[OPTION VALUE]",
     "list the options, or change one",
     "Alone, it tells them all. split, coalesce, trim: on or off; order: address, lifo, fifo, size-up, size-down; growth: exact, "
     "page, 64K; lock: on or "
     "off; the guards, canary and poison: on or off, quarantine: off or up to 64; theme: dark, light, mono (kept "
     "for the next start), auto: as the terminal's background is; mouse: on or off; "
     "addresses: absolute or offset; projector: on or off.\nExample: set coalesce off",
     "session",
     0,
     2,
     {ARG_OPTION, ARG_VALUE},
     COMMAND_LISTS | COMMAND_CHANGES,
     run_set},
    {"limit",
     "",
     "[SIZE|off]",
     "set the heap's most bytes",
     "Alone, it tells it. The allocator itself refuses to grow beyond: out of memory, for a class.\nExample: limit 4k",
     "session",
     0,
     1,
     {ARG_SIZE},
     CHANGE | COMMAND_LISTS,
     run_limit},
    {"reset",
     "restart",
     "",
     "start a fresh heap, same policy and options",
     "In a fresh process. It can be undone.",
     "session",
     0,
     0,
     {ARG_NONE},
     COMMAND_CHANGES,
     run_reset},
    {"undo",
     "u",
     "[N|all]",
     "take back the last N commands that changed the heap",
     "The heap is made again in a fresh process, equal to the byte. A death of the target can be undone too. What Ctrl-C "
     "stopped on its way is taken back as far as it was done. If the replay comes out otherwise than the first time, nothing is "
     "undone, and it says why. It stands alone, not inside source or repeat.",
     "session",
     0,
     1,
     {ARG_SIZE},
     0,
     run_undo},
    {"redo",
     "",
     "[N|all]",
     "do again what was undone",
     "Until another command changes the heap.",
     "session",
     0,
     1,
     {ARG_SIZE},
     0,
     run_redo},
    {"repeat",
     "",
     "N COMMAND",
     "run a command N times",
     "Up to 1,000,000; several commands in quotes. Stops at the first failure.\nExample: repeat 10 alloc 16; repeat 3 \"alloc 8; "
     "free all\"",
     "session",
     2,
     -1,
     {ARG_SIZE, ARG_COMMAND},
     COMMAND_COMPOSES,
     run_repeat},
    {"random",
     "",
     "N [seed S] [max SIZE]",
     "run N random allocs and frees",
     "The same seed gives the same operations. Sizes are up to 256 unless max says otherwise.\nExample: random 100 seed 7",
     "session",
     1,
     5,
     {ARG_SIZE, ARG_WORD},
     COMMAND_COMPOSES | COMMAND_NEEDS_LIFE,
     run_random},
    {"source",
     "run",
     "FILE",
     "run the commands of a file",
     "A regular file of up to 16 MiB; files may source others, 16 deep.\nExample: source lesson.brk",
     "session",
     1,
     1,
     {ARG_FILE},
     COMMAND_COMPOSES | COMMAND_OUTSIDE,
     run_source},
    {"save",
     "",
     "FILE",
     "write the session's log as a script",
     "Running it makes the same heap again.\nExample: save mine.brk",
     "session",
     1,
     1,
     {ARG_FILE},
     COMMAND_OUTSIDE,
     run_save},
    {"export",
     "",
     "[FILE [WIDTHxHEIGHT]]",
     "take the picture, or the whole session, home",
     "Alone, it lists the endings. The file's ending chooses: .svg, .png, .pdf or .txt is the map as shown; .html is a page that "
     "plays the session back, "
     "offline; .cast is the screen for asciinema; .json is the log with all steps. WIDTHxHEIGHT are columns and rows (100x30 "
     "where there is no screen). For the last three the session's log is run again in a second process.\nExample: export "
     "heap.svg; export lesson.html 120x36",
     "session",
     0,
     2,
     {ARG_FILE, ARG_WORD},
     COMMAND_OUTSIDE,
     run_export},
    {"lesson",
     "",
     "[NAME|FILE|next|back|quit|--check FILE]",
     "list the lessons, or play one",
     "NAME is its number or name, FILE a path that ends in .lesson or has a / in it. The lesson has a heap of its own; yours "
     "comes back when it ends or at lesson quit. On the screen Enter goes on, Left on an empty line looks back, and what you "
     "type "
     "answers; in plain text use lesson next, lesson back and answer. --check tells the author of mistakes.\nExample: lesson 1; "
     "lesson --check mine.lesson",
     "class",
     0,
     2,
     {ARG_LESSON, ARG_FILE},
     COMMAND_ALONE | COMMAND_OUTSIDE,
     run_lesson},
    {"answer",
     "",
     "[WORDS]",
     "answer the lesson's or the quiz's question",
     "Alone, it tells the answer. On the screen the answer may be typed as it is.\nExample: answer +96",
     "class",
     0,
     -1,
     {ARG_WORD},
     COMMAND_ALONE | COMMAND_OUTSIDE,
     run_answer},
    {"quiz",
     "",
     "[N|quit] [seed S] | --ostep [OPTION...]",
     "be asked what a command will do, before it is done",
     "N questions (10) on a fresh heap under the present policy; yours comes back when it ends or at quiz quit. The same seed "
     "gives the same questions. --ostep prints OSTEP's homework, with its options; in the shell `brkview quiz --ostep --ask` "
     "asks it.\nExample: quiz 5 seed 7; quiz --ostep -n 2 -s 1",
     "class",
     0,
     -1,
     {ARG_SIZE, ARG_WORD},
     COMMAND_ALONE | COMMAND_OUTSIDE,
     run_quiz},
    {"help",
     "? man",
     "[COMMAND]",
     "list the commands, or explain one",
     "Example: help free",
     "session",
     0,
     1,
     {ARG_COMMAND},
     0,
     run_help},
    {"quit",
     "exit q",
     "",
     "leave",
     "Ctrl-D on an empty line does the same.",
     "session",
     0,
     0,
     {ARG_NONE},
     COMMAND_OUTSIDE,
     run_quit},

    {"screen",
     "read",
     "",
     "read the screen out in lines",
     "Everything that the screen shows: for a screen reader, or a terminal too small. With --screen-reader every command tells "
     "what it changed.",
     "look",
     0,
     0,
     {ARG_NONE},
     0,
     run_screen},
    {"speed",
     "",
     "[off|step|slow|normal|fast|MS]",
     "play commands step by step on the map",
     "step waits for keys: right and left go on and back, Enter ends; MS plays at so many milliseconds a step; any other key "
     "ends it. In plain mode the steps are printed.",
     "screen",
     0,
     1,
     {ARG_WORD},
     0,
     run_speed},
    {"zoom",
     "",
     "in|out|all|BYTES",
     "look closer at the heap map",
     "BYTES a cell; at closest a cell is a byte. Keys: Alt-+ and Alt--.",
     "screen",
     0,
     1,
     {ARG_WORD},
     0,
     run_zoom},
    {"scroll",
     "",
     "up|down|top|bottom",
     "move map and table",
     "left and right are the same as up and down. Keys: PgUp and PgDn.",
     "screen",
     0,
     1,
     {ARG_WORD},
     0,
     run_scroll},
    {"select",
     "",
     "ID|ADDRESS|next|previous|none",
     "choose the block whose header and bytes are shown",
     "A choice lasts until other blocks change; with none, none is shown until then. Keys: Alt-arrows; or click on it.",
     "screen",
     1,
     1,
     {ARG_ID},
     0,
     run_select},
};
/* clang-format on */

const size_t command_table_size = sizeof command_table / sizeof command_table[0];

void command_usage(const struct command *command, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s%s%s", command->name, *command->usage ? " " : "", command->usage);
}

/* ── Finding ── */

static bool alias_is(const struct command *c, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = c->aliases; n && *p;) {
        size_t length = strcspn(p, " ");
        if (length == n && strncmp(p, word, n) == 0) return true;
        p += length + (p[length] == ' ');
    }
    return false;
}

/* Edit distance with transpositions (Damerau 1964, the restricted form), of words of up to 23 bytes; 99 beyond. */
static unsigned distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    unsigned d[24][24];
    if (n > 23 || m > 23) return 99;
    for (size_t i = 0; i <= n; i++)
        d[i][0] = (unsigned)i;
    for (size_t k = 0; k <= m; k++)
        d[0][k] = (unsigned)k;
    for (size_t i = 1; i <= n; i++)
        for (size_t k = 1; k <= m; k++) {
            unsigned best = d[i - 1][k - 1] + (ascii_lower(a[i - 1]) != b[k - 1]);
            if (d[i - 1][k] + 1 < best) best = d[i - 1][k] + 1;
            if (d[i][k - 1] + 1 < best) best = d[i][k - 1] + 1;
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] && d[i - 2][k - 2] + 1 < best)
                best = d[i - 2][k - 2] + 1;
            d[i][k] = best;
        }
    return d[n][m];
}

static void nearest(const char *word, char *error, size_t error_bytes)
{
    const struct command *best = NULL;
    unsigned least = 99;
    for (size_t i = 0; i < command_table_size; i++) {
        unsigned d = distance(word, command_table[i].name);
        if (d < least) least = d, best = &command_table[i];
    }
    if (best && least <= (strlen(word) < 4 ? 1 : 2))
        snprintf(error, error_bytes, "there is no command %s; did you mean %s?", text_printable(word), best->name);
    else
        snprintf(error, error_bytes, "there is no command %s; expected one of those that `help` lists", text_printable(word));
}

const struct command *command_find(const char *word, char *error, size_t error_bytes)
{
    const struct command *found = NULL;
    size_t n = strlen(word), meanings = 0;
    char list[200] = "";
    for (size_t i = 0; i < command_table_size; i++)
        if (strcmp(command_table[i].name, word) == 0 || alias_is(&command_table[i], word)) return &command_table[i];
    for (size_t i = 0; n > 0 && i < command_table_size; i++) {
        if (strncmp(command_table[i].name, word, n) != 0) continue;
        found = &command_table[i];
        size_t at = strlen(list);
        snprintf(list + at, sizeof list - at, "%s%s", meanings++ ? ", " : "", found->name);
    }
    if (meanings == 1) return found;
    if (meanings > 1)
        snprintf(error, error_bytes, "%s is ambiguous; expected one of %s", text_printable(word), list);
    else
        nearest(word, error, error_bytes);
    return NULL;
}
