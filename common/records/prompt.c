#include "ration/prompt.h"

#include "ration/ascii.h"
#include "ration/digest.h"
#include "records/record_column.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A template is a row of pieces: literal text, or the name of a column between {{ and }}.
struct piece {
    const char *text;
    size_t length;
    bool column;
};

struct prompt {
    const struct settings *settings;
    struct piece *piece;
    size_t pieces;
    char *text; // the last rendering
    size_t capacity;
    struct digest *digest;
};

// The piece that begins at `at`. NULL when {{ is not closed; else where the next one begins.
static const char *next_piece(const char *at, struct piece *piece) {
    if (at[0] != '{' || at[1] != '{') {
        const char *place = strstr(at, "{{");
        size_t length = place != NULL ? (size_t)(place - at) : strlen(at);
        *piece = (struct piece){.text = at, .length = length, .column = false};
        return at + length;
    }
    if (at[2] == '{' && at[3] == '{') { // {{{{ is {{
        *piece = (struct piece){.text = at, .length = 2, .column = false};
        return at + 4;
    }
    const char *name = at + 2;
    const char *close = strstr(name, "}}");
    if (close == NULL) {
        return NULL;
    }
    const char *end = close;
    while (name < end && ascii_blank(*name)) {
        name++;
    }
    while (end > name && ascii_blank(end[-1])) {
        end--;
    }
    size_t length = (size_t)(end - name);
    (void)record_column_json(&name, &length);
    *piece = (struct piece){.text = name, .length = length, .column = true};
    return close + 2;
}

static int check_template(const char *template, const char *const *column, size_t columns,
                          struct prompt_problem *problem) {
    struct piece piece;
    unsigned line = 1;
    for (const char *at = template; *at != '\0';) {
        const char *next = next_piece(at, &piece);
        if (next == NULL) {
            problem->line = line;
            (void)snprintf(problem->message, sizeof(problem->message),
                           "'{{' is not closed by '}}'; close it");
            return -1;
        }
        if (piece.column && columns > 0 && !record_column_known(piece.text, piece.length, columns, column)) {
            problem->line = line;
            (void)snprintf(problem->column, sizeof(problem->column), "%.*s", (int)piece.length, piece.text);
            (void)snprintf(problem->message, sizeof(problem->message),
                           "the input has no column '%s'; use one of its columns in {{ }}", problem->column);
            return -1;
        }
        for (; at < next; at++) {
            line += *at == '\n';
        }
    }
    return 0;
}

bool prompt_is_filled(const struct settings *settings) {
    struct piece piece = {.column = settings->prompt_template == NULL};
    const char *at = settings->prompt_template;
    while (at != NULL && *at != '\0' && !piece.column) {
        at = next_piece(at, &piece);
    }
    return piece.column;
}

int prompt_check(const struct settings *settings, const char *const *column, size_t columns,
                 struct prompt_problem *problem) {
    *problem = (struct prompt_problem){0};
    if (settings->prompt_template != NULL) {
        return check_template(settings->prompt_template, column, columns, problem);
    }
    for (size_t i = 0; i < settings->variables && columns > 0; i++) {
        const char *name = settings->variable[i].column;
        if (!record_column_known(name, strlen(name), columns, column)) {
            (void)snprintf(problem->column, sizeof(problem->column), "%s", name);
            (void)snprintf(problem->message, sizeof(problem->message),
                           "prompt variable '%s': the input has no column '%s'; correct --prompt-variables",
                           settings->variable[i].name, name);
            return -1;
        }
    }
    return 0;
}

static int split(struct prompt *prompt, const char *template) {
    size_t count = 0;
    struct piece piece;
    for (const char *at = template; *at != '\0'; count++) {
        at = next_piece(at, &piece);
        if (at == NULL) {
            errno = EINVAL;
            return -1;
        }
    }
    prompt->piece = calloc(count > 0 ? count : 1, sizeof(*prompt->piece));
    if (prompt->piece == NULL) {
        return -1;
    }
    for (const char *at = template; *at != '\0' && at != NULL;) {
        at = next_piece(at, &prompt->piece[prompt->pieces++]);
    }
    return 0;
}

