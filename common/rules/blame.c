#include "ration/blame.h"

#include "ration/clock.h"

#include <string.h>

#define ROWS_LEAST 5U
#define ROWS_MOST 50U
#define CHANCE 1e-4      // of a streak that long, if each of its artists were refused for itself
#define MIXED 0.5        // answers to a refusal: more may be a session that ended meanwhile
#define GENERATIONS 4U   // of all that is out: so many have ended before their share says anything
#define DEVIATIONS 4.0   // beyond what the requests still out may explain
#define SHARE_LEAST 0.03 // a limit refuses one in so many at least, for all we know
#define MEMORY 64U       // requests
#define TRIES_ALONE 3U   // of an artist with which nothing can be compared
#define ACCOUNTS_TOO 3U  // refusals until one is failed whose status accounts have as well
#define FLAPPING_MOST 5U // tries, where refused artists were answered later
#define ALONE_FIRST (500 * CLOCK_MS)
#define FOUND_FIRST 400U // the status of the lowest bit of blame.found

// Of the artists so far, those that were refused for themselves.
static double share_of_rows(const struct blame *blame) {
    return ((double)blame->blamed + 1) / ((double)blame->blamed + (double)blame->worked + 2);
}

// The smallest number of refusals in a row that chance does not explain.
static uint64_t enough(double share) {
    double chance = 1;
    uint64_t rows = 0;
    while (rows < ROWS_MOST && chance >= CHANCE) {
        chance *= share;
        rows++;
    }
    return rows > ROWS_LEAST ? rows : ROWS_LEAST;
}

// Refusals come back sooner than answers, so what is still out counts as answered.
static bool beyond(double rows, double requests, double share) {
    double more = rows - share * requests;
    return more > 0 && more * more > DEVIATIONS * DEVIATIONS * share * (1 - share) * requests;
}

enum blame_class blame_weighed(enum blame_class class, bool answered) {
    return class == BLAME_ROW && !answered ? BLAME_REFUSED : class;
}

// With so many answers to a refusal, of those that left among them, at most.
static bool is_more_than_chance(const struct blame *blame, uint64_t in_flight, double answers) {
    double share = share_of_rows(blame);
    double rows = (double)blame->rows;
    double between = (double)blame->between;
    return blame->rows >= enough(share) && between < answers * rows &&
           beyond(rows, rows + between + (double)in_flight, share);
}

bool blame_is_mass(const struct blame *blame, uint64_t in_flight, uint64_t least) {
    if (blame->worked == 0) {
        return blame->rows >= least && blame->rows >= in_flight;
    }
    bool known = blame->worked + blame->blamed >= GENERATIONS * in_flight;
    if (!known && blame->rows < in_flight) {
        return false;
    }
    return is_more_than_chance(blame, in_flight, MIXED);
}

static void remember(struct blame *blame, bool refused) {
    uint64_t to = refused ? BLAME_SHARE_WHOLE : 0;
    blame->share = to > blame->share ? blame->share + (to - blame->share) / MEMORY
                                     : blame->share - (blame->share - to) / MEMORY;
}

static void left_at(struct blame *blame, uint64_t departed) {
    uint64_t next = departed;
    for (size_t i = 0; i < BLAME_CROWD; i++) {
        uint64_t present = blame->latest[i];
        blame->latest[i] = next > present ? next : present;
        next = next > present ? present : next;
    }
}

// The session worked, so those that it refused were refused for themselves, until they are answered.
static void end_streak(struct blame *blame) {
    blame->blamed += blame->mass == blame->streak + 1 ? 0 : blame->rows;
    blame->rows = 0;
    blame->between = 0;
    blame->streak++;
}

static bool is_blamed(const struct blame *blame, const struct blame_row *row) {
    bool ended = row->counted > 0 && row->counted <= blame->streak && row->counted != blame->mass;
    return row->blamed || (ended && !row->excused);
}

