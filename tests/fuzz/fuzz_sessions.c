// A sessions file: what is taken keeps to the limits of its members; what is refused leaves nothing behind
// and is told on one line.
#include "config/sessions_file.h"
#include "fuzz_bytes.h"

static void check_entry(const struct sessions_file *file, size_t index) {
    const struct sessions_file_entry *entry = &file->entry[index];
    size_t length = strlen(entry->name);
    FUZZ_CHECK(length > 0 && length < SESSIONS_FILE_NAME_SIZE && entry->line > 0);
    FUZZ_CHECK((entry->key.text[0] != '\0') + (entry->key_env != NULL) + (entry->key_file != NULL) <= 1);
    FUZZ_CHECK(entry->burst <= 1000000000 && entry->limits.of[LIMITS_TOKENS_DAY] <= 1000000000000);
    for (size_t i = 0; i < index; i++) {
        FUZZ_CHECK(strcmp(file->entry[i].name, entry->name) != 0);
        FUZZ_CHECK(file->entry[i].line <= entry->line);
    }
}

int fuzz_sessions(const uint8_t *data, size_t size) {
    static const struct sessions_file nothing;
    static struct sessions_file file;
    char problem[SESSIONS_FILE_PROBLEM_SIZE] = "";
    if (sessions_file_parse((const char *)data, size, &file, problem) != 0) {
        FUZZ_CHECK(memcmp(&file, &nothing, sizeof(file)) == 0 && problem[0] != '\0');
        FUZZ_CHECK(memchr(problem, '\0', sizeof(problem)) != NULL &&
                   strpbrk(problem, "\n\r\t\033\\") == NULL);
        return 0;
    }
    FUZZ_CHECK(file.count >= 1 && file.count <= BOUNDS_SESSIONS);
    for (size_t i = 0; i < file.count; i++) {
        check_entry(&file, i);
    }
    sessions_file_free(&file);
    FUZZ_CHECK(memcmp(&file, &nothing, sizeof(file)) == 0);
    return 0;
}
