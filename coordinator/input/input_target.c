#include "input/input_target.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NUMBERS_MOST 10000U // nobody has as many

static bool bare(const char *name) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/+,@=-";
    return name[0] != '-' && name[0] != '\0' && strspn(name, plain) == strlen(name);
}

static bool quotable(const char *name) {
    return strchr(name, '\'') == NULL && name[0] != '-' && strcmp(name, "standard input") != 0;
}

// The name as a word of the shell: as it is, or in quotes; NULL: it cannot be told so.
static const char *as_word(const char *name, char out[INPUT_TARGET_SIZE]) {
    if (!(bare(name) || quotable(name)) || strlen(name) + 3 > INPUT_TARGET_SIZE) {
        return NULL;
    }
    (void)snprintf(out, INPUT_TARGET_SIZE, bare(name) ? "%s" : "'%s'", name);
    return out;
}

// Its length without what stands behind the last dot of the file's own name.
static size_t stem(const char *name) {
    const char *slash = strrchr(name, '/');
    const char *own = slash != NULL ? slash + 1 : name;
    const char *dot = strrchr(own, '.');
    return dot != NULL && dot > own ? (size_t)(dot - name) : strlen(name);
}

void input_target_name(const char *name, const char *ending, uint32_t number, char out[INPUT_TARGET_SIZE]) {
    char word[INPUT_TARGET_SIZE], digits[16] = "";
    if (as_word(name, word) == NULL || strlen(name) + 40 > INPUT_TARGET_SIZE) {
        name = "artists.csv";
    }
    if (number > 1) {
        (void)snprintf(digits, sizeof(digits), ".%" PRIu32, number);
    }
    (void)snprintf(out, INPUT_TARGET_SIZE, "%.*s.converted%s%s", (int)stem(name), name, digits, ending);
}

static bool exists(const char *name) {
    struct stat status;
    return lstat(name, &status) == 0 || errno != ENOENT; // what cannot be looked at may well exist
}

uint32_t input_target_free(const char *name) {
    static const char *const endings[] = {".csv", ".jsonl", ""};
    char target[INPUT_TARGET_SIZE];
    for (uint32_t number = 1; number < NUMBERS_MOST; number++) {
        bool taken = false;
        for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
            input_target_name(name, endings[i], number, target);
            taken = taken || exists(target);
        }
        if (!taken) {
            return number;
        }
    }
    return NUMBERS_MOST;
}

// How long `word` is if the text begins with it; else 0.
static size_t starts(const char *text, const char *word) {
    return strncmp(text, word, strlen(word)) == 0 ? strlen(word) : 0;
}

// What stands at that place of a command for a name; *length: of it. NULL: no name stands there.
static const char *stand_in(const struct input_target_place *place, const char *at, size_t *length, bool bare,
                            char word[INPUT_TARGET_SIZE]) {
    char target[INPUT_TARGET_SIZE];
    const char *ending = NULL;
    if ((*length = starts(at, "%s")) > 0) {
        const char *name = as_word(place->name, word);
        return name == NULL || (bare && name[0] == '\'') ? "FILE" : name;
    }
    if ((*length = starts(at, "artists.csv")) > 0) {
        ending = place->format == SETTINGS_JSONL ? ".jsonl" : ".csv";
    } else if ((*length = starts(at, "artists.jsonl")) > 0) {
        ending = ".jsonl";
    } else if ((*length = starts(at, "artists/")) > 0) {
        ending = "";
    }
    if (ending == NULL) {
        return NULL;
    }
    input_target_name(place->name, ending, place->number, target);
    const char *name = as_word(target, word);
    if (name == NULL || (bare && name[0] == '\'')) {
        input_target_name("artists.csv", ending, place->number, word);
        return word;
    }
    return name;
}

void input_target_fill(const struct input_target_place *place, const char *command, char *out, size_t size) {
    char word[INPUT_TARGET_SIZE];
    size_t used = 0, length;
    bool bare = strstr(command, "'%s'") != NULL; // no quotes within quotes
    while (*command != '\0' && used < size) {
        const char *name = stand_in(place, command, &length, bare, word);
        length = name != NULL ? length : 1;
        used += name != NULL ? strlcpy(out + used, name, size - used)
                             : (size_t)snprintf(out + used, size - used, "%c", *command);
        command += length;
    }
}

void input_target_tell(const struct input_target_place *place, const struct input_target_advice *advice,
                       char *out, size_t size) {
    const char *command = advice->command;
    int used = snprintf(out, size, "%s; %s%s", advice->what, advice->todo, command != NULL ? ": " : "");
    if (command != NULL && used > 0 && (size_t)used < size) {
        input_target_fill(place, command, out + used, size - (size_t)used);
    }
}
