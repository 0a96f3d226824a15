#include "run/explain_words.h"

#include "ration/log_category.h"
#include "ration/outcome.h"
#include "ration/own_code.h"
#include "run/explain_other.h"
#include "system/exit_code.h"
#include "view/run_wait.h"
#include "watch/alerts_words.h"

#include <stdio.h>
#include <string.h>

// Those of one kind: the n-th, or false.
static bool class_at(int at, struct explain_word *word) {
    if (at >= OUTCOME_CLASSES) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", outcome_name((enum outcome_class)at));
    word->means = outcome_means((enum outcome_class)at);
    word->advice = outcome_advice((enum outcome_class)at);
    return true;
}

static bool code_at(int at, struct explain_word *word) {
    if (at >= OWN_CODES) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", own_code_name((enum own_code)at));
    word->means = own_code_means((enum own_code)at);
    word->advice = own_code_advice((enum own_code)at);
    return true;
}

static bool wait_at(int at, struct explain_word *word) {
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

static bool alert_at(int at, struct explain_word *word) {
    enum alert_kind kind = (enum alert_kind)at;
    if (at >= ALERT_KINDS) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", alerts_kind_name(kind));
    word->means = alerts_words_means(kind);
    word->advice = alerts_words_advice(kind);
    return true;
}

static bool category_at(int at, struct explain_word *word) {
    const char *name = log_category_name((size_t)at);
    if (name == NULL) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", name);
    word->means = log_category_about((size_t)at);
    word->advice = "lines of WARNING and FATAL say it themselves; docs/MONITORING.md has examples of all";
    return true;
}

static bool exit_at(int at, struct explain_word *word) {
    if (exit_code_means(at) == NULL) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%d", at);
    word->means = exit_code_means(at);
    word->advice = exit_code_advice(at);
    return true;
}

static bool other_at(int at, struct explain_word *word) {
    const char *name = explain_other_name((size_t)at);
    if (name == NULL) {
        return false;
    }
    (void)snprintf(word->name, sizeof(word->name), "%s", name);
    word->means = explain_other_means((size_t)at);
    word->advice = explain_other_advice((size_t)at);
    return true;
}

static const struct {
    const char *name;
    bool (*at)(int at, struct explain_word *word);
} kinds[] = {
    {"failure class", class_at},   {"code", code_at},      {"wait", wait_at},   {"alert", alert_at},
    {"log category", category_at}, {"exit code", exit_at}, {"other", other_at},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *explain_words_kind(size_t kind) {
    return kind < KINDS ? kinds[kind].name : NULL;
}

bool explain_words_at(size_t kind, int at, struct explain_word *word) {
    return kinds[kind].at(at, word);
}

bool explain_words_find(const char *kind, const char *name, size_t length, struct explain_word *word) {
    for (size_t i = 0; i < KINDS; i++) {
        for (int at = 0; strcmp(kinds[i].name, kind) == 0 && kinds[i].at(at, word); at++) {
            if (strlen(word->name) == length && memcmp(word->name, name, length) == 0) {
                return true;
            }
        }
    }
    return false;
}