static uint64_t found_bit(uint64_t status) {
    return status >= FOUND_FIRST && status < FOUND_FIRST + 64 ? UINT64_C(1) << (status - FOUND_FIRST) : 0;
}

// Only what was sent after a refusal had come back shows for certain that the session still worked then.
void blame_proved(struct blame *blame, struct blame_row *row, uint64_t departed) {
    blame->heard = 1;
    blame->worked++;
    left_at(blame, departed);
    remember(blame, false);
    if (blame->rows > 0 && departed > blame->came) {
        end_streak(blame);
    } else if (blame->rows > 0 && departed >= blame->began) {
        blame->between++;
    }
    if (row != NULL) {
        if (row->suspect && row->streak > blame->mass) {
            blame->spared++;
            blame->blamed -= is_blamed(blame, row) && blame->blamed > 0;
        }
        memset(row, 0, sizeof(*row));
    }
}

void blame_found(struct blame *blame, struct blame_row *row) {
    if (!is_blamed(blame, row)) {
        blame->blamed++;
        blame->rows -= row->counted == blame->streak + 1 && blame->rows > 0; // it says nothing of the session
    }
    blame->found |= found_bit(row->status);
    row->blamed = true;
}

void blame_session(struct blame *blame, uint64_t now) {
    blame->mass = blame->streak + 1;
    blame->came = now;
}

static void note(struct blame *blame, struct blame_row *row, const struct blame_refusal *refusal,
                 bool proved) {
    blame->heard = 1;
    row->tries = row->suspect && !proved ? row->tries + 1 : 1;
    row->suspect = true;
    row->session = refusal->session;
    row->departed = refusal->departed;
    row->refused_at = refusal->now;
}

// An artist counts once: at the end of a run the bad ones are tried again with nobody else between them.
// An artist whose refusals others did not share is refused again, as was to be expected: that says nothing of
// the session. Nor does one that was excused once, and is refused when the session works again.
void blame_refused(struct blame *blame, struct blame_row *row, const struct blame_refusal *refusal) {
    uint64_t number = blame->streak + 1;
    bool mass = blame->mass == number;
    bool counted = row->suspect && row->session == refusal->session;
    bool counts = !counted && row->alone == 0 && !row->excused;
    blame->status = refusal->status > 0 ? (uint64_t)refusal->status : 0;
    if (counts) {
        bool first = blame->rows == 0 || refusal->departed < blame->began;
        blame->began = first ? refusal->departed : blame->began;
        blame->came = blame->rows == 0 ? refusal->now : blame->came;
        blame->rows++;
        row->counted = number;
    }
    row->status = blame->status;
    row->first = counts && blame->rows == 1;
    if (!mass && blame_is_mass(blame, refusal->in_flight, refusal->least)) {
        blame_session(blame, refusal->now);
        row->first = true;
    }
    note(blame, row, refusal, blame->latest[0] > row->refused_at);
    row->streak = number;
    row->mass = blame->mass == number;
}

void blame_limited(struct blame *blame, struct blame_row *row, const struct blame_refusal *refusal) {
    bool suspect = row->suspect;
    bool proved = suspect && blame->latest[0] > row->refused_at;
    bool shared = blame->stranger > row->refused_at || row->stranger > row->departed;
    bool left = refusal->left > 0 && refusal->left <= BLAME_FEW && row->alone > 0;
    row->alone += proved && !shared;
    row->isolated = suspect && ((proved && !shared) || left);
    row->stranger = blame->stranger;
    if (!suspect) {
        blame->stranger = refusal->now;
    }
    if (!suspect || blame->last != (uint64_t)refusal->artist + 1) { // one artist alone does not make a limit
        remember(blame, true);
    }
    blame->last = (uint64_t)refusal->artist + 1;
    note(blame, row, refusal, proved);
    row->streak = 0;
    row->mass = false;
    row->first = false;
}

