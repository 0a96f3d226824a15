// What the files of a member share. Private to member/.
#ifndef RATION_MEMBER_STATE_H
#define RATION_MEMBER_STATE_H

#include "crew/crew.h"
#include "member/member.h"
#include "member/member_batch.h"
#include "member/member_breaker.h"
#include "member/member_identity.h"
#include "member/member_ids.h"
#include "member/member_judge.h"
#include "member/member_link.h"
#include "member/member_share.h"
#include "member/member_spool.h"
#include "member/member_want.h"
#include "output/resume.h"
#include "ration/dimension.h"
#include "ration/ledger.h"
#include "ration/ledger_budget.h"

#include <stdbool.h>
#include <stdint.h>

#define MEMBER_BUCKETS (BOUNDS_SESSIONS * LIMITS_ROWS)

#define MEMBER_DEAD_MOST 64U

enum member_phase {
    MEMBER_SHIPS, // what this machine recorded as its former member: before that one's work goes to others
    MEMBER_JOINS,
    MEMBER_LIVE,
    MEMBER_BURIED, // the others gave it up: it begins nothing, and hands in what it has
    MEMBER_LEAVES, // the run ends here
    MEMBER_GONE
};

struct member_bucket {
    uint32_t session;
    enum dimension_unit unit;
    uint64_t window, limit;
    int bucket;            // the fleet's number
    uint64_t base;         // of the arena's counts, when this member began
    uint64_t told_granted; // of the tick that is under way
    uint64_t told_taken;
    uint64_t taken;             // at the tick before
    uint64_t seen_taken;        // when the share was measured
    uint64_t heard, heard_told; // the limit that answers tell, here, and as the fleet was told
    bool refills, refills_told; // likewise: the provider's bucket refills all the time
    uint64_t pending;           // granted, and not yet in the ledger
    struct member_want want;
};

// An amount that the whole fleet shares.
struct member_budget {
    enum ledger_budget budget;
    int bucket;
    uint64_t amount, low; // low: of the daily quota, what requests of low priority may take
    uint64_t base;        // of the arena's count, when this member began
    uint64_t told_granted, told_taken, booked; // of the tick that is under way
    uint64_t taken;                            // at the tick before
    uint64_t size;                             // that was asked for in vain last
    uint64_t pending, pending_low;             // granted, and not yet in the ledger
    struct member_want_portion want;
    uint64_t left; // in the fleet
    int64_t period;
};

// What a tick tells of a bucket or a budget.
struct member_row {
    int bucket;
    int64_t granted, taken, want, least;
    struct member_bucket *of_limit; // or
    struct member_budget *of_budget;
};
#define MEMBER_ROWS (MEMBER_BUCKETS + LEDGER_BUDGETS)

// Lines that the fleet does not have, of artists that this machine holds and has a verdict of.
struct member_owed {
    uint8_t *bits[OUTPUT_FILES]; // by artist: one bit each
    uint32_t count[OUTPUT_FILES];
    struct member_spool spool; // which reads `file` from its beginning
    enum output_file file;
    bool reads, more; // more: of some that it may have passed by
    bool told;
    uint64_t batches; // handed in so far
};

// The rows of this machine's input, on their way to the database: see member_lend.c.
struct member_lend {
    int phase;
    char about[MEMBER_SHARE_ABOUT], sum[DIGEST_SIZE];
    struct digest *digest;
    char *room;        // of a piece
    uint64_t size;     // bytes
    uint64_t piece;    // the next one
    uint64_t claim_at; // monotonic
};

