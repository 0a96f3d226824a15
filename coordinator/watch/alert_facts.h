// What alerts are decided from, out of the arena and the crew.
#ifndef RATION_ALERT_FACTS_H
#define RATION_ALERT_FACTS_H

#include "watch/alerts.h"
#include "crew/crew.h"
#include "view/totals.h"

#include <stdint.h>

// The limit a day of the whole run is `daily_limit` requests; 0: only what the sessions' own limits say is looked at.
void alert_facts_take(const struct crew *crew, const struct totals *totals, uint64_t daily_limit,
                      uint64_t now, struct alert_facts *facts);

#endif
