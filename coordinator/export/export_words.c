#include "export/export_words.h"

#include "config/suggest.h"
#include "export/export_tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int export_words_choice(const char *option, const char *text, const char *const *list) {
    struct suggest suggest;
    char all[128] = "";
    suggest_begin(&suggest, text);
    for (int i = 0; list[i] != NULL; i++) {
        if (list[i][0] == '\0') {
            continue;
        }
        if (strcmp(list[i], text) == 0) {
            return i;
        }
        suggest_offer(&suggest, list[i]);
        (void)snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", all[0] != '\0' ? ", " : "",
                       list[i]);
    }
    const char *near = suggest_best(&suggest);
    export_tell("--%s takes %s, not \"%s\"%s%s%s", option, all, text, near != NULL ? "; did you mean " : "",
                near != NULL ? near : "", near != NULL ? "?" : "");
    return -1;
}

// --input-format. 0, or -1 after telling.
static int take_input_format(const char *text, enum options_format *format) {
    static const char *const names[] = {"auto", "csv", "jsonl", NULL};
    static const enum options_format formats[] = {OPTIONS_FORMAT_AUTO, OPTIONS_FORMAT_CSV,
                                                  OPTIONS_FORMAT_JSONL};
    int found = export_words_choice("input-format", text, names);
    *format = found < 0 ? OPTIONS_FORMAT_AUTO : formats[found];
    return found < 0 ? -1 : 0;
}

int export_words_count(const char *option, const char *text, uint64_t most, uint64_t *value) {
    size_t digits = strspn(text, "0123456789");
    *value = digits > 0 && digits < 12 && text[digits] == '\0' ? strtoull(text, NULL, 10) : 0;
    if (*value >= 1 && *value <= most) {
        return 0;
    }
    export_tell("--%s takes a number from 1 to %" PRIu64 ", not \"%s\"", option, most, text);
    return -1;
}

int export_words_shared(int word, const char *text, struct export_files_words *words) {
    switch (word) {
    case EXPORT_WORDS_INPUT:
        words->input = text;
        return 0;
    case EXPORT_WORDS_INPUT_FORMAT:
        return take_input_format(text, &words->input_format);
    case EXPORT_WORDS_ID:
        words->id = text;
        return 0;
    case EXPORT_WORDS_DELIMITER:
        words->delimiter = text;
        return 0;
    case EXPORT_WORDS_ENCODING:
        words->encoding = text;
        return 0;
    case EXPORT_WORDS_NO_INPUT:
        words->without_input = true;
        return 0;
    case EXPORT_WORDS_ERRORS:
        words->errors = text;
        return 0;
    default:
        return 1;
    }
}

int export_words_shared_check(const struct export_files_words *words) {
    const char *idle = words->input != NULL                         ? "input"
                       : words->input_format != OPTIONS_FORMAT_AUTO ? "input-format"
                       : words->id != NULL                          ? "id"
                       : words->delimiter != NULL                   ? "delimiter"
                       : words->encoding != NULL                    ? "encoding"
                                                                    : NULL;
    if (words->without_input && idle != NULL) {
        export_tell("--no-input and --%s exclude each other", idle);
        return -1;
    }
    return 0;
}

int export_words_unexpected(char **words, int code, const struct option *known) {
    const char *word = words[optind - 1];
    struct suggest suggest;
    char name[SUGGEST_LONGEST];
    if (code == ':') {
        export_tell("%s needs a value; see ration %s --help", word, words[0]);
        return -1;
    }
    (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
    if (strcmp(name, "--config") == 0) {
        export_tell("--config is of ration run; name the OUTPUT of the run instead: ration %s OUTPUT",
                    words[0]);
        return -1;
    }
    suggest_begin(&suggest, name[0] == '-' && name[1] == '-' ? name + 2 : name);
    for (size_t i = 0; known[i].name != NULL; i++) {
        suggest_offer(&suggest, known[i].name);
    }
    const char *near = suggest_best(&suggest);
    export_tell("unknown option %s; %s%s%ssee ration %s --help", word, near != NULL ? "did you mean --" : "",
                near != NULL ? near : "", near != NULL ? "? " : "", words[0]);
    return -1;
}