struct member {
    struct crew *crew;
    const struct result_format *format;
    int input_fd;
    const char *input_name;
    const char *name; // the fleet's run
    char *identity;   // the file beside the output that says who this machine was
    char host[MEMBER_HOST_SIZE];
    bool local;   // its lines stay in its output: the database is told where
    bool firm;    // then: a line is handed in once it is on the disk
    char *output; // its path: machines of one host are told apart by it; NULL: it has no name any more
    int run, generation;
    uint64_t term; // nanoseconds of silence after which others bury a member
    enum member_phase phase;
    char id[MEMBER_ID_SIZE];     // of this member
    char former[MEMBER_ID_SIZE]; // that this machine was before; "" without
    struct member_identity kept; // as it was found, then as it is kept
    bool copied;                 // its files are a copy of those of a machine that has gone on
    struct member_link link;
    int epoll; // where the link's socket is watched, under `tag`
    uint32_t tag;
    int watched;
    bool watched_more; // for what has no room in the socket yet, too
    // ticks
    uint32_t buckets;
    struct member_bucket bucket[MEMBER_BUCKETS];
    uint32_t budgets;
    struct member_budget budget[LEDGER_BUDGETS];
    char based[MEMBER_ID_SIZE]; // the member whose budgets have their base
    uint32_t rows;              // of all of these, by their number in the fleet
    struct member_row row[MEMBER_ROWS];
    struct member_day day; // as it was when this machine began
    int64_t day_seen;      // the period that the quota's monitor knows
    bool day_over, day_heard;
    uint64_t day_asked, day_rests, day_rests_told;
    uint64_t beat, tick_at, tick_each, sent_at, answered_at;
    enum member_wish wanted, obeyed;
    int64_t news, news_asked,
        news_heard; // of holds: as the last tick said, as it was asked for, as it was heard
    uint64_t hold_until[BOUNDS_SESSIONS]; // monotonic: as it was told or heard
    uint32_t hold_told;                   // the session that was told of last
    struct member_breaker breaker[BOUNDS_SESSIONS];
    uint32_t breaker_asked;                // the session that the call under way is about
    uint32_t workers_wanted, workers_told; // 0: nobody has said so
    // work
    uint8_t *adopted;   // by chunk, of this member: one bit each
    uint8_t *elsewhere; // by artist of these: one bit, it had a verdict elsewhere
    uint32_t chunks;
    bool starved;    // no memory
    uint64_t leased; // artists, over the whole run
    uint64_t before; // verdicts that the board had when the run began
    bool lost_claim; // leases may stand that no answer told
    bool dry;        // the last claim got nothing
    uint64_t claim_at;
    struct member_ids ids;
    struct range_table waits;  // leased, and not begun: the crew may not order them
    struct range_table begins; // likewise, and the fleet is being told
    uint64_t begin_at;
    bool doubts_due;                // the fleet is to be told what was in flight when the former member died
    char *doubts;                   // the text of an array; NULL: nobody knows
    char stale[ARENA_NAME_SIZE];    // the arena that knows it, until the fleet does
    char counts_as[MEMBER_ID_SIZE]; // the first member of this process: its deaths are told by that name
    uint64_t crash_at;              // monotonic: none are told before
    uint64_t become_at;             // monotonic: it is nobody new before, as its disk is full,
    bool become_told;               // which was told
    // lines
    struct member_spool spool[OUTPUT_FILES];
    struct member_batch batch;
    bool in_hand; // the batch was offered, or is to be
    bool lost_ship;
    struct member_owed owed;
    struct member_lend lend;
    uint64_t acked;    // so far the database was heard to have this member's answers
    uint64_t own_from; // where this member's answers begin
    uint64_t ship_at;
    // others
    struct member_judge judge;
    uint64_t judge_at, held_at, tell_at, fleet_at, open_at, progress_at, leave_by;
    bool fleet_done;
    bool gave_back;      // it leaves, and what it was granted and did not take is the fleet's again
    bool broken;         // told
    uint64_t away_since; // monotonic; 0: the database answers
    bool away_told;
    bool lines_lost;            // what was handed in last has no answer, whatever else has
    struct snapshot_fleet look; // but for what member_look() adds
    uint64_t people_at;         // when the machines in it were heard of; 0: never
    double rate;                // artists a second, here
    uint64_t rate_at, rate_verdicts;
    double share; // 0..: of the limit that is used most here
    uint64_t share_at;
    // those that were given up, and since when this machine knows it
    uint32_t dead;
    struct {
        char id[MEMBER_ID_SIZE];
        uint64_t since;
    } dead_one[MEMBER_DEAD_MOST];
};

// ---- values of calls (member_text.c) ----
struct member_values {
    struct text text;
    uint32_t count;
    size_t begin[16];
    struct link_field field[16]; // filled by member_values_ask()
};
void member_values_begin(struct member_values *values);
void member_values_text(struct member_values *values, const char *text);
void member_values_bytes(struct member_values *values, const char *bytes, size_t length);
void member_values_number(struct member_values *values, int64_t number);
void member_values_null(struct member_values *values);
// Asks, where memory sufficed, and frees them.
void member_values_ask(struct member_values *values, struct member *member, enum link_call call,
                       uint64_t now);

