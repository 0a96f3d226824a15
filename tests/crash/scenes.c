#include "scenes.h"

#include "ration/ledger_breaker.h"
#include "ration/ledger_part.h"
#include "ration/output_sync.h"

#include "arena/board_mark.h"
#include "arena/journal.h"
#include "arena/output_expect.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define MOMENT (5 * CLOCK_MS)
#define MOMENTS 400

static const char answer_lines[] = "{\"artist\":5,\"text\":\"first\"}\n{\"artist\":31,\"text\":\"second\"}\n{"
                                   "\"artist\":32,\"text\":\"third\"}\n";
static const uint32_t answer_artist[] = {5, 31, 32};
static const char error_line[] = "{\"artist\":6,\"class\":\"refused\"}\n";
static const char sleeper_line[] = "{\"artist\":40}\n";

// ---- the ledger ----

static int admit(void *context) {
    struct stage *stage = context;
    struct ledger_booking booking;
    return ledger_admit(stage->arena, VICTIM_SLOT, &(struct ledger_estimate){.output = 120}, STAGE_NOW, 0,
                        &booking) == LEDGER_BOOKED
               ? 0
               : 1;
}

static void book(struct stage *stage) {
    if (ledger_admit(stage->arena, VICTIM_SLOT, &(struct ledger_estimate){.output = 500}, STAGE_NOW, 0,
                     &stage->booking) != LEDGER_BOOKED) {
        errx(1, "no booking");
    }
}

static int settle(void *context) {
    struct stage *stage = context;
    const struct ledger_usage usage = {
        .tokens.input = 40, .tokens.output = 90, .input_bytes = 300, .cost_known = true, .cost = STAGE_COST};
    (void)ledger_settle(stage->arena, VICTIM_SLOT, &stage->booking, &usage, STAGE_NOW + CLOCK_MS);
    return 0;
}

// Most of its input came from a cache, which the limits of that session do not count.
static int settle_cached(void *context) {
    struct stage *stage = context;
    const struct ledger_usage usage = {.tokens = {.input = 400, .cached = 350, .output = 90, .reasoning = 20},
                                       .input_bytes = 1600};
    (void)ledger_settle(stage->arena, VICTIM_SLOT, &stage->booking, &usage, STAGE_NOW + CLOCK_MS);
    return 0;
}

// An answer that tells limits: one that was known, and one that was not.
static int settle_and_hear(void *context) {
    struct stage *stage = context;
    const struct ledger_news news = {
        .count = 2,
        .of = {{.unit = DIMENSION_REQUESTS,
                .window = CLOCK_MINUTE,
                .window_sure = true,
                .limit = 30000,
                .remaining = 20000,
                .reset = CLOCK_SECOND},
               {.unit = DIMENSION_INPUT_TOKENS,
                .window = CLOCK_MINUTE,
                .window_sure = true,
                .limit = 90000,
                .remaining = 80000,
                .reset = CLOCK_SECOND,
                .fixed = true}},
    };
    const struct ledger_usage usage = {
        .tokens.input = 40, .tokens.output = 90, .input_bytes = 300, .news = &news};
    (void)ledger_settle(stage->arena, VICTIM_SLOT, &stage->booking, &usage, STAGE_NOW + CLOCK_MS);
    return 0;
}

// A failure that opens the breaker.
static int settle_failure(void *context) {
    struct stage *stage = context;
    const struct ledger_usage usage = {.outcome = OUTCOME_NETWORK_FAULT, .unsent = true};
    return ledger_settle(stage->arena, VICTIM_SLOT, &stage->booking, &usage, STAGE_NOW + CLOCK_MS) ? 1 : 0;
}

