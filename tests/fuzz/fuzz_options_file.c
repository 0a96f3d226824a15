// The file of --config: each line taken apart, then all of it into options.
#include "config/options_file.h"
#include "fuzz_bytes.h"

#include <stdio.h>

static bool has_blank_end(const char *text) {
    size_t length = strlen(text);
    return length > 0 && strchr(" \t\r\v\f", text[length - 1]) != NULL;
}

static void take_apart(char *text) {
    char problem[OPTIONS_PROBLEM_SIZE] = "";
    struct options_file_line line;
    size_t length = strlen(text);
    const char *end = text + length;
    int result = options_file_line(text, &line, problem);
    FUZZ_CHECK(result == 0 || problem[0] != '\0');
    FUZZ_CHECK(line.key == NULL || (line.key >= text && line.key <= end && !has_blank_end(line.key)));
    FUZZ_CHECK(line.value == NULL || (line.key != NULL && line.value > line.key && line.value <= end));
}

int fuzz_options_file(const uint8_t *data, size_t size) {
    static int fd = -1;
    char path[64];
    struct options options = {0};
    char *string = bytes_string(data, size);
    char *rest = string;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        take_apart(line);
    }
    free(string);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", bytes_file(&fd, data, size));
    if (options_file_take(path, &options) == 0) {
        for (size_t i = 0; i < options_row_count; i++) {
            FUZZ_CHECK(options.in_file[i] <= size + 1);
        }
    }
    return 0;
}
