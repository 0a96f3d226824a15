/*
 * Answers in JSON: a value that keeps to the JSON Schema of a request, as far as types, names and bounds go.
 * Pure.
 */
#ifndef SIMAPI_SCHEMA_H
#define SIMAPI_SCHEMA_H

#include "sim_text.h"

struct cJSON;

/* The schema that a request's body asks for, in whichever API's words; NULL: none. */
const struct cJSON *sim_schema_wanted(const struct cJSON *body);
/* Adds such a value. Its strings are `subject`, filled up or cut to what the schema allows. */
void sim_schema_answer(const struct cJSON *schema, const char *subject, struct text *out);

#endif