// The failure is the bystander's, at the session of the victim's booking.
static void book_after_failure(struct stage *stage) {
    struct ledger_booking booking;
    book(stage);
    do {
        if (ledger_admit(stage->arena, BYSTANDER_SLOT, &(struct ledger_estimate){.output = 1}, STAGE_NOW, 0,
                         &booking) != LEDGER_BOOKED) {
            errx(1, "no booking");
        }
    } while (booking.session != stage->booking.session);
    (void)ledger_settle(stage->arena, BYSTANDER_SLOT, &booking,
                        &(struct ledger_usage){.outcome = OUTCOME_NETWORK_FAULT}, STAGE_NOW + CLOCK_MS);
}

// A refusal that makes the streak the session's fault, while an artist is known as refused.
static int settle_refusal(void *context) {
    struct stage *stage = context;
    struct blame_row row = {0};
    const struct ledger_usage usage = {.outcome = OUTCOME_REFUSED,
                                       .blame = BLAME_REFUSED,
                                       .row = &row,
                                       .artist = 7,
                                       .status = 404,
                                       .least = 1};
    (void)ledger_settle(stage->arena, VICTIM_SLOT, &stage->booking, &usage, STAGE_NOW + CLOCK_MS);
    return row.suspect ? 0 : 1;
}

// Sessions of which nobody tells a limit, and which keep a pace because one was refused.
static void find_out(struct stage *stage) {
    struct silent silent;
    uint64_t words[LAYOUT_SILENT_WORDS];
    silent_begin(&silent, &(struct silent_known){SILENT_RATE, 10 * CLOCK_MS, 5, 0});
    silent_take(&silent, STAGE_NOW - 20 * CLOCK_MS, 0, 0);
    memcpy(words, &silent, sizeof(words));
    for (uint32_t s = 0; s < stage->arena->header->sessions; s++) {
        struct layout_session *session = layout_session(stage->arena, s);
        for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
            journal_initialise(&session->dimension[i][0], DIMENSION_NONE);
        }
        for (uint32_t i = 0; i < LAYOUT_SILENT_WORDS; i++) {
            journal_initialise(&session->silent[i], words[i]);
        }
    }
}

static void book_to_find_out(struct stage *stage) {
    find_out(stage);
    book(stage);
}

// It is refused: another pace.
static int settle_untold(void *context) {
    struct stage *stage = context;
    struct ledger_rest rest = {0};
    const struct ledger_usage usage = {.outcome = OUTCOME_RATE_LIMITED, .rest = &rest};
    (void)ledger_settle(stage->arena, VICTIM_SLOT, &stage->booking, &usage, STAGE_NOW + CLOCK_MS);
    return rest.found && rest.time > 0 ? 0 : 1;
}

// A limit of spending, after which one request leaves first.
static int settle_spent(void *context) {
    struct stage *stage = context;
    struct blame_row row = {0};
    const struct ledger_usage usage = {.outcome = OUTCOME_QUOTA_EXHAUSTED,
                                       .blame = BLAME_LIMITED,
                                       .row = &row,
                                       .artist = 7,
                                       .status = 402,
                                       .least = 1};
    (void)ledger_settle(stage->arena, VICTIM_SLOT, &stage->booking, &usage, STAGE_NOW + CLOCK_MS);
    return row.suspect ? 0 : 1;
}

static int say(void *context) {
    struct stage *stage = context;
    ledger_say(stage->arena, VICTIM_SLOT, 0, "artist 7: status 404");
    return 0;
}

static int hold_for_refusals(void *context) {
    struct stage *stage = context;
    ledger_blame_session(stage->arena, VICTIM_SLOT, 0, STAGE_NOW);
    return 0;
}

static int find_at_fault(void *context) {
    struct stage *stage = context;
    struct blame_row row = {.suspect = true, .status = 404};
    ledger_blame_artist(stage->arena, VICTIM_SLOT, &row);
    return row.blamed ? 0 : 1;
}

// The next admission is the probe of session 0, the one after it that of session 1.
static void open_breakers(struct stage *stage) {
    struct arena *arena = stage->arena;
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        journal_initialise(&layout_session(arena, i)->breaker[0], BREAKER_OPEN);
        journal_initialise(&layout_session(arena, i)->last_used, i);
    }
}

