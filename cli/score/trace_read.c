/* trace_read.c: a file, or a text, as a trace: of whichever kind it is. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/score/trace_private.h"
#include "cli/score/trace_script.h"
#include "cli/text/file.h"
#include "cli/text/text.h"

bool trace_parse(struct trace *t, const char *text, size_t n, char *error, size_t error_bytes)
{
    bool commands = trace_script_is(text, n);
    return (commands ? trace_script_parse : trace_parse_lines)(t, text, n, error, error_bytes);
}

bool trace_read(struct trace *t, const char *path, char *error, size_t error_bytes)
{
    size_t n = 0;
    *t = (struct trace){.n_ops = 0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text = fd < 0 ? NULL : file_read(fd, TRACE_MOST_BYTES, &n);
    int why = errno;
    if (fd >= 0) close(fd);
    if (!text && why == EFBIG)
        return text_complain(error, error_bytes, "it is larger than %d MiB; expected a trace",
                             TRACE_MOST_BYTES >> 20);
    if (!text) return text_complain(error, error_bytes, "%s", strerror(why));
    bool ok = trace_parse(t, text, n, error, error_bytes);
    free(text);
    return ok;
}
