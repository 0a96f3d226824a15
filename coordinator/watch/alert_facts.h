// What alerts are decided from, out of the look at a run.
#ifndef RATION_ALERT_FACTS_H
#define RATION_ALERT_FACTS_H

#include "crew/crew_look.h"
#include "ration/snapshot.h"
#include "watch/alerts.h"

#include <stdint.h>

// The limit a day of the whole run is `daily_limit` requests; 0: only what the sessions' own limits say is
// looked at. Pure. The look's names are not copied.
void alert_facts_take(const struct snapshot *look, const struct crew_look *crew, uint64_t daily_limit,
                      struct alert_facts *facts);

#endif
