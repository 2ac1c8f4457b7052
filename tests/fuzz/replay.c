/* replay.c: a fuzzer's function over the files of its corpus, in an ordinary process. Arguments are
 * files and directories; the answer is TAP. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replay_n, replay_failed;

static void replay_result(const char *path, const char *wrong)
{
    replay_n++;
    if (wrong != NULL) replay_failed++;
    printf("%s %u - %s%s%s\n", wrong == NULL ? "ok" : "not ok", replay_n, path,
           wrong == NULL ? "" : ": ", wrong == NULL ? "" : wrong);
    fflush(stdout);
}

static void replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    /* Exactly as long as the input, so that a sanitizer sees a read beyond it. */
    uint8_t *data = malloc(size);
    if (file == NULL || (data == NULL && size != 0) || fread(data, 1, size, file) != size) {
        replay_result(path, "it can't be read");
    } else {
        (void)LLVMFuzzerTestOneInput(data, size);
        replay_result(path, NULL);
    }
    free(data);
    if (file != NULL) fclose(file);
}

static void replay_path(const char *path)
{
    struct stat about;
    struct dirent **entries;
    if (stat(path, &about) != 0) {
        replay_result(path, "there is no such file");
        return;
    }
    if (!S_ISDIR(about.st_mode)) {
        replay_file(path, (size_t)about.st_size);
        return;
    }
    int n = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        size_t size = strlen(path) + strlen(entries[i]->d_name) + 2;
        char *inside = malloc(size);
        if (inside != NULL && entries[i]->d_name[0] != '.') {
            snprintf(inside, size, "%s/%s", path, entries[i]->d_name);
            replay_path(inside);
        }
        free(inside);
        free(entries[i]);
    }
    if (n >= 0) free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay_path(argv[i]);
    if (replay_n == 0) replay_result("the corpus", "there is nothing in it");
    printf("1..%u\n", replay_n);
    return replay_failed == 0 ? 0 : 1;
}