bool blame_proven(const struct blame *blame, uint32_t alone) {
    double share = (double)blame->share / BLAME_SHARE_WHOLE;
    double chance = 1;
    share = share > SHARE_LEAST ? share : SHARE_LEAST;
    for (uint32_t i = 0; i < alone && chance >= CHANCE; i++) {
        chance *= share;
    }
    return chance < CHANCE;
}

static uint32_t most_of(const struct blame_case *blame, uint32_t least) {
    uint32_t most = blame->most > least ? blame->most : least;
    return blame->session->spared > 0 && most > 1 && most < FLAPPING_MOST ? FLAPPING_MOST : most;
}

// Others were answered that were sent when its refusal was known.
static bool proved(const struct blame_case *blame) {
    return blame->session->latest[0] > blame->row->refused_at;
}

// Of requests that are under way together the order of their departures says little: they pass each other on
// the way, and an account that ends in between has answered some of them. A crowd that left later counts,
// where most were not refused.
static bool overtaken(const struct blame_case *blame) {
    const struct blame *session = blame->session;
    bool present = blame->row->streak == session->streak + 1;
    return session->latest[BLAME_CROWD - 1] >= blame->row->departed &&
           !(present && session->rows > session->between);
}

static enum blame_verdict compared(const struct blame_case *blame) {
    const struct blame_row *row = blame->row;
    if (blame->session->mass >= row->streak) {
        return BLAME_EXCUSED;
    }
    uint32_t most = most_of(blame, proved(blame) ? 1 : 2);
    return row->alone + 1 >= most ? BLAME_ITS_OWN : BLAME_AGAIN;
}

// No more are left than chance explains, and others were found to be refused for themselves by the same
// status, which accounts hardly ever have.
static bool as_others(const struct blame_case *blame) {
    const struct blame *session = blame->session;
    uint64_t less = enough(share_of_rows(session));
    return session->worked > 0 && (session->found & found_bit(blame->row->status)) != 0 && !blame->never &&
           blame->most < ACCOUNTS_TOO && blame->left < less && session->rows < less;
}

// All that were tried in this run were refused. What earlier runs have left for the end may be nothing but
// bad artists, unless accounts are refused like that.
static bool alike(const struct blame_case *blame) {
    bool several = blame->session->rows >= 2 && blame->most >= ACCOUNTS_TOO;
    return blame->session->worked == 0 && (several || !blame->answered);
}

// Nobody is left who was not refused.
static enum blame_verdict alone(const struct blame_case *blame) {
    const struct blame_row *row = blame->row;
    uint32_t tries = row->tries > 0 ? row->tries : 1;
    bool own = as_others(blame);
    uint32_t least = own ? most_of(blame, TRIES_ALONE) : TRIES_ALONE;
    if (row->alone > 0 && row->alone + tries >= most_of(blame, 1)) {
        return BLAME_ITS_OWN;
    }
    if (tries < least || (row->alone > 0 && !row->excused)) {
        uint64_t wait = ALONE_FIRST << (tries < TRIES_ALONE ? tries - 1 : TRIES_ALONE - 1);
        return blame->now >= row->refused_at + wait ? BLAME_EXCUSED : BLAME_WAIT;
    }
    if (own) {
        return BLAME_ITS_OWN;
    }
    // An account may have ended while all the rest was in flight: it has answered some of that, and nothing
    // since.
    bool ended = blame->session->worked > 0 && is_more_than_chance(blame->session, 0, 1);
    return blame->never || ended || alike(blame) ? BLAME_HOPELESS : BLAME_UNPROVEN;
}

enum blame_verdict blame_judge(const struct blame_case *blame) {
    const struct blame *session = blame->session;
    if (proved(blame) || overtaken(blame)) {
        return compared(blame);
    }
    if ((blame->held || session->worked == 0) && blame->elsewhere) {
        return BLAME_EXCUSED;
    }
    return blame->held || blame->left == 0 ? BLAME_WAIT : alone(blame);
}