// The next admission finds that nobody may send but a fallback.
static void leave_a_fallback(struct stage *stage) {
    layout_session(stage->arena, 1)->fallback = 1;
    journal_initialise(&layout_session(stage->arena, 0)->disabled, 1);
}

static void book_after_strike(struct stage *stage) {
    ledger_hold(stage->arena, BYSTANDER_SLOT, 0, LEDGER_COOL, STAGE_NOW, STAGE_NOW);
    book(stage);
}

static int cancel(void *context) {
    struct stage *stage = context;
    ledger_cancel(stage->arena, VICTIM_SLOT, &stage->booking);
    return 0;
}

static void book_before_hold(struct stage *stage) {
    book(stage);
    ledger_hold(stage->arena, BYSTANDER_SLOT, stage->booking.session, LEDGER_COOL, STAGE_NOW + CLOCK_SECOND,
                STAGE_NOW);
}

// What a fleet grants, no more than one request of the victim.
static void meter(struct stage *stage) {
    for (uint32_t i = 0; i < stage->arena->header->sessions; i++) {
        struct layout_session *session = layout_session(stage->arena, i);
        session->cached = PROVIDER_COUNTS_CACHED;
        if (!ledger_meter(stage->arena, i, DIMENSION_REQUESTS, CLOCK_MINUTE) ||
            !ledger_meter(stage->arena, i, DIMENSION_TOKENS, CLOCK_MINUTE) ||
            !ledger_grant(stage->arena, i, DIMENSION_REQUESTS, CLOCK_MINUTE, 8) ||
            !ledger_grant(stage->arena, i, DIMENSION_TOKENS, CLOCK_MINUTE, 8000)) {
            errx(1, "nothing is granted");
        }
    }
}

static void book_metered(struct stage *stage) {
    meter(stage);
    book(stage);
}

static int grant(void *context) {
    struct stage *stage = context;
    (void)ledger_grant(stage->arena, 1, DIMENSION_TOKENS, CLOCK_MINUTE, 500);
    return 0;
}

static int begin_to_meter(void *context) {
    struct stage *stage = context;
    return ledger_meter(stage->arena, 1, DIMENSION_TOKENS, CLOCK_MINUTE) ? 0 : 1;
}

static int give_back(void *context) {
    struct stage *stage = context;
    struct ledger_meter meter_of;
    (void)ledger_meter_look(stage->arena, 1, DIMENSION_TOKENS, CLOCK_MINUTE, false, &meter_of);
    return 0;
}

// What a fleet grants of money and of the day.
static void share(struct stage *stage) {
    struct ledger_budget_look look;
    for (int i = 0; i < LEDGER_BUDGETS; i++) {
        enum ledger_budget budget = (enum ledger_budget)i;
        ledger_budget_begin(stage->arena, budget, 1000, 1);
        if (!ledger_budget_look(stage->arena, budget, 0, &look) ||
            !ledger_budget_grant(stage->arena, budget, budget == LEDGER_BUDGET_DAY ? 8 : 9000000000, 8)) {
            errx(1, "nothing is granted");
        }
    }
}

static void book_shared(struct stage *stage) {
    share(stage);
    book(stage);
}

static int grant_day(void *context) {
    struct stage *stage = context;
    (void)ledger_budget_grant(stage->arena, LEDGER_BUDGET_DAY, 5, 3);
    return 0;
}

static int give_money_back(void *context) {
    struct stage *stage = context;
    struct ledger_budget_look look;
    (void)ledger_budget_look(stage->arena, LEDGER_BUDGET_MONEY, 10, &look);
    return 0;
}

static int hold(void *context) {
    struct stage *stage = context;
    ledger_hold(stage->arena, VICTIM_SLOT, 1, LEDGER_SLOW, STAGE_NOW + CLOCK_SECOND, STAGE_NOW);
    return 0;
}

