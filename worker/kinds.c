#include "kinds.h"

#include "ration/invariant.h"

#include <stdbool.h>
#include <string.h>

static bool same(const struct settings *settings, const struct provider *const *provider, size_t a,
                 size_t b) {
    return settings->rows != SETTINGS_ROWS_TABLE || // they are there already
           (provider[a]->shape == provider[b]->shape &&
            strcmp(settings->session_form[a], settings->session_form[b]) == 0 &&
            strcmp(settings->session_model[a], settings->session_model[b]) == 0);
}

static int add(struct kinds *kinds, const struct settings *settings, const struct provider *provider,
               size_t session) {
    INVARIANT(kinds->count < KINDS_MOST, "there are more than %u kinds of request", KINDS_MOST);
    struct settings *own = &kinds->settings[kinds->count];
    *own = *settings;
    own->form = settings->session_form[session][0] != '\0' ? settings->session_form[session] : settings->form;
    own->own_model = settings->session_form[session][0] != '\0';
    own->model = settings->session_model[session][0] != '\0' ? settings->session_model[session] : NULL;
    kinds->of[session] = kinds->count;
    kinds->maker[kinds->count] = request_new(own, provider);
    return kinds->maker[kinds->count++] != NULL ? 0 : -1;
}

// The run's own kind is the first: the hash of a row is that of its body.
static size_t first_of(const struct settings *settings) {
    const char *model = settings->model != NULL ? settings->model : "";
    for (size_t i = 0; i < settings->sessions; i++) {
        if (settings->session_form[i][0] == '\0' && strcmp(settings->session_model[i], model) == 0) {
            return i;
        }
    }
    return 0;
}

int kinds_open(struct kinds *kinds, const struct settings *settings, const struct provider *const *provider) {
    size_t first = first_of(settings);
    *kinds = (struct kinds){0};
    if (add(kinds, settings, provider[first], first) != 0) {
        return -1;
    }
    for (size_t i = 0; i < settings->sessions; i++) {
        size_t like = 0;
        if (same(settings, provider, first, i)) {
            kinds->of[i] = 0;
            continue;
        }
        while (like < i && !same(settings, provider, like, i)) {
            like++;
        }
        if (like < i) {
            kinds->of[i] = kinds->of[like];
        } else if (add(kinds, settings, provider[i], i) != 0) {
            return -1;
        }
    }
    return 0;
}

void kinds_free(struct kinds *kinds) {
    for (uint32_t i = 0; i < kinds->count; i++) {
        request_free(kinds->maker[i]);
    }
    *kinds = (struct kinds){0};
}

int kinds_make(struct kinds *kinds, const struct record *record, struct text body[KINDS_MOST],
               char hash[REQUEST_HASH_SIZE]) {
    for (uint32_t i = 0; i < kinds->count; i++) {
        if (request_prepare(kinds->maker[i], record) != 0 || request_body(kinds->maker[i], &body[i]) != 0) {
            return -1;
        }
    }
    request_hash(kinds->maker[0], hash);
    return 0;
}
