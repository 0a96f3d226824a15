#include "run/run_prepare.h"

#include "config/config_batch.h"
#include "config/config_prices.h"
#include "config/config_tier.h"
#include "crew/in_doubt.h"
#include "crew/keys.h"
#include "crew/spawn.h"
#include "crew/worker_environment.h"
#include "input/run_input.h"
#include "member/member.h"
#include "output/last_run_file.h"
#include "output/output_name.h"
#include "plan/cost.h"
#include "plan/preflight.h"
#include "quota/quota_start.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "ration/money.h"
#include "ration/provider.h"
#include "ration/row_head.h"
#include "ration/screen.h"
#include "run/mix.h"
#include "run/run_arena.h"
#include "run/run_output.h"
#include "system/descriptors.h"
#include "system/exit_code.h"
#include "system/signals.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static int open_log(struct run *run, bool bar) {
    const struct options *options = run->options;
    if (options->log_file != NULL) {
        run->services.log_file = (struct log_file){
            .path = options->log_file,
            .others = {options->input, options->output, run->config.errors},
        };
        run->log_fd = log_file_open(&run->services.log_file);
        if (run->log_fd < 0) {
            return -1;
        }
    }
    struct log_config config = {
        .process = "ration",
        .stderr_level = options->quiet     ? LOG_LEVEL_WARN
                        : options->verbose ? LOG_LEVEL_DEBUG
                                           : LOG_LEVEL_INFO,
        .json_fd = run->log_fd,
        .clear_line = bar,
    };
    log_configure(&config);
    run->config.settings.log_clear_line = bar;
    return 0;
}

// Those that need neither the input nor the output.
static int open_services(struct run *run) {
    struct services *services = &run->services;
    services->cost = (struct cost_watch){.price = run->config.price,
                                         .rates = run->config.rates[0],
                                         .free = run->config.free,
                                         .most = run->config.max_cost};
    services->alerts = alert_watch_begin(run->options);
    if (services->alerts == NULL || http_service_open(run->options, &services->http) != 0) {
        return -1;
    }
    services->utilisation = utilisation_new();
    if (services->utilisation == NULL) {
        log_fatal("run", "out of memory");
        return -1;
    }
    return 0;
}

static int find_worker(struct run *run) {
    if (spawn_find_program(&run->program) != 0) {
        return -1;
    }
    run->environment = worker_environment_make(environ);
    if (run->environment == NULL) {
        log_fatal("run", "out of memory");
        return -1;
    }
    return 0;
}

static void tell_taken(const char *input, const struct settings *settings) {
    const char *id = settings->id_key != NULL ? settings->id_key : "artist_id";
    const char *name = settings->name_key;
    if (name != NULL && strcmp(id, name) == 0) {
        log_fatal("input", "%s:1: \"%s\" is the id's column already; leave out --name", input, name);
        return;
    }
    bool by_id = name == NULL || result_format_taken(result_format_usual(), id);
    log_fatal("input", "%s:1: a line of the output has a key \"%s\" already; rename that column", input,
              by_id ? id : name);
}

static int take_format(struct run *run) {
    const struct settings *settings = &run->config.settings;
    run->config.format = row_head_format(settings);
    if (run->config.format == NULL && errno == EINVAL) {
        tell_taken(run->input.name, settings);
    } else if (run->config.format == NULL) {
        log_fatal("run", "out of memory");
    }
    return run->config.format != NULL ? 0 : -1;
}

static int take_input(struct run *run) {
    if (run_input_take(run->options, &run->config.settings, &run->input, &run->index, &run->ids) != 0 ||
        signals_caught()) {
        return -1;
    }
    if (config_prices_rows(run->options, &run->config) != 0) {
        return -1;
    }
    run->services.cost.price = run->config.price;
    run->services.cost.rates = run->config.rates[0];
    run->services.cost.free = run->config.free;
    // Rows may ask for longer answers than the options do.
    run->config.least_charge =
        provider_least_charge(run->config.provider, run->config.settings.max_output_tokens);
    config_batch_tell(&run->config.settings, run->config.max_cost > 0 || run->config.max_cost_run > 0);
    if (config_batch_check(&run->config.settings, run->config.provider) != 0 || take_format(run) != 0) {
        return -1;
    }
    run->input.fd = descriptors_raise(run->input.fd);
    if (run->input.fd < 0) {
        log_fatal("run", "cannot keep the input open: %s", descriptors_problem(errno));
        return -1;
    }
    input_watch_begin(&run->services.input, run->input.fd, run->input.name, &run->index, &run->input.status);
    input_watch_copy(&run->services.input, run->input.original);
    return mix_begin(run);
}