static int hear_hold(void *context) {
    struct stage *stage = context;
    (void)ledger_hold_heard(stage->arena, 1, LEDGER_COOL, STAGE_NOW + CLOCK_SECOND, STAGE_NOW);
    return 0;
}

static int hear_rest(void *context) {
    struct stage *stage = context;
    (void)ledger_hold_heard(stage->arena, 1, LEDGER_SLOW, STAGE_NOW + CLOCK_SECOND, STAGE_NOW);
    return 0;
}

static int hear_breaker(void *context) {
    struct stage *stage = context;
    (void)ledger_breaker_hold(stage->arena, 1, STAGE_NOW + CLOCK_SECOND, STAGE_NOW);
    return 0;
}

static void open_breaker(struct stage *stage) {
    (void)ledger_breaker_hold(stage->arena, 1, STAGE_NOW + CLOCK_SECOND, STAGE_NOW);
}

static int free_breaker(void *context) {
    struct stage *stage = context;
    (void)ledger_breaker_free(stage->arena, 1, STAGE_NOW);
    return 0;
}

static int close_breaker(void *context) {
    struct stage *stage = context;
    (void)ledger_breaker_over(stage->arena, 1);
    return 0;
}

// ---- the output ----

static int append(void *context) {
    struct stage *stage = context;
    return output_append(&stage->output, VICTIM_SLOT, OUTPUT_ANSWERS, answer_lines, sizeof(answer_lines) - 1,
                         answer_artist, 3, CLOCK_NEVER);
}

// Its booking is settled later.
static int append_billed(void *context) {
    struct stage *stage = context;
    stage->output.bill = (struct output_bill){STAGE_COST, stage->booking.cost};
    return append(stage);
}

static void book_and_append(struct stage *stage) {
    struct ledger_booking other;
    book(stage);
    other = stage->booking;
    book(stage); // one whose answer never comes
    stage->booking = other;
    if (append_billed(stage) != 0) {
        errx(1, "the lines cannot be written");
    }
}

static int settle_recorded(void *context) {
    struct stage *stage = context;
    const struct ledger_usage usage = {.outcome = OUTCOME_DONE,
                                       .tokens.input = 40,
                                       .tokens.output = 90,
                                       .input_bytes = 300,
                                       .cost_known = true,
                                       .cost = STAGE_COST,
                                       .recorded = true};
    (void)ledger_settle(stage->arena, VICTIM_SLOT, &stage->booking, &usage, STAGE_NOW + CLOCK_MS);
    return 0;
}

// An answer of a batch: recorded, and never booked.
static void append_unbooked(struct stage *stage) {
    stage->output.bill = (struct output_bill){STAGE_COST, 0};
    if (append(stage) != 0) {
        errx(1, "the lines cannot be written");
    }
}

static int settle_unbooked(void *context) {
    struct stage *stage = context;
    const struct ledger_usage usage = {.outcome = OUTCOME_DONE,
                                       .tokens.input = 40,
                                       .tokens.output = 90,
                                       .cost_known = true,
                                       .cost = STAGE_COST,
                                       .recorded = true};
    ledger_settle_unbooked(stage->arena, VICTIM_SLOT, &(struct ledger_booking){0}, &usage);
    return 0;
}

// ---- parts of a batch ----

#define PART_COST 9000U

static int book_part(void *context) {
    struct stage *stage = context;
    return ledger_part_book(stage->arena, VICTIM_SLOT, &(struct ledger_part){PART_COST, 3, false}) ? 0 : 1;
}

static void begin_part(struct stage *stage) {
    if (book_part(stage) != 0) {
        errx(1, "a part is not booked");
    }
}

static void append_row(struct stage *stage) {
    begin_part(stage);
    stage->output.bill = (struct output_bill){STAGE_COST, PART_COST / 3};
    if (append(stage) != 0) {
        errx(1, "the lines cannot be written");
    }
}

