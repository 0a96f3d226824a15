// Runs targets over files without a fuzzer: replay TARGET FILE…; a broken promise aborts. Prints how many
// files it read.
#include "fuzz.h"

#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    int (*run)(const uint8_t *data, size_t size);
} targets[] = {
#define FUZZ_ROW(name) {#name, fuzz_##name},
    FUZZ_TARGETS(FUZZ_ROW)
#undef FUZZ_ROW
};

static int run_file(int (*run)(const uint8_t *data, size_t size), const char *path) {
    FILE *file = fopen(path, "rbe");
    struct stat status;
    if (file == NULL || fstat(fileno(file), &status) != 0) {
        perror(path);
        return -1;
    }
    // As large as the file and no larger: what reads beyond it is found.
    size_t size = (size_t)status.st_size;
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data == NULL || fread(data, 1, size, file) != size) {
        perror(path);
        exit(2);
    }
    (void)fclose(file);
    (void)run(data, size);
    free(data);
    return 0;
}

int main(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof(targets) / sizeof(targets[0]); i++) {
        if (strcmp(targets[i].name, argv[1]) == 0) {
            for (int file = 2; file < argc; file++) {
                if (run_file(targets[i].run, argv[file]) != 0) {
                    return 2;
                }
            }
            (void)printf("%s: %d files\n", argv[1], argc - 2);
            return 0;
        }
    }
    (void)fprintf(stderr, "usage: replay TARGET FILE...; targets:");
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        (void)fprintf(stderr, " %s", targets[i].name);
    }
    (void)fputc('\n', stderr);
    return 2;
}
