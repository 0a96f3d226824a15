// How fast the limits of a minute let a session go. Pure; part of the forecast.
#ifndef RATION_FORECAST_PACE_H
#define RATION_FORECAST_PACE_H

#include "plan/forecast.h"

// Of that unit, for one artist with its repetitions.
double forecast_pace_units(const struct forecast_facts *facts, enum dimension_unit unit);

// It is in use, and may be used up at any pace.
bool forecast_pace_is_stock(const struct forecast_limit *limit);

// Artists a second, by the tightest limit that is no stock, whose index is put into *tightest; INFINITY and
// FORECAST_ALL: there is none.
double forecast_pace_of(const struct forecast_facts *facts, const struct forecast_session *session,
                        uint32_t *tightest);

// Artists a second that fit into the requests in flight; INFINITY: as many as it takes.
double forecast_pace_in_flight(const struct forecast_facts *facts);

#endif
