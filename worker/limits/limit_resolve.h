// From header values to limits: what the three of one row, or the policies, mean together. Pure.
#ifndef RATION_LIMIT_RESOLVE_H
#define RATION_LIMIT_RESOLVE_H

#include "limits/limit_headers.h"

// `now` is when the answer was sent, nanoseconds since 1970. A policy that tells the window of the triplet
// is used up.
void limit_resolve_triplet(const struct limit_triplet *triplet, enum limit_dialect dialect,
                           struct limit_policies *policies, uint64_t now, struct limit_report *report);
void limit_resolve_policies(const struct limit_policies *policies, struct limit_report *report);

#endif
