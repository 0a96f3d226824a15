#include "ration/request.h"

#include "ration/digest.h"
#include "ration/json_edit.h"
#include "ration/json_walk.h"
#include "ration/prompt.h"
#include "ration/provider.h"
#include "ration/request_form.h"
#include "records/record_column.h"
#include "records/request_format.h"
#include "records/request_rows.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct request_maker {
    const struct settings *settings;
    char *made; // the form, where the settings have none
    struct form *form;
    struct form *plain;                // what hashes are of, where that is another one; else NULL
    struct prompt *prompt;             // NULL: there is none
    struct prompt_rendering rendering; // of the row in hand
    const struct record *record;       // the row in hand
    struct text body;                  // of it, where its hash covers that
    struct text scratch;
    struct digest *digest;
    struct form_problem problem;
    // of each endpoint: the object that asks for JSON of the schema; empty: none does
    struct text format[SETTINGS_MAX_ENDPOINTS];
};

// Whoever has no form in the settings means the usual one of their prompt.
static bool make_form(struct request_maker *maker, const struct provider *provider) {
    const char *json = maker->settings->form;
    struct text form = {0};
    if (maker->settings->rows != SETTINGS_ROWS_TABLE || (json == NULL && provider == NULL)) {
        return true;
    }
    if (json == NULL) {
        request_form_make(&form, maker->settings, provider, NULL);
        text_add(&form, "", 1);
        json = maker->made = form.bytes;
    }
    maker->form = form.failed ? NULL : form_new(json, &maker->problem);
    bool good = maker->form != NULL;
    if (good && maker->settings->plain_form != NULL && maker->settings->whole_hash) {
        maker->plain = form_new(maker->settings->plain_form, &maker->problem);
        good = maker->plain != NULL;
    }
    errno = maker->problem.text[0] != '\0' ? EINVAL : ENOMEM;
    return good;
}

// For requests that are there already; a form has it in it. The schema was checked before, so without memory
// alone there is none.
static bool make_formats(struct request_maker *maker) {
    const struct settings *settings = maker->settings;
    if (settings->schema == NULL || settings->rows == SETTINGS_ROWS_TABLE) {
        return true;
    }
    for (size_t i = 0; i < settings->endpoints; i++) {
        struct text *format = &maker->format[i];
        struct text member = {0};
        request_format_add(settings, provider_shape_of(settings->endpoint[i]), &member);
        text_add(format, "{", 1);
        text_add(format, member.bytes, member.length);
        text_add(format, "}", 2);
        format->failed = format->failed || member.failed;
        text_free(&member);
        if (format->failed) {
            errno = ENOMEM;
            return false;
        }
    }
    return true;
}

struct request_maker *request_new(const struct settings *settings, const struct provider *provider) {
    struct request_maker *maker = calloc(1, sizeof(*maker));
    if (maker == NULL) {
        return NULL;
    }
    bool prompt = settings->prompt_id != NULL || settings->prompt_template != NULL;
    maker->settings = settings;
    maker->digest = digest_new();
    errno = ENOMEM;
    if (maker->digest == NULL || (prompt && (maker->prompt = prompt_new(settings)) == NULL) ||
        !make_form(maker, provider) || !make_formats(maker)) {
        int error = errno;
        request_free(maker);
        errno = error;
        return NULL;
    }
    return maker;
}

void request_free(struct request_maker *maker) {
    if (maker != NULL) {
        form_free(maker->form);
        form_free(maker->plain);
        free(maker->made);
        prompt_free(maker->prompt);
        digest_free(maker->digest);
        text_free(&maker->body);
        text_free(&maker->scratch);
        for (size_t i = 0; i < SETTINGS_MAX_ENDPOINTS; i++) {
            text_free(&maker->format[i]);
        }
        free(maker);
    }
}

const struct form *request_form(const struct request_maker *maker) {
    return maker->form;
}

const char *request_problem(const struct request_maker *maker) {
    return maker->problem.text;
}

static int say(struct request_maker *maker, const char *what, const char *column) {
    struct form_problem *problem = &maker->problem;
    problem->at = 0;
    // The texts are this file's own, with one %s each.
    const char *place = strchr(what, '%');
    (void)snprintf(problem->text, sizeof(problem->text), "%.*s%.64s%s", (int)(place - what), what, column,
                   place + 2);
    return -1;
}

