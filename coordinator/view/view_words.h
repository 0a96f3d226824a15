// Facts of a run in a few words, each of which is empty when there is nothing to say. Pure.
#ifndef RATION_VIEW_WORDS_H
#define RATION_VIEW_WORDS_H

#include "view/run_status.h"

#include <stddef.h>

#define VIEW_WORDS_WAIT 224U // bytes that hold what it waits for, or why

// "21.4", "-" when it is not known.
void view_words_rate(double rate, char *out, size_t size);
// "83 % of tokens a minute (primary)"
void view_words_use(const struct run_status *status, char *out, size_t size);
// "today 120 of 400 requests"
void view_words_day(const struct run_status *status, char *out, size_t size);
// What the run waits for: "for the overloaded API, since 09:12:03Z, until 09:12:40Z (6 s)"
void view_words_wait(const struct run_status *status, char *out, size_t size);
// The API's words behind that: "overloaded: status 503, The server is overloaded"
void view_words_cause(const struct run_status *status, char *out, size_t size);
// "$3.84 of $20.00, $9.42 expected"
void view_words_cost(const struct run_status *status, char *out, size_t size);
// "rate limited, 12 s"; "ready"
void view_words_session(const struct run_status *status, uint32_t session, char *out, size_t size);
// Seconds to the end; below 0: not known, and never told while it waits.
double view_words_left(const struct run_status *status);

#endif
