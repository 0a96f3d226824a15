// Whether a case lost, doubled or tore anything.
#ifndef CRASH_CASE_AUDIT_H
#define CRASH_CASE_AUDIT_H

#include "case_run.h"

// After the run has ended with `status` (-1: it did not, as result->wrong tells) and the simulator too: fills
// result->wrong when something is not as it must be.
void case_audit(const struct crash_case *the, const struct case_places *places, int status,
                struct case_result *result);

#endif