// What `scratch` has becomes the body, and the other way round. Edits need a NUL behind the text.
static void swap(struct request_maker *maker, struct text *body) {
    struct text made = maker->scratch;
    maker->scratch = *body;
    *body = made;
}

static bool end_text(struct text *body) {
    text_add(body, "", 1);
    body->length -= body->failed ? 0 : 1;
    return !body->failed;
}

// What a row says of the model is meant for the run's API: another one has models of its own.
static void keep_model(struct request_maker *maker, const char *patch, struct text *body) {
    struct json_member member;
    struct text model = {0};
    if (!maker->settings->own_model || maker->settings->model == NULL ||
        !json_walk_find(patch, "model", &member) || !end_text(body)) {
        return;
    }
    text_add_json_string(&model, maker->settings->model);
    if (end_text(&model)) {
        text_clear(&maker->scratch);
        json_edit_set(&maker->scratch, body->bytes, "model", model.bytes);
        swap(maker, body);
    }
    body->failed = body->failed || model.failed;
    text_free(&model);
}

static int merge_column(struct request_maker *maker, const struct record *record, struct text *body) {
    const char *column = maker->settings->params_column;
    enum record_kind kind;
    struct record_field field = record_column_find(record, column, strlen(column), &kind);
    if (field.length == 0) {
        return 0;
    }
    bool text = kind == RECORD_TEXT && record->kind != NULL; // of JSONL, which is no object
    bool good = !text && json_walk_valid(field.text, field.length, false);
    if (!good) {
        return say(maker, "column '%s', that of --params-column, holds no JSON object; mend it", column);
    }
    if (end_text(body)) {
        text_clear(&maker->scratch);
        json_edit_merge(&maker->scratch, body->bytes, field.text);
        swap(maker, body);
    }
    keep_model(maker, field.text, body);
    return 0;
}

static void set_params(struct request_maker *maker, struct text *body) {
    const struct settings *settings = maker->settings;
    for (size_t i = 0; i < settings->params && end_text(body); i++) {
        text_clear(&maker->scratch);
        json_edit_set(&maker->scratch, body->bytes, settings->param[i].path, settings->param[i].value);
        swap(maker, body);
    }
}

static void add_format(struct request_maker *maker, struct text *body) {
    const struct text *format = &maker->format[request_endpoint(maker) % SETTINGS_MAX_ENDPOINTS];
    if (format->length > 2 && end_text(body)) {
        text_clear(&maker->scratch);
        json_edit_merge(&maker->scratch, body->bytes, format->bytes);
        swap(maker, body);
    }
}

static int make(struct request_maker *maker, const struct form *form, struct text *body) {
    const struct settings *settings = maker->settings;
    const struct record *record = maker->record;
    int result = 0;
    text_clear(body);
    if (settings->rows == SETTINGS_ROWS_TABLE) {
        result = form_fill(form, record, body, &maker->problem);
    } else {
        const char *missing = request_rows_body(settings->rows, record, body);
        result = missing == NULL
                     ? 0
                     : say(maker, "key \"%s\" is missing or no object; it must hold the request", missing);
    }
    if (result == 0) {
        add_format(maker, body);
        set_params(maker, body);
    }
    if (result == 0 && settings->params_column != NULL) {
        result = merge_column(maker, record, body);
    }
    return result != 0 || body->failed ? -1 : 0;
}

int request_prepare(struct request_maker *maker, const struct record *record) {
    maker->record = record;
    maker->problem = (struct form_problem){0};
    if (maker->prompt != NULL && prompt_render(maker->prompt, record, &maker->rendering) != 0) {
        return -1;
    }
    return maker->settings->whole_hash
               ? make(maker, maker->plain != NULL ? maker->plain : maker->form, &maker->body)
               : 0;
}

int request_body(struct request_maker *maker, struct text *body) {
    if (!maker->settings->whole_hash || maker->plain != NULL) {
        return make(maker, maker->form, body);
    }
    text_clear(body);
    text_add(body, maker->body.bytes, maker->body.length);
    return body->failed ? -1 : 0;
}

