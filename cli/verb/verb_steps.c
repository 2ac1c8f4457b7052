/* verb_steps.c: steps, speed, screen: what the last command did, one line a step; playing it on the
 * map; the screen as lines. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/lab.h"
#include "cli/command/page.h"
#include "cli/command/parse.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"
#include "cli/tell/spoken.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define MS_LEAST 20u
#define MS_MOST 10000u

/* For scripts: what is for people to read, as it is. */
static void result_text(struct outcome *out)
{
    outcome_result(out, json_pack("{s:o}", "text", value_text(out->text ? out->text : "")));
}

static bool run_steps(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    if (!lab->shown.steps_text || !*lab->shown.steps_text)
        return outcome_fail(
            out, "no command has changed the heap yet; expected one like `alloc 64` first");
    outcome_text(out, "%s", lab->shown.steps_text);
    result_text(out);
    return true;
}

const struct command verb_steps = {
    .name = "steps",
    .summary = "tell what the last change did, one line a step",
    .help = "Which blocks were looked at and why they were refused, what was split, merged and "
            "written, when brk moved.",
    .group = "look",
    .kinds = {ARG_NONE},
    .needs = SOURCE_ASK,
    .run = run_steps,
};

static void tell_speed(const struct lab *lab, struct outcome *out)
{
    const struct animation *a = &lab->shown.animation;
    if (a->by_hand)
        outcome_text(
            out,
            lab->screen.there
                ? "commands are played step by step: right and left go on and back, Enter ends\n"
                : "every command tells its steps\n");
    else if (a->ms)
        outcome_text(out,
                     lab->screen.there ? "commands are played at %u ms a step\n"
                                       : "every command tells its steps\n",
                     a->ms);
    else
        outcome_text(out, "commands are not played: their effect is shown at once\n");
    outcome_result(out, json_pack("{s:i, s:b}", "ms", (int)a->ms, "by_hand", a->by_hand));
}

static bool run_speed(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    static const struct {
        const char *word;
        unsigned ms;
        bool by_hand;
    } ways[] = {
        {"off", 0, false},      {"step", 0, true},    {"slow", 1200, false},
        {"normal", 500, false}, {"fast", 120, false},
    };
    char error[256];
    struct animation *a = &lab->shown.animation;
    uint64_t ms = 0;
    bool known = args->n == 0;
    for (size_t i = 0; !known && i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(ways[i].word, args->word[0]) == 0)
            a->ms = ways[i].ms, a->by_hand = ways[i].by_hand, known = true;
    if (!known) {
        if (!parse_size(args->word[0], "speed", &ms, error, sizeof error) || ms < MS_LEAST ||
            ms > MS_MOST)
            return outcome_fail(out,
                                "%s is no speed; expected off, step, slow, normal, fast, or "
                                "milliseconds a step from %u to %u",
                                text_printable(args->word[0]), MS_LEAST, MS_MOST);
        a->ms = (unsigned)ms;
        a->by_hand = false;
    }
    tell_speed(lab, out);
    if (args->n == 0)
        outcome_text(out,
                     "`speed off`, step, slow, normal, fast or milliseconds a step changes it\n");
    return true;
}

const struct command verb_speed = {
    .name = "speed",
    .usage = "[off|step|slow|normal|fast|MS]",
    .summary = "play commands step by step on the map",
    .help = "step waits for keys: right and left go on and back, Enter ends; MS plays at so many "
            "milliseconds a step; any other key "
            "ends it. In plain mode the steps are printed.",
    .group = "screen",
    .most = 1,
    .kinds = {ARG_WORD},
    .needs = SOURCE_ASK,
    .run = run_speed,
};

static bool run_screen(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    struct picture p;
    if (!lab_sees(lab, out)) return false;
    lab_picture_told(lab, &p);
    shape_tell_last_look(&lab->shown.session, out);
    spoken_all(&p, out);
    result_text(out);
    return true;
}

const struct command verb_screen = {
    .name = "screen",
    .aliases = "read",
    .summary = "read the screen out in lines",
    .help = "Everything that the screen shows: for a screen reader, or a terminal too small. With "
            "--screen-reader every command "
            "tells "
            "what it changed.",
    .group = "look",
    .kinds = {ARG_NONE},
    .run = run_screen,
};
