/* Refusals: their status and body, in the manner of the path that was asked. */
#ifndef SIMAPI_REFUSE_H
#define SIMAPI_REFUSE_H

#include "sim_account.h"
#include "sim_dialect.h"
#include "sim_exchange.h"
#include "sim_tier.h"

/* param and code may be NULL; the API of messages has types of its own, by status, and neither of them. */
void sim_refuse(struct exchange *x, int status, const char *message, const char *type, const char *param,
                const char *code);
/* A path that there is not. */
void sim_refuse_path(struct exchange *x, const char *method, const char *path);
/* A key that is missing (key NULL) or not accepted. */
void sim_refuse_key(struct exchange *x, const char *key);
/* A limit of the account; sets the wait for Retry-After. */
void sim_refuse_limit(struct exchange *x, const struct admission *a, const char *model, enum dialect dialect);
/* The tier has no room. */
void sim_refuse_full(struct exchange *x, enum tier_full form);
/* The account has no money left. */
void sim_refuse_quota(struct exchange *x);
/* A spend cap was reached. cap: not SPEND_CAP_OF_PATH; decides the manner, whatever the path is. */
void sim_refuse_spend_cap(struct exchange *x, enum spend_cap cap);
/* A trouble of the server, or an account that is answered with one status alone; 400 to 599. */
void sim_refuse_status(struct exchange *x, int status);

#endif