struct prompt *prompt_new(const struct settings *settings) {
    struct prompt *prompt = calloc(1, sizeof(*prompt));
    if (prompt == NULL) {
        return NULL;
    }
    prompt->settings = settings;
    prompt->digest = digest_new();
    if (prompt->digest == NULL) {
        prompt_free(prompt);
        errno = ENOMEM;
        return NULL;
    }
    if (settings->prompt_template != NULL && split(prompt, settings->prompt_template) != 0) {
        int saved = errno;
        prompt_free(prompt);
        errno = saved;
        return NULL;
    }
    return prompt;
}

void prompt_free(struct prompt *prompt) {
    if (prompt != NULL) {
        free(prompt->piece);
        free(prompt->text);
        digest_free(prompt->digest);
        free(prompt);
    }
}

static struct record_field field_of(const struct record *record, const char *name, size_t length) {
    enum record_kind kind;
    return record_column_find(record, name, length, &kind);
}

static int fill_template(struct prompt *prompt, const struct record *record,
                         struct prompt_rendering *rendering) {
    size_t length = 0;
    for (size_t i = 0; i < prompt->pieces; i++) {
        const struct piece *piece = &prompt->piece[i];
        length += piece->column ? field_of(record, piece->text, piece->length).length : piece->length;
    }
    if (length >= prompt->capacity) {
        size_t capacity = length + length / 2 + 64;
        char *grown = realloc(prompt->text, capacity);
        if (grown == NULL) {
            return -1;
        }
        prompt->text = grown;
        prompt->capacity = capacity;
    }
    char *at = prompt->text;
    for (size_t i = 0; i < prompt->pieces; i++) {
        const struct piece *piece = &prompt->piece[i];
        struct record_field part = {.text = piece->text, .length = piece->length};
        if (piece->column) {
            part = field_of(record, piece->text, piece->length);
        }
        memcpy(at, part.text, part.length);
        at += part.length;
    }
    *at = '\0';
    rendering->text = prompt->text;
    rendering->length = length;
    return 0;
}

static void add_variable(struct prompt_rendering *rendering, const char *name, struct record_field field) {
    rendering->variable[rendering->variables++] =
        (struct prompt_variable){.name = name, .text = field.text, .length = field.length};
}

int prompt_render(struct prompt *prompt, const struct record *record, struct prompt_rendering *rendering) {
    const struct settings *settings = prompt->settings;
    rendering->variables = 0;
    rendering->text = NULL;
    rendering->length = 0;
    if (settings->prompt_template != NULL) {
        return fill_template(prompt, record, rendering);
    }
    if (settings->variables == 0) {
        add_variable(rendering, "artist_name", record->name);
        add_variable(rendering, "artist_data", record->data);
        return 0;
    }
    for (size_t i = 0; i < settings->variables; i++) {
        const char *column = settings->variable[i].column;
        add_variable(rendering, settings->variable[i].name, field_of(record, column, strlen(column)));
    }
    return 0;
}

static void digest_string(struct digest *digest, const char *text) {
    digest_add(digest, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

void prompt_hash(const struct prompt *prompt, const struct prompt_rendering *rendering,
                 char out[PROMPT_HASH_SIZE]) {
    struct digest *digest = prompt->digest;
    digest_begin(digest);
    if (rendering->text != NULL) {
        digest_string(digest, "template");
        digest_add(digest, rendering->text, rendering->length);
    } else {
        digest_string(digest, "stored");
        digest_string(digest, prompt->settings->prompt_id);
        digest_string(digest, prompt->settings->prompt_version);
        for (size_t i = 0; i < rendering->variables; i++) {
            digest_string(digest, rendering->variable[i].name);
            digest_add(digest, rendering->variable[i].text, rendering->variable[i].length);
        }
    }
    digest_end(digest, out);
}
