// What is sent for one row: the one way from a record to a request, whoever sends it and however many at
// once. Both programs use it: the worker to send, the coordinator to estimate, and to tell on --resume
// whether a row would still be asked as it was. Pure.
//
// Tokens are estimated from the bytes of the body, see ledger_estimate(). Where it goes and with which key is
// no part of it, see worker/exchange/routes.h.
#ifndef RATION_REQUEST_H
#define RATION_REQUEST_H

#include "ration/digest.h"
#include "ration/provider.h"
#include "ration/record_reader.h"
#include "ration/settings.h"
#include "ration/text.h"

#include <stdint.h>

#define REQUEST_HASH_SIZE DIGEST_SIZE

struct request_maker;

// Prepares what all requests of a run have in common. Both must outlive it; `provider` may be NULL where no
// bodies are wanted. NULL with errno: ENOMEM, or EINVAL when prompt_check() would complain of the template's
// form.
struct request_maker *request_new(const struct settings *settings, const struct provider *provider);
void request_free(struct request_maker *maker);

// Takes that row in hand; what follows is about it, and valid until the record changes. 0, or -1 when out of
// memory.
int request_prepare(struct request_maker *maker, const struct record *record);

// The body that is sent, into `body` (cleared first). 0, or -1 when out of memory.
int request_body(const struct request_maker *maker, struct text *body);

// A digest of what the row makes of the prompt, and of nothing else. It stands beside the answer as its input
// hash.
void request_hash(const struct request_maker *maker, char out[REQUEST_HASH_SIZE]);

// Bytes of what the model reads, without the JSON around it: for an estimate before anything is sent.
uint64_t request_prompt_bytes(const struct request_maker *maker);

#endif