int64_t member_field_number(const struct link_field *field);
// NUL-terminated, cut to `size`.
void member_field_text(const struct link_field *field, char *out, size_t size);
// The next number of an array's text, from *at on; false: there is none any more.
bool member_field_next(const struct link_field *field, size_t *at, int64_t *number);

// It is somebody new from now on, and this machine's next start knows whom it was. false: told.
bool member_become(struct member *member);

// ---- the first words (member_ask.c) ----
struct member_answer {
    bool came;
    uint32_t kind, count;
    char *text[8]; // the first fields, malloc'ed
};
// Asks until there is an answer, as long as anybody may be expected to wait. 0, or -1 after telling.
int member_ask(struct member *member, enum link_call call, struct member_values *values,
               struct member_answer *answer, bool *wrong);
void member_ask_forget(struct member_answer *answer);

// ---- what this machine shares (member_put.c) ----
// Into the database, which is waited for. 0, or -1 after telling.
int member_put(struct member *member, const struct member_open *open, bool *wrong);

// ---- the same while it is at work (member_lend.c) ----
void member_lend_open(struct member *member, const struct member_open *open);
void member_lend_close(struct member *member);
// As each look at the fleet tells: somebody waits for them.
void member_lend_wished(struct member *member, bool wished);
// true: something was asked.
bool member_lend_step(struct member *member, uint64_t now);
void member_lend_take(struct member *member, enum link_call call, const struct link_field *field,
                      uint32_t count);
void member_lend_refused(struct member *member, const char *words);

// ---- budgets (member_budget.c) ----
// false: told.
bool member_budget_open(struct member *member, const struct member_open *open, bool *wrong);
void member_budget_begin(struct member *member);
// Two arrays: the buckets of all amounts, and the amounts.
void member_budget_amounts(const struct member *member, struct member_values *values);
// Of a member that is new: it was granted nothing yet. false: the ledger's guard is busy.
bool member_budget_base(struct member *member);
bool member_budget_look(struct member *member, struct member_budget *budget, bool works, uint64_t now);
void member_budget_take(struct member *member, struct member_budget *budget, int64_t granted, int64_t level,
                        int64_t left, int64_t period);
// true: something was granted.
bool member_budget_grant(struct member *member);
// A day that has ended, or rests. true: a call was made.
bool member_budget_step(struct member *member, uint64_t now);

// ---- what outlives a death (member_doubt.c) ----
// Of those that were in flight when this machine died; false: told.
bool member_doubt_begin(struct member *member, const char *arena_name, const struct in_doubt_stale *stale);
// The former member, or one that leaves, tells them. true: a call was made.
bool member_doubt_step(struct member *member, uint64_t now);
// The fleet knows of them, or not of that member.
void member_doubt_told(struct member *member);
// This member ends while some are in flight: the fleet is to know which. false: told.
bool member_doubt_leave(struct member *member);
// Artists that kill workers are counted over machines, and held back until that was answered. true: a call
// was made.
bool member_doubt_crash(struct member *member, uint64_t now);
// For each of them, how many workers died of it on all machines.
void member_doubt_crashed(struct member *member, const struct link_frame *frame,
                          const struct link_field *field);
// The fleet does not count them: who is about to be nobody there any more forgets them.
void member_doubt_crash_refused(struct member *member);

// ---- ticks (member_tick.c) ----
void member_tick_grant(struct member *member);
// true: one was sent.
bool member_tick_send(struct member *member, uint64_t now);
// What answers told of a limit is told to the fleet. true: a call was made.
bool member_tick_learned(struct member *member, uint64_t now);
void member_tick_take(struct member *member, const struct link_field *field, uint32_t count);
void member_tick_restart(struct member *member); // as another member

// ---- holds (member_holds.c) ----
// A hold that began here is told to the others; what they were told is asked for. true: a call was made.
bool member_holds_step(struct member *member, uint64_t now);
void member_holds_take(struct member *member, const struct link_frame *frame, const struct link_field *field);