int request_path(struct request_maker *maker, char out[REQUEST_PATH_MOST]) {
    enum record_kind kind;
    struct record_field url = {0}, method = {0};
    if (maker->settings->rows == SETTINGS_ROWS_OPENAI) {
        url = record_column_find(maker->record, "url", 3, &kind);
        method = record_column_find(maker->record, "method", 6, &kind);
    }
    if (url.length == 0) {
        (void)strlcpy(out, maker->settings->endpoint[0], REQUEST_PATH_MOST);
        return 0;
    }
    if (!request_rows_path(&url, out)) {
        return say(maker, "url \"%s\" is no path below the base URL; write one as /v1/responses", url.text);
    }
    if (method.length > 0 && strcmp(method.text, "POST") != 0) {
        return say(maker, "method \"%s\" is not possible; only POST is", method.text);
    }
    return 0;
}

size_t request_endpoint(struct request_maker *maker) {
    const struct settings *settings = maker->settings;
    char path[REQUEST_PATH_MOST];
    size_t at = 0;
    if (settings->rows != SETTINGS_ROWS_OPENAI || request_path(maker, path) != 0) {
        return 0;
    }
    while (at < settings->endpoints && strcmp(settings->endpoint[at], path) != 0) {
        at++;
    }
    return at;
}

// Of the prompt, and the schema where there is one.
static void hash_prompt(struct request_maker *maker, char out[REQUEST_HASH_SIZE]) {
    const char *schema = maker->settings->schema;
    prompt_hash(maker->prompt, &maker->rendering, out);
    if (schema != NULL) {
        digest_begin(maker->digest);
        digest_add(maker->digest, out, strlen(out));
        digest_add(maker->digest, schema, strlen(schema));
        digest_end(maker->digest, out);
    }
}

static bool is_checked(const struct settings *settings) {
    return settings->min_chars > 0 || settings->must_match != NULL;
}

// What a plain text is checked with, behind what was asked.
static void add_check(struct request_maker *maker, char out[REQUEST_HASH_SIZE]) {
    const struct settings *settings = maker->settings;
    const char *pattern = settings->must_match != NULL ? settings->must_match : "";
    char least[24];
    (void)snprintf(least, sizeof(least), "%" PRIu64, settings->min_chars);
    digest_begin(maker->digest);
    digest_add(maker->digest, out, strlen(out));
    digest_add(maker->digest, least, strlen(least));
    digest_add(maker->digest, pattern, strlen(pattern));
    digest_end(maker->digest, out);
}

static void hash_request(struct request_maker *maker, char out[REQUEST_HASH_SIZE]) {
    const struct settings *settings = maker->settings;
    if (!settings->whole_hash) {
        hash_prompt(maker, out);
        return;
    }
    size_t at = request_endpoint(maker);
    const char *path = at < settings->endpoints ? settings->endpoint[at] : "";
    digest_begin(maker->digest);
    digest_add(maker->digest, "request", 7);
    digest_add(maker->digest, path, strlen(path));
    digest_add(maker->digest, maker->body.bytes, maker->body.length);
    digest_end(maker->digest, out);
}

void request_hash(struct request_maker *maker, char out[REQUEST_HASH_SIZE]) {
    hash_request(maker, out);
    if (is_checked(maker->settings)) {
        add_check(maker, out);
    }
}

bool request_old_hash(struct request_maker *maker, size_t which, char out[REQUEST_HASH_SIZE]) {
    const struct settings *settings = maker->settings;
    if (is_checked(settings) && which-- == 0) {
        hash_request(maker, out);
        return true;
    }
    bool of_prompt = settings->whole_hash && !settings->new_hash && maker->prompt != NULL;
    if (!of_prompt || which > (is_checked(settings) ? 1U : 0U)) {
        return false;
    }
    hash_prompt(maker, out);
    if (which == 1) {
        add_check(maker, out);
    }
    return true;
}

uint64_t request_prompt_bytes(const struct request_maker *maker) {
    const struct prompt_rendering *rendering = &maker->rendering;
    if (maker->settings->new_hash) {
        return maker->body.length;
    }
    uint64_t bytes = rendering->length; // of a template
    for (size_t i = 0; i < rendering->variables; i++) {
        bytes += rendering->variable[i].length;
    }
    return bytes;
}
