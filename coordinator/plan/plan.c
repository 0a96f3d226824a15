#include "plan/plan.h"

#include "config/config.h"
#include "config/config_prices.h"
#include "config/config_tier.h"
#include "config/options.h"
#include "input/run_input.h"
#include "plan/plan_json.h"
#include "plan/plan_text.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "system/exit_code.h"
#include "system/signals.h"
#include "watch/alert_watch.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NO_OUTPUT "ration-plan.jsonl" // never opened

struct plan {
    struct options options;
    bool json;
    const char *models; // of --compare; NULL: it is not given
    struct plan_compare compare;
    struct config config;
    struct tier_table *tiers;
    struct input_open input;
    struct input_index index;
    struct plan_estimate estimate;
};

// Takes what only a plan has, --json, and --compare with the list behind it, if there is one, behind all
// other words: each is somebody's memory. Returns how many words are before them.
static int take_own(int count, char **words, struct plan *work) {
    static const char compare[] = "--compare";
    int left = 0;
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "--json") == 0) {
            work->json = true;
        } else if (strcmp(words[i], compare) == 0) {
            work->models = i + 1 < count && words[i + 1][0] != '-' ? words[++i] : "";
        } else if (strncmp(words[i], compare, sizeof(compare) - 1) == 0 &&
                   words[i][sizeof(compare) - 1] == '=') {
            work->models = words[i] + sizeof(compare);
        } else {
            char *word = words[i];
            memmove(&words[left + 1], &words[left], (size_t)(i - left) * sizeof(*words));
            words[left++] = word;
        }
    }
    return left;
}

// What an earlier run of the output has shown, if there is one.
static void look_back(struct plan *work) {
    struct plan_estimate *estimate = &work->estimate;
    struct plan_past past;
    plan_past_read(&work->options, &work->config, &past);
    plan_estimate_learn(&past, estimate);
    estimate->left = plan_past_left(&past, &work->options, estimate->artists);
}

static int show(struct plan *work) {
    struct plan_cases cases;
    struct plan_ways ways;
    struct plan_text text = {.input = work->input.name,
                             .options = &work->options,
                             .config = &work->config,
                             .estimate = &work->estimate,
                             .cases = &cases,
                             .ways = &ways};
    look_back(work);
    plan_cases_make(&work->options, &work->config, work->tiers, &work->estimate, clock_now(), clock_wall(),
                    &cases);
    plan_ways_make(&work->options, &work->config, &work->estimate, &cases.one[0].facts, &ways);
    if (work->models != NULL) {
        text.compare = &work->compare;
        if (plan_compare_make(work->models, work->config.provider->name, work->config.prices, work->tiers,
                              &cases.one[0].facts, &work->compare) != 0) {
            log_fatal("run", "out of memory");
            return -1;
        }
    }
    if (!work->json) {
        plan_text_print(&text);
        return 0;
    }
    if (plan_json_print(&text) != 0) {
        log_fatal("run", "out of memory");
        return -1;
    }
    return 0;
}

static int make(struct plan *work) {
    struct settings *settings = &work->config.settings;
    work->options.keyless = true;
    work->options.compare = work->models != NULL;
    if (work->options.output == NULL) {
        work->options.output = NO_OUTPUT;
    }
    struct log_config log = {.process = "ration",
                             .stderr_level = work->options.quiet ? LOG_LEVEL_FATAL : LOG_LEVEL_WARN,
                             .json_fd = -1};
    log_configure(&log);
    signals_catch();
    if (work->options.input == NULL) {
        log_fatal("config", "--input FILE is needed; see ration plan --help");
        return -1;
    }
    if (config_make(&work->options, &work->config) != 0) {
        return -1;
    }
    config_prices_tell(&work->options, &work->config, clock_wall());
    work->tiers = config_tier_table(&work->options);
    return work->tiers != NULL &&
                   run_input_take(&work->options, settings, &work->input, &work->index, NULL) == 0 &&
                   config_prices_rows(&work->options, &work->config) == 0 &&
                   plan_estimate_take(&work->options, &work->config, &work->input, &work->index,
                                      &work->estimate) == 0
               ? show(work)
               : -1;
}

void plan_help(void) {
    (void)puts(
        "usage: ration plan [options of ration run] [--json]\n\n"
        "Reads the input as a run would, and tells what the run would take: tokens, time, money, "
        "days, and the\n"
        "limit that binds; and what other answers, tiers or workers would change. Nothing is sent, no "
        "key is\n"
        "needed, and no --output.\n\n"
        "  --json\n        one JSON object instead of a text\n"
        "  --compare [MODEL,…]\n        models side by side, by single requests, flex and batch; without "
        "a list those of the\n        provider whose price is known, and the tiers\n\n"
        "exit status: 0; 2 options, configuration or input wrong");
}

int plan(int count, char **words) {
    struct plan *work = calloc(1, sizeof(*work));
    if (work == NULL) {
        log_fatal("run", "out of memory");
        return EXIT_CODE_WRONG;
    }
    work->input.fd = work->input.original = -1;
    count = take_own(count, words, work);
    int result = options_parse(count, words, &work->options);
    if (result == 0) {
        result = make(work);
        input_index_free(&work->index);
        config_free(&work->config);
    }
    plan_compare_free(&work->compare);
    free(work->tiers);
    if (work->input.fd >= 0) {
        (void)close(work->input.fd);
    }
    if (work->input.original >= 0) {
        (void)close(work->input.original);
    }
    free(work);
    return result == 0 ? EXIT_CODE_ALL_DONE : EXIT_CODE_WRONG;
}
