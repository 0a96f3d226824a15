// What is sent for one row: the one way from a record to a request, whoever sends it and however many at
// once. Both programs use it: the worker to send, the coordinator to check each before the run, to show one,
// to estimate, and to tell on --resume whether a row would still be asked as it was. Pure.
//
// Tokens are estimated from the bytes of the body, see ledger_estimate(). With which key it goes is no part
// of it, see worker/exchange/routes.h.
#ifndef RATION_REQUEST_H
#define RATION_REQUEST_H

#include "ration/digest.h"
#include "ration/form.h"
#include "ration/provider.h"
#include "ration/record_reader.h"
#include "ration/settings.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_HASH_SIZE DIGEST_SIZE
#define REQUEST_PATH_MOST 256U // bytes of a path behind the base URL, its NUL included

struct request_maker;

// Prepares what all requests of a run have in common. Both must outlive it; `provider` may be NULL where the
// settings have a form, or where no bodies are wanted. NULL with errno: ENOMEM, or EINVAL when prompt_check()
// or form_new() would complain.
struct request_maker *request_new(const struct settings *settings, const struct provider *provider);
void request_free(struct request_maker *maker);

// The form of the bodies; NULL: each record has its own.
const struct form *request_form(const struct request_maker *maker);

// Takes that row in hand; what follows is about it, and valid until the record changes. 0; or -1:
// request_problem() tells what is wrong with the record and what to do, or is "": out of memory.
int request_prepare(struct request_maker *maker, const struct record *record);
const char *request_problem(const struct request_maker *maker);

// The body that is sent, into `body` (cleared first). 0, or -1 when out of memory.
int request_body(struct request_maker *maker, struct text *body);

// The path behind the base URL to which it goes, in out[]. 0, or -1 as request_prepare().
int request_path(struct request_maker *maker, char out[REQUEST_PATH_MOST]);
// Its number among the settings' endpoints; settings->endpoints: it is none of them.
size_t request_endpoint(struct request_maker *maker);

// A digest that stands beside the answer as its input hash: of what the row makes of the prompt, and where
// settings->whole_hash says so, of all that is sent; and of what a plain answer is checked with.
void request_hash(struct request_maker *maker, char out[REQUEST_HASH_SIZE]);
// Digests that an answer of before may have, from which = 0 on: without the check, and where it was recorded
// without whole_hash, of the prompt alone, without the check and with it. False: there is no other.
bool request_old_hash(struct request_maker *maker, size_t which, char out[REQUEST_HASH_SIZE]);

// Bytes of what the model reads, without the JSON around it where that is known: for an estimate before
// anything is sent.
uint64_t request_prompt_bytes(const struct request_maker *maker);

// What a record is that begins so, by its keys: the first line of a JSONL file. SETTINGS_ROWS_TABLE: none of
// the others.
enum settings_rows request_rows(const char *line, size_t length);

#endif
