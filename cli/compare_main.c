/* compare_main.c: see compare_main.h. */
#include "cli/compare_main.h"

#include <stdio.h>

#include "cli/report/report.h"
#include "cli/score/compare.h"
#include "cli/score/compare_options.h"

const char *compare_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return compare_options_help();
}

int compare_main(int argc, char **argv)
{
    struct compare_options o;
    char error[512];
    int status = 2;
    if (!compare_options_parse(&o, argc, argv, error, sizeof error))
        report_complain(stderr, "compare: %s", error);
    else if (o.help)
        status = fputs(compare_options_help(), stdout) == EOF || !report_end();
    else if (o.n_traces)
        status = compare_traces(&o);
    compare_options_release(&o);
    return status;
}