static int settle_row(void *context) {
    struct stage *stage = context;
    const struct ledger_booking booking = {.cost = PART_COST / 3};
    const struct ledger_usage usage = {.outcome = OUTCOME_DONE,
                                       .tokens.input = 40,
                                       .tokens.output = 90,
                                       .cost_known = true,
                                       .cost = STAGE_COST,
                                       .recorded = true};
    ledger_settle_unbooked(stage->arena, VICTIM_SLOT, &booking, &usage);
    return 0;
}

static int lose_part(void *context) {
    struct stage *stage = context;
    ledger_part_end(stage->arena, VICTIM_SLOT, PART_COST, true);
    return 0;
}

static void leave_part(struct stage *stage) {
    begin_part(stage);
    (void)lose_part(stage);
}

static int take_up_part(void *context) {
    struct stage *stage = context;
    ledger_part_reopen(stage->arena, VICTIM_SLOT, PART_COST);
    return 0;
}

static int append_error(void *context) {
    struct stage *stage = context;
    return output_append(&stage->output, VICTIM_SLOT, OUTPUT_ERRORS, error_line, sizeof(error_line) - 1,
                         &(uint32_t){6}, 1, CLOCK_NEVER);
}

// The file may grow by some bytes only: a write that is cut short, then one that fails, and the rollback.
static int append_full(void *context) {
    struct stage *stage = context;
    struct rlimit limit = {.rlim_cur = output_length(stage->arena, OUTPUT_ANSWERS) + 20,
                           .rlim_max = RLIM_INFINITY};
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 1;
    }
    return append(stage) == EFBIG ? 0 : 1;
}

// It reads under the guard how much was committed.
static int sync_files(void *context) {
    struct stage *stage = context;
    return output_sync(&stage->output, VICTIM_SLOT, 0, STAGE_NOW);
}

// ---- the coordinator ----

static int sync_at_end(void *context) {
    struct stage *stage = context;
    return output_sync(&stage->output, GUARD_COORDINATOR, 0, STAGE_NOW);
}

static int quarantine(void *context) {
    struct stage *stage = context;
    (void)output_append(&stage->output, GUARD_COORDINATOR, OUTPUT_ERRORS, error_line, sizeof(error_line) - 1,
                        &(uint32_t){6}, 1, 0);
    return 0;
}

// What followers get, several lines at once.
static int serve(void *context) {
    struct stage *stage = context;
    (void)output_append(&stage->output, GUARD_COORDINATOR, OUTPUT_ANSWERS, answer_lines,
                        sizeof(answer_lines) - 1, answer_artist, 3, 0);
    return 0;
}

// The worker died amid an append, half of its lines written.
static void die_in_append(struct stage *stage) {
    struct arena *arena = stage->arena;
    size_t length = sizeof(answer_lines) - 1;
    if (!guard_try(arena, GUARD_OUTPUT, VICTIM_SLOT)) {
        errx(1, "the guard is busy");
    }
    output_expect(arena, OUTPUT_ANSWERS, length);
    journal_add(arena, GUARD_OUTPUT, &arena->header->length[OUTPUT_ANSWERS], length);
    for (size_t i = 0; i < 3; i++) {
        board_mark(arena, answer_artist[i], BOARD_DONE);
    }
    journal_add(arena, GUARD_OUTPUT, &arena->header->done, 3);
    if (write(stage->output.fd[OUTPUT_ANSWERS], answer_lines, length / 2) != (ssize_t)(length / 2)) {
        err(1, "write");
    }
}

// The worker died amid an admission, with another booking standing.
static void die_in_admission(struct stage *stage) {
    struct arena *arena = stage->arena;
    book(stage);
    if (!guard_try(arena, GUARD_LEDGER, VICTIM_SLOT)) {
        errx(1, "the guard is busy");
    }
    struct layout_session *session = layout_session(arena, 0);
    journal_add(arena, GUARD_LEDGER, &session->dimension[1][5], 5 * CLOCK_MS);
    journal_add(arena, GUARD_LEDGER, &session->booked_requests[VICTIM_SLOT], 1);
}

