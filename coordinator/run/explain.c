#include "run/explain.h"

#include "config/suggest.h"
#include "ration/outcome.h"
#include "ration/status_class.h"
#include "ration/text.h"
#include "run/explain_print.h"
#include "run/explain_row.h"
#include "run/explain_words.h"
#include "system/exit_code.h"

#include <bsd/string.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GIVEN_MOST 128U // bytes of the words that were given
#define SIGNALLED 128   // what a shell adds to the number of the signal that killed a program
#define SIGNALS 64
#define STATUS_LEAST 300 // what is less is no failure
#define STATUS_MOST 599

static void print_word(const char *kind, const struct explain_word *word) {
    (void)printf("%s %s\n", kind, word->name);
    explain_print("means: ", word->means);
    explain_print("do: ", word->advice);
}

// Those of a kind, with blanks between them.
static void add_names(size_t kind, struct text *names) {
    struct explain_word word = {0};
    for (int at = 0; explain_words_at(kind, at, &word); at++) {
        text_add(names, " ", names->length > 0);
        text_add_string(names, word.name);
    }
}

static void list(void) {
    const char *name;
    for (size_t kind = 0; (name = explain_words_kind(kind)) != NULL; kind++) {
        struct text names = {0};
        add_names(kind, &names);
        text_add(&names, "", 1);
        (void)printf("%s%s:\n", kind > 0 ? "\n" : "", name);
        explain_print("", names.failed ? "out of memory" : names.bytes);
        text_free(&names);
    }
}

// Of a shell: the signal stands in it.
static bool explain_signal(const char *name) {
    char *end = NULL;
    long code = strtol(name, &end, 10);
    if (*end != '\0' || code <= SIGNALLED || code > SIGNALLED + SIGNALS) {
        return false;
    }
    struct explain_word word = {
        .advice = "the coordinator itself was killed (by SIGKILL often for memory); what was "
                  "recorded is whole, and --resume goes on"};
    (void)snprintf(word.name, sizeof(word.name), "%ld", code);
    word.means = word.room;
    (void)snprintf(word.room, sizeof(word.room), "killed by signal %ld (%s)", code - SIGNALLED,
                   strsignal((int)(code - SIGNALLED)));
    print_word("exit code", &word);
    return true;
}

// Of HTTP, as a line of the errors file has it.
static bool explain_status(const char *name) {
    char *end = NULL;
    long status = strtol(name, &end, 10);
    if (*end != '\0' || strlen(name) != 3 || status < STATUS_LEAST || status > STATUS_MOST) {
        return false;
    }
    enum outcome_class class = status_class_of(status).kind;
    (void)printf("status %ld\n", status);
    explain_print("comes to the class, where the API's words say no other: ", outcome_name(class));
    explain_print("means: ", outcome_means(class));
    explain_print("do: ", outcome_advice(class));
    return true;
}

// As all names of ours are written: small letters, with _ between the words.
static void name_of(const char *given, char out[GIVEN_MOST]) {
    size_t length = strlcpy(out, given, GIVEN_MOST);
    for (size_t i = 0; i < length && i < GIVEN_MOST - 1; i++) {
        bool between = (out[i] == '-' && i > 0) || out[i] == ' ';
        out[i] = between ? '_' : (char)tolower((unsigned char)out[i]);
    }
}

// "refused", or with what it is before it: "failure_class_refused".
static bool is(const char *given, const char *kind, const char *name) {
    char before[GIVEN_MOST];
    name_of(kind, before);
    size_t length = strlen(before);
    bool headed = strncmp(given, before, length) == 0 && given[length] == '_';
    return strcmp(headed ? given + length + 1 : given, name) == 0;
}

static bool explain_listed(const char *given) {
    const char *name;
    bool found = false;
    for (size_t kind = 0; (name = explain_words_kind(kind)) != NULL; kind++) {
        struct explain_word word = {0};
        for (int at = 0; explain_words_at(kind, at, &word); at++) {
            if (is(given, name, word.name)) {
                (void)fputs(found ? "\n" : "", stdout);
                print_word(name, &word);
                found = true;
            }
        }
    }
    return found;
}

// What the words are, one or several, or false.
static bool explain_words(const char *given) {
    char name[GIVEN_MOST];
    name_of(given, name);
    const char *status = strncmp(name, "status_", 7) == 0 ? name + 7 : name;
    const char *code = strncmp(name, "exit_code_", 10) == 0 ? name + 10 : name;
    return explain_listed(name) || explain_status(status) || explain_signal(code);
}

// A number is like no other.
static void guess(const char *given, char near[SUGGEST_LONGEST]) {
    struct text names = {0};
    near[0] = '\0';
    if (isdigit((unsigned char)given[given[0] == '-'])) {
        return;
    }
    for (size_t kind = 0; explain_words_kind(kind) != NULL; kind++) {
        add_names(kind, &names);
    }
    text_add(&names, "", 1);
    suggest_of_list(given, names.failed ? "" : names.bytes, ' ', near);
    if (isdigit((unsigned char)near[0])) {
        near[0] = '\0';
    }
    text_free(&names);
}

static int unknown(const char *given) {
    char near[SUGGEST_LONGEST];
    guess(given, near);
    (void)fprintf(stderr,
                  "ration: ration explain does not know \"%.60s\"%s%s%s ration explain lists what it knows; "
                  "what became of a row says ration explain OUTPUT ID\n",
                  given, near[0] != '\0' ? "; did you mean " : ";", near, near[0] != '\0' ? "?" : "");
    return EXIT_CODE_WRONG;
}

// Several words may be one of ours, "exit code 3", else two are an output and the id of a row.
static int explain_several(int count, char **words) {
    struct text given = {0};
    for (int i = 1; i < count; i++) {
        text_add(&given, i > 1 ? " " : "", i > 1);
        text_add_string(&given, words[i]);
    }
    text_add(&given, "", 1);
    bool known = !given.failed && given.length < GIVEN_MOST && explain_words(given.bytes);
    text_free(&given);
    if (known) {
        return EXIT_CODE_ALL_DONE;
    }
    if (count == 3) {
        return explain_row(words[1], words[2]);
    }
    (void)fputs("usage: ration explain [WORD | OUTPUT ID]\n", stderr);
    return EXIT_CODE_WRONG;
}

int explain(int count, char **words) {
    bool help = count > 1 && (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0);
    if (count > 2 && !help) {
        return explain_several(count, words);
    }
    if (count == 2 && !help) {
        return explain_words(words[1]) ? EXIT_CODE_ALL_DONE : unknown(words[1]);
    }
    (void)fputs("usage: ration explain [WORD | OUTPUT ID]\n\n"
                "Tells what a class of failure means, a code of the errors file that is ration's\n"
                "own (others are the API's), a status (429), what a run waits for, an alert, a\n"
                "category of the log or an exit code of ration run, and what to do. With an ID:\n"
                "what became of that row.\n\n",
                stdout);
    list();
    return EXIT_CODE_ALL_DONE;
}
