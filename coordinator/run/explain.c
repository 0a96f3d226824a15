#include "run/explain.h"

#include "config/suggest.h"
#include "export/wrap.h"
#include "ration/log_category.h"
#include "ration/outcome.h"
#include "ration/own_code.h"
#include "ration/text.h"
#include "system/exit_code.h"
#include "view/run_wait.h"
#include "watch/alerts_words.h"

#include <bsd/string.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 80U
#define SIGNALLED 128 // what a shell adds to the number of the signal that killed a program
#define SIGNALS 64

// One word, as one of the tables has it.
struct word {
    char name[64];
    char room[160]; // of `means`, where that is put together
    const char *means, *advice;
};

// Those of one kind: the n-th, or false.
static bool class_at(int at, struct word *word) {
    if (at >= OUTCOME_CLASSES) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", outcome_name((enum outcome_class)at));
    word->means = outcome_means((enum outcome_class)at);
    word->advice = outcome_advice((enum outcome_class)at);
    return true;
}

static bool code_at(int at, struct word *word) {
    if (at >= OWN_CODES) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", own_code_name((enum own_code)at));
    word->means = own_code_means((enum own_code)at);
    word->advice = own_code_advice((enum own_code)at);
    return true;
}

static bool wait_at(int at, struct word *word) {
    enum run_wait_kind kind = (enum run_wait_kind)(RUN_WAIT_NOTHING + 1 + at);
    if (at >= RUN_WAIT_KINDS - RUN_WAIT_NOTHING - 1) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", run_wait_name(kind));
    (void)snprintf(word->room, sizeof(word->room), "the run waits for %s", run_wait_for(kind, 0));
    word->means = word->room;
    word->advice = run_wait_advice(kind);
    return true;
}

static bool alert_at(int at, struct word *word) {
    enum alert_kind kind = (enum alert_kind)at;
    if (at >= ALERT_KINDS) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", alerts_kind_name(kind));
    word->means = alerts_words_means(kind);
    word->advice = alerts_words_advice(kind);
    return true;
}

static bool category_at(int at, struct word *word) {
    const char *name = log_category_name((size_t)at);
    if (name == NULL) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", name);
    word->means = log_category_about((size_t)at);
    word->advice = "lines of WARNING and FATAL say it themselves; docs/MONITORING.md has examples of all";
    return true;
}

static bool exit_at(int at, struct word *word) {
    if (exit_code_means(at) == NULL) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%d", at);
    word->means = exit_code_means(at);
    word->advice = exit_code_advice(at);
    return true;
}

static const struct {
    const char *name;
    bool (*at)(int at, struct word *word);
} kinds[] = {
    {"failure class", class_at},   {"code", code_at},      {"wait", wait_at}, {"alert", alert_at},
    {"log category", category_at}, {"exit code", exit_at},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void print_wrapped(const char *begin, const char *words) {
    struct text line = {0}, wrapped = {0};
    text_add(&line, begin, strlen(begin));
    text_add(&line, words, strlen(words));
    if (!line.failed) {
        wrap_put(&wrapped, line.bytes, line.length, 2, WIDTH);
    }
    if (!line.failed && !wrapped.failed) {
        (void)fwrite(wrapped.bytes, 1, wrapped.length, stdout);
    }
    text_free(&line);
    text_free(&wrapped);
}

static void print_word(const char *kind, const struct word *word) {
    (void)printf("%s %s\n", kind, word->name);
    print_wrapped("means: ", word->means);
    print_wrapped("do: ", word->advice);
}

static void list(void) {
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct word word = {0};
        struct text names = {0};
        for (int at = 0; kinds[kind].at(at, &word); at++) {
            text_add(&names, at > 0 ? " " : "", at > 0);
            text_add(&names, word.name, strlen(word.name));
        }
        text_add(&names, "", 1);
        (void)printf("%s%s:\n", kind > 0 ? "\n" : "", kinds[kind].name);
        print_wrapped("", names.failed ? "out of memory" : names.bytes);
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
    struct word word = {.advice = "the coordinator itself was killed (by SIGKILL often for memory); what was "
                                  "recorded is whole, and --resume goes on"};
    (void)snprintf(word.name, sizeof(word.name), "%ld", code);
    word.means = word.room;
    (void)snprintf(word.room, sizeof(word.room), "killed by signal %ld (%s)", code - SIGNALLED,
                   strsignal((int)(code - SIGNALLED)));
    print_word("exit code", &word);
    return true;
}

static int unknown(const char *name) {
    char near[SUGGEST_LONGEST] = "";
    struct suggest suggest;
    suggest_begin(&suggest, name);
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct word word = {0};
        for (int at = 0; kinds[kind].at(at, &word); at++) {
            suggest_offer(&suggest, word.name);
            if (suggest_best(&suggest) == word.name) { // which is another word's place soon
                (void)strlcpy(near, word.name, sizeof(near));
                suggest.best = near;
            }
        }
    }
    (void)fprintf(stderr,
                  "ration: ration explain does not know \"%.60s\"%s%s%s ration explain lists what it knows\n",
                  name, near[0] != '\0' ? "; did you mean " : ";", near, near[0] != '\0' ? "?" : "");
    return EXIT_CODE_WRONG;
}

static int explain_one(const char *name) {
    bool found = false;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct word word = {0};
        for (int at = 0; kinds[kind].at(at, &word); at++, word = (struct word){0}) {
            if (strcmp(word.name, name) == 0) {
                (void)fputs(found ? "\n" : "", stdout);
                print_word(kinds[kind].name, &word);
                found = true;
            }
        }
    }
    return found || explain_signal(name) ? EXIT_CODE_ALL_DONE : unknown(name);
}

int explain(int argc, char **argv) {
    bool help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    if (argc > 2) {
        (void)fputs("usage: ration explain [WORD]\n", stderr);
        return EXIT_CODE_WRONG;
    }
    if (argc == 2 && !help) {
        return explain_one(argv[1]);
    }
    (void)fputs("usage: ration explain [WORD]\n\n"
                "Tells what a class of failure means, a code of the errors file that is ration's\n"
                "own (others are the API's), what a run waits for, an alert, a category of the\n"
                "log or an exit code of ration run, and what to do. What became of a row:\n"
                "ration show OUTPUT ID.\n\n",
                stdout);
    list();
    return EXIT_CODE_ALL_DONE;
}