// ---- breakers (member_breaker.c) ----
// true: a call was made.
bool member_breaker_step(struct member *member, uint64_t now);
void member_breaker_told(struct member *member, bool lost);
void member_breaker_probe(struct member *member, const struct link_field *field, uint32_t count);
// A list of those that the fleet has open: its beginning, one that stands in it, its end. false: the ledger's
// guard is busy, and it is to be asked for again.
void member_breaker_list(struct member *member);
bool member_breaker_hear(struct member *member, uint32_t session, double seconds, uint64_t now);
bool member_breaker_listed(struct member *member, uint64_t now);
void member_breaker_restart(struct member *member); // as another member

// ---- work (member_lease.c) ----
bool member_lease_works(const struct member *member);
uint64_t member_lease_left(const struct member *member);
// Of these, those that were not refused: what the workers still have to begin with.
uint64_t member_lease_to_ask(const struct member *member);
bool member_lease_due(const struct member *member, uint64_t now);
void member_lease_claim(struct member *member, uint64_t now);
// Of a claim, or of what is held. false: told, the run cannot go on.
bool member_lease_take(struct member *member, const struct link_frame *frame, const struct link_field *field);
// Others have a verdict of it, though it was leased here.
void member_lease_elsewhere(struct member *member, uint32_t artist);
// Lines of these artists may come although nothing of theirs is leased. false: told.
bool member_lease_learn(struct member *member, const struct range_table *artists);
// Some of what is leased is begun: the crew may order it once the fleet knows. true: a call was made.
bool member_begun_step(struct member *member, uint64_t now);
// false: told, the run cannot go on.
bool member_begun_take(struct member *member, const struct link_frame *frame, const struct link_field *field);
void member_begun_lost(struct member *member);
// Nothing that was not begun is begun any more.
void member_lease_drop(struct member *member);
// After that: nothing is in anybody's hands any more, and all that was leased is forgotten.
bool member_lease_dropped(struct member *member);

// ---- lines (member_ship.c) ----
// true: a call was made.
bool member_ship_step(struct member *member, uint64_t now);
// All that was committed to the files is the fleet's, or was somebody else's first; but for what a failed
// sync leaves out.
bool member_ship_done(const struct member *member);

// Whose line it is. false: nobody's that this machine was leased.
bool member_ship_artist(const struct member *member, const struct member_spool *spool, const char *line,
                        size_t length, uint32_t *artist);

// ---- a batch of them as a call (member_offer.c) ----
// The batch that is in hand is offered.
void member_offer(struct member *member, uint64_t now);
// Who hands in: lines of before are the former member's.
const char *member_offer_as(const struct member *member);

// ---- what the fleet has of them (member_shipped.c) ----
// It may have less than was acknowledged, or more than was heard.
void member_shipped_ask(struct member *member, uint64_t now);
void member_shipped_take(struct member *member, enum link_call call, const struct link_frame *frame,
                         const struct link_field *field);

// ---- lines that are handed in again (member_owed.c) ----
bool member_owed_begin(struct member *member); // false: out of memory
void member_owed_free(struct member *member);
// The line of this artist is to be looked for in that file.
void member_owed_add(struct member *member, enum output_file file, uint32_t artist);
// The lines of the batch in hand are owed no more.
void member_owed_taken(struct member *member);
bool member_owed_any(const struct member *member);
// true: a call was made.
bool member_owed_step(struct member *member, uint64_t now);

// ---- answers (member_answer.c): a member_link_take ----
void member_answer_take(void *context, enum link_call call, const struct link_frame *frame,
                        const struct link_field *field);

// ---- people (member_people.c) ----
void member_people_tell(struct member *member, uint64_t now);
void member_people_take(struct member *member, const struct link_frame *frame,
                        const struct link_field *field);
// One that was given up long ago is settled: what it held counts as spent. true: a call was made.
bool member_people_settle(struct member *member, uint64_t now);
void member_people_measure(struct member *member, uint64_t now);
// How far the fleet is: chunks that are open, and, where they were asked for, what came of the artists.
void member_people_progress(struct member *member, const struct link_field *field, uint32_t count);
// Nanoseconds between two such questions: each reads all chunks, and each machine asks.
uint64_t member_people_each(const struct member *member);

#endif
