#include "run/explain_other.h"

static const struct {
    const char *name, *means, *advice;
} rows[] = {
    {"ready", "of a session: a request may leave by it", "nothing"},
    {"cooling", "of a session: the API refused for its rate, and it rests as long as the API says",
     "nothing, see rate_limited; ration resume lets it try at once"},
    {"parked", "of a session: its money is used up, or its limit of spending reached",
     "see quota_exhausted; ration resume lets it try at once"},
    {"slowed", "of a session: the API is overloaded, and it waits before it asks again",
     "nothing, see overloaded"},
    {"unproven",
     "of a failure: nothing was left to compare the row with, so that it may not be its fault; --resume asks "
     "it again",
     "--resume"},
    {"undecided", "in doubt, and left for the next --resume", "--resume, with --in-doubt retry or fail"},
};

const char *explain_other_name(size_t at) {
    return at < sizeof(rows) / sizeof(rows[0]) ? rows[at].name : NULL;
}

const char *explain_other_means(size_t at) {
    return rows[at].means;
}

const char *explain_other_advice(size_t at) {
    return rows[at].advice;
}
