// What alerts.c, which has the table and the alerts of the run, alerts_sessions.c and alerts_batches.c share.
#ifndef RATION_ALERTS_PARTS_H
#define RATION_ALERTS_PARTS_H

#include "watch/alerts.h"

// The events of one call of alerts_decide().
struct alerts_telling {
    struct alert_event *event;
    uint32_t count;
};
__attribute__((format(printf, 6, 7))) void alerts_tell(struct alerts_telling *telling, enum alert_kind kind,
                                                       bool raised, uint32_t session, uint32_t threshold,
                                                       const char *format, ...);

// Those of each session, then of all.
void alerts_sessions_decide(struct alerts *alerts, const struct alert_facts *facts,
                            struct alerts_telling *telling);
// Those of the parts of a batch.
void alerts_batches_decide(struct alerts *alerts, const struct alert_facts *facts,
                           struct alerts_telling *telling);
// No session can send.
bool alerts_sessions_gone(const struct alert_facts *facts);

#endif