// The worker died between a line and its settlement, and amid the settlement of another.
static void die_in_settlement(struct stage *stage) {
    struct arena *arena = stage->arena;
    struct layout_ledger *ledger = layout_ledger(arena);
    book_and_append(stage);
    if (!guard_try(arena, GUARD_LEDGER, VICTIM_SLOT)) {
        errx(1, "the guard is busy");
    }
    journal_subtract(arena, GUARD_LEDGER, &ledger->cost_booked, stage->booking.cost);
    journal_subtract(arena, GUARD_LEDGER, &ledger->slot_cost[VICTIM_SLOT], stage->booking.cost);
    journal_add(arena, GUARD_LEDGER, &ledger->cost_spent, STAGE_COST);
    journal_add(arena, GUARD_LEDGER, &ledger->settled_cost[VICTIM_SLOT], STAGE_COST);
}

static int recover(void *context) {
    return stage_recover(context) ? 0 : 1;
}

const struct scene scenes[] = {
    {"admission", GUARD_LEDGER, false, false, NULL, admit},
    {"admission, surplus token", GUARD_LEDGER, false, true, NULL, admit},
    {"admission of a probe", GUARD_LEDGER, false, false, open_breakers, admit},
    {"admission by a fallback", GUARD_LEDGER, false, false, leave_a_fallback, admit},
    {"settlement", GUARD_LEDGER, false, false, book_after_strike, settle},
    {"settlement of cached input", GUARD_LEDGER, false, false, book, settle_cached},
    {"settlement with limits told", GUARD_LEDGER, false, false, book, settle_and_hear},
    {"settlement of a failure", GUARD_LEDGER, false, false, book_after_failure, settle_failure},
    {"settlement of a refusal", GUARD_LEDGER, false, false, book, settle_refusal},
    {"settlement of what is recorded", GUARD_LEDGER, false, false, book_and_append, settle_recorded},
    {"settlement of what was never booked", GUARD_LEDGER, false, false, append_unbooked, settle_unbooked},
    {"booking of a part", GUARD_LEDGER, false, false, NULL, book_part},
    {"settlement of a part's row", GUARD_LEDGER, false, false, append_row, settle_row},
    {"a part that is lost", GUARD_LEDGER, false, false, begin_part, lose_part},
    {"a part that is taken up again", GUARD_LEDGER, false, false, leave_part, take_up_part},
    {"admission at a limit that nobody tells", GUARD_LEDGER, false, false, find_out, admit},
    {"settlement at a limit that nobody tells", GUARD_LEDGER, false, false, book_to_find_out, settle_untold},
    {"settlement of a spend limit", GUARD_LEDGER, false, false, book, settle_spent},
    {"words of a refusal", GUARD_LEDGER, false, false, NULL, say},
    {"a session held for refusals", GUARD_LEDGER, false, false, NULL, hold_for_refusals},
    {"an artist found to be at fault", GUARD_LEDGER, false, false, NULL, find_at_fault},
    {"cancellation", GUARD_LEDGER, false, false, book, cancel},
    {"cancellation after a hold", GUARD_LEDGER, false, false, book_before_hold, cancel},
    {"admission against a grant", GUARD_LEDGER, false, false, meter, admit},
    {"settlement against a grant", GUARD_LEDGER, false, false, book_metered, settle},
    {"cancellation against a grant", GUARD_LEDGER, false, false, book_metered, cancel},
    {"a limit that is granted from now on", GUARD_LEDGER, true, false, NULL, begin_to_meter},
    {"a grant", GUARD_LEDGER, true, false, meter, grant},
    {"a grant that is given back", GUARD_LEDGER, true, false, meter, give_back},
    {"admission against a budget", GUARD_LEDGER, false, false, share, admit},
    {"settlement against a budget", GUARD_LEDGER, false, false, book_shared, settle},
    {"cancellation against a budget", GUARD_LEDGER, false, false, book_shared, cancel},
    {"a budget's grant", GUARD_LEDGER, true, false, share, grant_day},
    {"money that is given back", GUARD_LEDGER, true, false, share, give_money_back},
    {"hold", GUARD_LEDGER, false, false, NULL, hold},
    {"hold that another machine was told", GUARD_LEDGER, true, false, NULL, hear_hold},
    {"overload that another machine was told", GUARD_LEDGER, true, false, NULL, hear_rest},
    {"breaker that opened on another machine", GUARD_LEDGER, true, false, NULL, hear_breaker},
    {"breaker whose probe may leave", GUARD_LEDGER, true, false, open_breaker, free_breaker},
    {"breaker that closed on another machine", GUARD_LEDGER, true, false, open_breaker, close_breaker},
    {"append", GUARD_OUTPUT, false, false, NULL, append},
    {"append, surplus token", GUARD_OUTPUT, false, true, NULL, append},
    {"append of what was paid for", GUARD_OUTPUT, false, false, book, append_billed},
    {"append to the errors file", GUARD_OUTPUT, false, false, NULL, append_error},
    {"append on a full disk", GUARD_OUTPUT, false, false, NULL, append_full},
    {"sync", GUARD_OUTPUT, false, false, NULL, sync_files},
    {"sync by the coordinator", GUARD_OUTPUT, true, false, NULL, sync_at_end},
    {"recovery of an append", GUARD_OUTPUT, true, false, die_in_append, recover},
    {"recovery of an admission", GUARD_LEDGER, true, false, die_in_admission, recover},
    {"recovery of a settlement", GUARD_LEDGER, true, false, die_in_settlement, recover},
    {"append by the coordinator", GUARD_OUTPUT, true, false, NULL, quarantine},
    {"append of followers' lines", GUARD_OUTPUT, true, false, NULL, serve},
};
const size_t scene_count = sizeof(scenes) / sizeof(scenes[0]);