// All of the crew that needs neither the arena nor the final output.
static int prepare_crew(struct run *run) {
    struct crew *crew = &run->crew;
    // One worker has all parts of a batch: whoever comes after it finds them in their journal.
    bool batch = run->config.settings.batch;
    uint64_t workers = batch ? 1 : run->options->max_workers;
    crew->size = crew->wanted = (uint32_t)(workers < run->index.artists ? workers : run->index.artists);
    run->services.bounds = (struct adapt_bounds){batch ? 1 : (uint32_t)run->options->min_workers,
                                                 crew->wanted, (uint32_t)run->config.settings.in_flight};
    crew->index = &run->index;
    crew->input_name = run->input.name;
    crew->settings = &run->config.settings;
    crew->prices = run->config.prices;
    crew->format = run->config.format;
    crew->sessions = &run->config.sessions;
    if (keys_open(&crew->keys, &run->config.sessions, run->options->api_key_ttl, clock_now()) != 0) {
        log_fatal("run", "out of memory");
        return -1;
    }
    crew->environment = run->environment;
    crew->program = &run->program;
    crew->hang_timeout = run->options->hang_timeout;
    crew->in_doubt_policy = run->options->in_doubt;
    crew->fd.input = run->input.fd;
    crew->fd.log = run->log_fd;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        crew->worker[slot].bell = -1;
        crew->worker[slot].log_feed = -1;
        crew->worker[slot].keys = -1;
        crew->worker[slot].alone = CREW_NOBODY;
    }
    for (int p = 0; p < PRIORITIES; p++) {
        if (!range_table_add(&crew->free[p], (struct range){0, run->index.artists})) {
            log_fatal("run", "out of memory");
            return -1;
        }
    }
    return spawn_prepare(crew);
}

// What a run that was killed has used of the day stands in its arena alone.
static void begin_quota(struct run *run) {
    struct quota_start_dead dead;
    dead.found = in_doubt_stale_quota(run->arena_name, dead.run, &dead.quota);
    quota_start_begin(&run->services.quota, run->crew.arena, &dead, member_day(run->services.member),
                      clock_now());
}

// Of all runs of this output before this one.
static struct ledger_paid paid_before(const struct run *run) {
    struct cost_past past = {.lines = run->lines_cost};
    struct last_run *last = malloc(sizeof(*last));
    past.arena = in_doubt_stale_paid(run->arena_name, past.arena_run, &past.left);
    if (last != NULL && last_run_file_read(run->files.output_name, last) == 0 &&
        run_output_is_of(run, last)) {
        past.record = true;
        (void)strlcpy(past.record_run, last->run_id, sizeof(past.record_run));
        past.told.spent = last->cost_before + last->cost;
        past.told.doubt = last->cost_before_doubt + last->cost_doubt;
        past.booked = last->cost_booked;
    }
    free(last);
    return cost_paid(&past);
}

// A new output begins at nothing, whatever once had its name. One that is empty may be taken without
// --resume.
static void begin_cost(const struct run *run) {
    if (run->files.output_new) {
        return;
    }
    struct ledger_paid before = paid_before(run);
    ledger_cost_begin(run->crew.arena, &before);
    if (before.spent + before.doubt > 0) {
        char spent[MONEY_TEXT_SIZE], doubt[MONEY_TEXT_SIZE];
        money_print(before.spent, spent);
        money_print(before.doubt, doubt);
        log_info("cost", "earlier runs of this output spent %s%s%s%s", spent,
                 before.doubt > 0 ? ", and at most " : "", before.doubt > 0 ? doubt : "",
                 before.doubt > 0 ? " more in doubt" : "");
    }
}

// The crew gets the arena and the output; only then is what an earlier run left behind forgotten.
static int complete_crew(struct run *run) {
    struct crew *crew = &run->crew;
    crew->fd.output = run->files.output;
    crew->fd.errors = run->files.errors;
    crew->files = &run->files;
    crew->output = (struct output){.arena = crew->arena, .fd = {run->files.output, run->files.errors}};
    crew->verdicts = crew_verdicts(crew);
    output_attach(&crew->output);
    output_note_links(&crew->output);
    if (spawn_share_arena(crew) != 0 || !in_doubt_decide(crew, &run->stale.artists, run->stale.unknown)) {
        return -1;
    }
    begin_quota(run);
    begin_cost(run);
    // A member forgets it once the fleet knows of it.
    if (run->services.member == NULL && in_doubt_forget_stale(run->arena_name) != 0) {
        return -1;
    }
    run->doubts_known = true;
    return 0;
}

// The money of the fleet's run bounds this machine too, though it was given none. 0, or -1 after telling.
static int take_money(struct run *run) {
    struct config *config = &run->config;
    const struct {
        enum ledger_budget kind;
        const char *option;
        uint64_t *own;
    } each[] = {
        {LEDGER_BUDGET_MONEY, "--max-cost", &config->max_cost},
        {LEDGER_BUDGET_RUN_MONEY, "--max-cost-run", &config->max_cost_run},
    };
    bool taken = false;
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        uint64_t amount = member_amount(run->services.member, each[i].kind);
        if (*each[i].own == 0 && amount > 0) {
            *each[i].own = amount;
            taken = true;
            log_info("fleet",
                     "%s of the other machines holds here, too: $%.9g; give another one once all have ended",
                     each[i].option, (double)amount / (double)MONEY_DOLLAR);
        }
    }
    run->services.cost.most = config->max_cost;
    return taken ? config_prices_bound(run->options, config) : 0;
}

