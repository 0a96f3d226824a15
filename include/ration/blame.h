// Whose fault a refusal is: the artist's, or the session's (its account, its key, the way there). A verdict
// on evidence: what the same session did to others before and after. Pure; docs/RELIABILITY.md has the table.
//
// Refusals of a session between which nothing was answered are one streak. An answer to a request that was
// sent when the first of them had come back ends the streak: the session still worked. (One that had left
// before says little: the session may have ended while it was under way.) A streak of more different artists
// than chance would give is the session's fault: none of its artists is blamed. Such a streak ends with an
// answer to a request that left after this was known.
#ifndef RATION_BLAME_H
#define RATION_BLAME_H

#include <stdbool.h>
#include <stdint.h>

#define BLAME_SHARE_WHOLE 1048576U // of blame.share
#define BLAME_CROWD 8U

// Of a session. Begins as all zero. Times are monotonic nanoseconds.
struct blame {
    uint64_t heard;               // an answer of any kind has come from there
    uint64_t worked;              // requests that were answered
    uint64_t latest[BLAME_CROWD]; // the latest departures of those, the last one first
    uint64_t streak;              // how many streaks have ended
    uint64_t rows;                // different artists that were refused in the present one
    uint64_t began;               // when the earliest of them left
    uint64_t came;    // when the first one came back; or when it was known that it is the session's fault
    uint64_t between; // answers since then to what left between those two
    uint64_t mass;    // number of the last streak that was the session's own fault, from 1; 0: none was
    uint64_t status;  // of the last refusal
    uint64_t
        blamed; // artists that were refused for themselves, for all we know: of streaks that ended without
                // being the session's fault, and those of blame_found(); not those that were answered later
    uint64_t found;    // statuses of those of blame_found(), a bit each: the lowest one is 400
    uint64_t spared;   // artists that were refused, and answered later
    uint64_t stranger; // when a limit last refused an artist that none had refused before
    uint64_t last;     // artist + 1 that a limit refused last
    uint64_t share;    // of the requests that a limit refused, about the last 64, of BLAME_SHARE_WHOLE
};

// What its worker knows of an artist. Begins as all zero.
struct blame_row {
    uint64_t streak;     // number of the streak that its last refusal belongs to, from 1
    uint64_t counted;    // number of the streak among whose rows it is or was counted; 0: of none
    uint64_t status;     // of its last refusal that no limit made
    uint64_t departed;   // when its last refused request left,
    uint64_t refused_at; // and when it came back
    uint64_t stranger;   // blame.stranger at that moment
    uint32_t session;    // of its last refusal
    uint32_t alone;      // refusals that others did not share: they were answered before and after
    uint32_t tries;      // refusals in a row of which nothing is known yet
    bool suspect;        // it was refused, and not answered since
    bool blamed;         // others were answered, and it was refused: it stands in blame.blamed
    bool excused;        // its refusal was once found to be the session's fault
    bool mass;           // out: its last refusal is the session's own fault
    bool first;          // out: and the first of its streak, or the one that made it that
    bool isolated;       // out: its last refusal by a limit was not shared, again
};

// What an attempt says of its session.
enum blame_class {
    BLAME_NOTHING, // a fault of the wire, the server or the answer
    BLAME_WORKS,   // it was answered, or refused for what stands in it: the session works
    BLAME_ROW,     // refused for what stands in it, says the API
    BLAME_REFUSED, // refused, and whose fault it is does not show
    BLAME_LIMITED, // refused by a limit
};

// What the API names as an artist's own fault is no verdict while nothing has been answered in the run: of a
// wrong prompt it says the same to each artist. Then it is a refusal like any other.
enum blame_class blame_weighed(enum blame_class class, bool answered);

// Whether so many different artists were refused in a row that it is the session's own fault. For a session
// that has never worked it takes `least` of them.
bool blame_is_mass(const struct blame *blame, uint64_t in_flight, uint64_t least);

// A request that left at `departed` was answered. `row`: of its artist; it is cleared.
void blame_proved(struct blame *blame, struct blame_row *row, uint64_t departed);
// It was refused.
struct blame_refusal {
    uint32_t session;
    uint32_t artist; // its index
    long status;     // 0: none came
    uint64_t departed;
    uint64_t in_flight; // requests of the session that are still out
    uint64_t least;     // see blame_is_mass()
    uint32_t left;      // see struct blame_case
    uint64_t now;
};
void blame_refused(struct blame *blame, struct blame_row *row, const struct blame_refusal *refusal);
// Its worker found that others do not share its refusal; once for each artist.
void blame_found(struct blame *blame, struct blame_row *row);
// The present streak is the session's own fault.
void blame_session(struct blame *blame, uint64_t now);
// A limit refused it.
void blame_limited(struct blame *blame, struct blame_row *row, const struct blame_refusal *refusal);
// So few artists are left that they can be compared with those that are through.
#define BLAME_FEW 4U
// `alone` refusals that others did not share are too many for chance: it is the artist's fault.
bool blame_proven(const struct blame *blame, uint32_t alone);

enum blame_verdict {
    BLAME_WAIT,     // nothing is known yet
    BLAME_EXCUSED,  // it was not its fault: once more
    BLAME_AGAIN,    // others did not share its refusal: once more
    BLAME_ITS_OWN,  // it is failed
    BLAME_UNPROVEN, // it is failed, as nothing is left to compare it with
    BLAME_HOPELESS, // nothing is left to compare it with, and an artist's fault is the least likely
};
struct blame_case {
    const struct blame *session; // of its last refusal
    const struct blame_row *row;
    uint32_t most;  // refusals that others do not share, of one artist
    bool never;     // such a refusal is hardly ever an artist's fault
    bool held;      // the session is held for refusals
    bool elsewhere; // another session may send
    bool answered;  // there are answers, of this run or of earlier ones: else the configuration is at fault
    uint32_t left;  // artists that are left in the run, or in a worker without room for others, all of them
                    // refused before; 0: there are others
    uint64_t now;
};
// Whose fault it is, as far as it shows by now; asked again and again while an artist stands aside.
enum blame_verdict blame_judge(const struct blame_case *blame);

#endif
