// The form of a table's requests, out of what the options say: see ration/form.h. Pure.
#ifndef RATION_REQUEST_FORM_H
#define RATION_REQUEST_FORM_H

#include "ration/provider.h"
#include "ration/settings.h"
#include "ration/text.h"

// Adds the form of the settings' prompt, model and longest answer to `out`. `system`, a text with places,
// stands where the provider wants it; NULL: there is none. On failure of memory `out` is marked.
void request_form_make(struct text *out, const struct settings *settings, const struct provider *provider,
                       const char *system);

// Likewise of a form that is there, a JSON object, with the model and the longest answer where it lacks them.
// `model` replaces its own; NULL: it stays. `usual`: the model where it names none, or NULL. `limit`: 0, it
// stays.
void request_form_complete(struct text *out, const char *form, const struct provider *provider,
                           const char *model, const char *usual, uint64_t limit,
                           const struct settings *settings);

// A text that the form, or a body, has at its top, as it stands there: *length bytes. NULL: none, or each row
// its own.
const char *request_form_text(const char *form, const char *key, size_t *length);

// The longest answer that the form asks for; 0: it does not say.
uint64_t request_form_limit(const char *form);

#endif
