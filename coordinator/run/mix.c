#include "run/mix.h"

#include "output/batch_parts.h"
#include "plan/plan_cases.h"
#include "plan/plan_estimate.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "system/exit_code.h"
#include "system/program_place.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CANCELLING (2 * CLOCK_MINUTE) // until the API has cancelled, and what was done is recorded
#define STANDARD 3                    // descriptors

bool mix_is_due(uint64_t wall, uint64_t deadline, uint64_t left, uint64_t each) {
    if (left == 0) {
        return false;
    }
    uint64_t room = deadline > wall ? deadline - wall : 0;
    room = room > CANCELLING ? (room - CANCELLING) / 5 * 4 : 0;
    return each == 0 || room / each < left;
}

// Of the whole run, asked one by one.
static uint64_t takes(const struct run *run, const struct plan_estimate *estimate) {
    static const struct tier_table no_tiers;
    struct options single = *run->options;
    struct plan_cases *cases = malloc(sizeof(*cases));
    uint64_t time = CLOCK_NEVER;
    single.batch = single.batch_mix = false;
    single.tier = NULL;
    if (cases != NULL) {
        plan_cases_make(&single, &run->config, &no_tiers, estimate, clock_now(), clock_wall(), cases);
        time = cases->one[0].forecast.takes;
        if (time ==
            CLOCK_NEVER) { // no limit is known: as fast as requests in flight let it, and half as fast
            forecast_make(&cases->one[0].facts, &cases->one[0].forecast);
            time = cases->one[0].forecast.takes;
            time = time < CLOCK_NEVER / 2 ? time * 2 : time;
        }
    }
    free(cases);
    return time;
}

int mix_begin(struct run *run) {
    struct plan_estimate estimate = {0};
    if (!run->options->batch_mix) {
        return 0;
    }
    if (plan_estimate_take(run->options, &run->config, &run->input, &run->index, &estimate) != 0) {
        return -1;
    }
    uint64_t all = takes(run, &estimate);
    run->services.mix = (struct mix_watch){
        .deadline = run->options->deadline,
        .each = estimate.artists > 0 ? all / estimate.artists + 1 : 0,
    };
    if (all == CLOCK_NEVER) {
        log_warn("batch",
                 "--deadline: how long rows take that are asked one by one is not known, so that none "
                 "are left to the batch API; give --requests-per-minute, --tokens-per-minute or --tier");
    } else {
        log_info("batch", "asked one by one, all %u rows would take about %" PRIu64 " s", estimate.artists,
                 (uint64_t)(all / CLOCK_SECOND));
    }
    return 0;
}

bool mix_goes_on(const struct run *run, int status) {
    struct batch_parts_left left;
    return run->services.mix.switched && status == EXIT_CODE_STOPPED && !run->crew.stop.asked &&
           batch_parts_look(run->options->output, &left) == 0 && left.parts == 0;
}

// ---- the run of the rest ----

static bool begins(const char *word, const char *with) {
    return strncmp(word, with, strlen(with)) == 0;
}

// How many words an option of batches is, with its value; 0: it is none.
static size_t batch_words(const char *word) {
    if (strcmp(word, "--batch") == 0 || begins(word, "--batch=") || strcmp(word, "--batch-mix") == 0) {
        return 1;
    }
    if (begins(word, "--batch-") || begins(word, "--deadline")) {
        return strchr(word, '=') != NULL ? 1 : 2;
    }
    return 0;
}

void mix_go_on(const struct options *options) {
    char *const *words = options->words;
    static char name[] = "ration", resume[] = "--resume";
    static char no_batch[] = "--batch=no", no_mix[] = "--batch-mix=no"; // what the file of --config may say
    static const char *const chosen[] = {"RATION_BATCH", "RATION_BATCH_MIX", "RATION_DEADLINE"};
    size_t count = 0, left = 0;
    while (words[count] != NULL) {
        count++;
    }
    char **rest = calloc(count + 5, sizeof(*rest));
    if (rest == NULL) {
        log_fatal("run", "out of memory; go on with --resume, and without --batch-mix");
        return;
    }
    rest[left++] = name;
    for (size_t i = 0, more; i < count; i += more) {
        more = i > 0 ? batch_words(words[i]) : 0;
        if (more == 0) {
            more = 1;
            rest[left++] = words[i];
        }
    }
    if (options->config != NULL) {
        rest[left++] = no_batch;
        rest[left++] = no_mix;
    }
    rest[left] = resume;
    for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
        (void)unsetenv(chosen[i]);
    }
    closefrom(STANDARD);
    char *program = program_place_own();
    (void)execv(program != NULL ? program : "/proc/self/exe", rest);
    log_fatal("run", "the rest cannot be begun: %s; go on with --resume, and without --batch-mix",
              strerror(errno));
    free(program);
    free(rest);
}