// ---- slot 1 ----

static int sleeper_append(struct stage *stage, uint64_t deadline) {
    return output_append(&stage->output, SLEEPER_SLOT, OUTPUT_ANSWERS, sleeper_line, sizeof(sleeper_line) - 1,
                         &(uint32_t){40}, 1, deadline);
}

static int sleeper_admit(struct stage *stage) {
    struct ledger_booking booking;
    return ledger_admit(stage->arena, SLEEPER_SLOT, &(struct ledger_estimate){.output = 77}, STAGE_NOW, 0,
                        &booking) == LEDGER_CLOSED;
}

int scene_sleeper(void *context) {
    struct stage *stage = context;
    return stage->wanted == GUARD_OUTPUT
               ? sleeper_append(stage, CLOCK_NEVER) != 0 || sleeper_admit(stage) != 0
               : sleeper_admit(stage) != 0 || sleeper_append(stage, CLOCK_NEVER) != 0;
}

int scene_refused(void *context) {
    return sleeper_append(context, CLOCK_NEVER) == OUTPUT_CHANGED ? 0 : 1;
}

static int orphan(struct stage *stage, int moments) {
    int had = 0;
    guard_orphaned(stage->arena);
    for (int i = 0; i < moments && had != (SCENE_HAD_OUTPUT | SCENE_HAD_LEDGER); i++) {
        if ((had & SCENE_HAD_OUTPUT) == 0 && sleeper_append(stage, clock_now() + MOMENT) == 0) {
            had |= SCENE_HAD_OUTPUT;
        }
        if ((had & SCENE_HAD_LEDGER) == 0 &&
            guard_lock(stage->arena, GUARD_LEDGER, SLEEPER_SLOT, clock_now() + MOMENT)) {
            guard_unlock(stage->arena, GUARD_LEDGER, SLEEPER_SLOT);
            had |= SCENE_HAD_LEDGER;
        }
    }
    return had;
}

int scene_orphan_tries(void *context) {
    return orphan(context, 1);
}

int scene_orphan_waits(void *context) {
    return orphan(context, MOMENTS);
}
