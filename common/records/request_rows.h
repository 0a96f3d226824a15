// Requests that stand in the input already. Pure.
#ifndef RATION_REQUEST_ROWS_H
#define RATION_REQUEST_ROWS_H

#include "ration/record_reader.h"
#include "ration/request.h"
#include "ration/settings.h"
#include "ration/text.h"

// Adds the body that the record holds, as it stands there. NULL, or the key that is missing or holds no
// object.
const char *request_rows_body(enum settings_rows rows, const struct record *record, struct text *body);

// The path behind the base URL that an url means: "/v1/responses" stands for "/responses", as base URLs end
// with the version. False: it is none, or leads out of the base URL, or has a fragment.
bool request_rows_path(const struct record_field *url, char out[REQUEST_PATH_MOST]);

#endif