// 0, or -1 after telling.
static int open_member(struct run *run, bool *wrong) {
    *wrong = false;
    if (run->options->fleet == NULL) {
        return 0;
    }
    const struct member_open open = {
        .options = run->options,
        .config = &run->config,
        .index = &run->index,
        .input_name = run->input.name,
        .input_fd = run->input.fd,
        .output_name = run->files.output_name,
        .before = run->lines,
        .day = run->services.quota.allowed,
        .day_low = run->services.quota.low_allowed,
    };
    run->services.member = member_open(&open, wrong);
    memset(run->lines, 0, sizeof(run->lines)); // the member's now
    if (run->services.member == NULL) {
        return -1;
    }
    *wrong = take_money(run) != 0;
    return *wrong ? -1 : 0;
}

static enum run_prepared refused(void) {
    if (signals_caught()) {
        screen_begin();
        log_warn("run", "stopped; nothing was sent");
        return RUN_PREPARED_STOPPED;
    }
    return RUN_PREPARED_WRONG;
}

enum run_prepared run_prepare(struct run *run, bool bar) {
    signals_catch();
    enum member_took took = member_take(&run->taken, &run->options);
    if (took != MEMBER_TOOK) {
        return signals_caught() || took == MEMBER_TOOK_WRONG ? refused() : RUN_PREPARED_CANNOT;
    }
    if (config_make(run->options, &run->config) != 0 || member_check(run->options, &run->config) != 0 ||
        output_name_check(run->options, run->config.errors) != 0 || open_log(run, bar) != 0 ||
        open_services(run) != 0 || find_worker(run) != 0 || take_input(run) != 0 ||
        run_output_take(run) != 0 || signals_caught() ||
        quota_start_open(&run->services.quota, run->options, run->config.errors) != 0) {
        return refused();
    }
    config_tier_tell(run->options, &run->config);
    config_prices_tell(run->options, &run->config, clock_wall());
    config_provider_tell(run->options, run->config.provider, &run->config.settings);
    if (run->options->sessions != NULL) {
        config_sessions_tell(&run->config.sessions, &run->config.settings);
    }
    if (preflight_ask(run->options, &run->config) != 0) {
        return signals_caught() ? refused() : RUN_PREPARED_CANNOT;
    }
    bool wrong;
    if (open_member(run, &wrong) != 0) {
        return signals_caught() || wrong ? refused() : RUN_PREPARED_CANNOT;
    }
    screen_begin(); // from here on a signal would not end a write that waits
    run->signal_fd = signals_open();
    if (run->signal_fd < 0) {
        log_fatal("run", "cannot take signals: %s", descriptors_problem(errno));
        return RUN_PREPARED_CANNOT;
    }
    if (signals_caught()) {
        return refused();
    }
    if (prepare_crew(run) != 0 || run_output_repair(run) != 0 || run_arena_make(run) != 0 ||
        complete_crew(run) != 0 ||
        member_begin(run->services.member, &run->crew, run->config.format, run->arena_name, &run->stale) !=
            0) {
        return RUN_PREPARED_CANNOT;
    }
    return RUN_PREPARED_READY;
}

static void close_own(int fd) {
    if (fd >= 0) {
        (void)close(fd);
    }
}

void run_release(struct run *run) {
    struct services *services = &run->services;
    for (int file = 0; file < OUTPUT_FILES; file++) {
        free(run->lines[file].artist);
    }
    spawn_close(&run->crew);
    keys_close(run->crew.keys);
    if (run->crew.arena != NULL) {
        if (!run->arena_left && run->doubts_known) {
            member_ended(services->member);
            in_doubt_leave(run->crew.arena, run->arena_name);
        } else if (!run->arena_left) { // what earlier runs left stands aside still, whole
            (void)arena_remove(run->arena_name);
        }
        arena_close(run->crew.arena);
    }
    member_close(services->member);
    range_table_free(&run->stale.artists);
    crew_free(&run->crew);
    close_own(run->signal_fd);
    quota_state_close(&services->quota.state);
    resume_free(run->resume);
    output_files_discard(&run->files);
    id_table_free(run->ids);
    input_watch_end(&services->input);
    input_index_free(&run->index);
    close_own(run->input.fd);
    close_own(run->input.original);
    program_held_close(&run->program);
    free(run->environment);
    utilisation_free(services->utilisation);
    http_service_close(services->http);
    alert_watch_end(services->alerts);
    close_own(run->log_fd);
    config_free(&run->config);
    member_taken_free(&run->taken);
}
