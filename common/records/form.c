#include "ration/form.h"

#include "ration/ascii.h"
#include "ration/json_walk.h"
#include "records/record_column.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPEN "{{"
#define CLOSE "}}"

// Literal bytes of the body, or the column that stands in their place: its text inside of a string, or its
// value as JSON.
enum piece_kind { PIECE_LITERAL, PIECE_TEXT, PIECE_JSON_TEXT, PIECE_JSON };

struct piece {
    enum piece_kind kind;
    const char *text; // literal bytes, of the form
    char *name;       // of a column
    size_t length;
    size_t at; // in the form
};

struct form {
    const char *json;
    struct piece *piece;
    size_t pieces, room;
};

static void say(struct form_problem *problem, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void say(struct form_problem *problem, size_t at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    problem->at = at;
    (void)vsnprintf(problem->text, sizeof(problem->text), format, arguments);
    va_end(arguments);
}

static struct piece *add(struct form *form, enum piece_kind kind, const char *at) {
    if (form->pieces == form->room) {
        size_t room = form->room * 2 + 16;
        struct piece *piece = realloc(form->piece, room * sizeof(*piece));
        if (piece == NULL) {
            return NULL;
        }
        form->piece = piece;
        form->room = room;
    }
    struct piece *piece = &form->piece[form->pieces++];
    *piece = (struct piece){.kind = kind, .at = (size_t)(at - form->json)};
    return piece;
}

static bool add_literal(struct form *form, const char *from, const char *end) {
    if (from == end) {
        return true;
    }
    struct piece *piece = add(form, PIECE_LITERAL, from);
    if (piece != NULL) {
        piece->text = from;
        piece->length = (size_t)(end - from);
    }
    return piece != NULL;
}

// The name between the braces, without the escapes of the string that it stands in.
static char *decode(const char *name, size_t length) {
    if (memchr(name, '\\', length) == NULL) {
        return strndup(name, length);
    }
    char *quoted = malloc(length + 3);
    if (quoted == NULL) {
        return NULL;
    }
    (void)snprintf(quoted, length + 3, "\"%.*s\"", (int)length, name);
    cJSON *item = cJSON_Parse(quoted);
    char *text = item != NULL && cJSON_IsString(item) ? strdup(item->valuestring) : NULL;
    cJSON_Delete(item);
    free(quoted);
    return text;
}

static bool add_place(struct form *form, const char *name, const char *end, bool whole,
                      struct form_problem *problem) {
    const char *at = name;
    while (name < end && ascii_blank(*name)) {
        name++;
    }
    while (end > name && ascii_blank(end[-1])) {
        end--;
    }
    size_t length = (size_t)(end - name);
    bool json = record_column_json(&name, &length);
    while (length > 0 && json && ascii_blank(*name)) {
        name++;
        length--;
    }
    struct piece *piece = add(form, !json ? PIECE_TEXT : whole ? PIECE_JSON : PIECE_JSON_TEXT, at);
    if (piece != NULL) {
        piece->name = decode(name, length);
        piece->length = piece->name != NULL ? strlen(piece->name) : 0;
        if (piece->name == NULL) {
            say(problem, piece->at, "what stands between '{{' and '}}' is no name of a column; mend it");
        }
    }
    return piece != NULL && piece->name != NULL;
}

// The string [from, end), quotes included, is nothing but one place for a value.
static bool whole_place(const char *from, const char *end, const char **name, const char **name_end) {
    const char *inside = json_walk_blank(from + 1);
    const char *last = end - 1;
    while (last > inside && ascii_blank(last[-1])) {
        last--;
    }
    size_t length = (size_t)(last - inside);
    if (length < 4 || memcmp(inside, OPEN, 2) != 0 || memcmp(inside, "{{{{", 4) == 0 ||
        memcmp(last - 2, CLOSE, 2) != 0) {
        return false;
    }
    *name = inside + 2;
    *name_end = last - 2;
    if (memmem(*name, (size_t)(*name_end - *name), CLOSE, 2) != NULL) {
        return false; // there are two
    }
    const char *word = *name;
    while (word < *name_end && ascii_blank(*word)) {
        word++;
    }
    size_t rest = (size_t)(*name_end - word);
    return record_column_json(&word, &rest);
}

// *from is where the literal bytes begin that are not yet a piece.
static int take_string(struct form *form, const char *at, const char *end, const char **from,
                       struct form_problem *problem) {
    const char *name, *name_end;
    if (whole_place(at, end, &name, &name_end)) {
        bool good = add_literal(form, *from, at) && add_place(form, name, name_end, true, problem);
        *from = end;
        return good ? 0 : -1;
    }
    while ((at = memmem(at, (size_t)(end - at), OPEN, 2)) != NULL) {
        if (end - at >= 4 && memcmp(at, "{{{{", 4) == 0) {
            if (!add_literal(form, *from, at + 2)) {
                return -1;
            }
            *from = at = at + 4;
            continue;
        }
        const char *close = memmem(at + 2, (size_t)(end - at - 2), CLOSE, 2);
        if (close == NULL) {
            say(problem, (size_t)(at - form->json),
                "'{{' is not closed by '}}'; close it, or write '{{{{' where no column is meant");
            return -1;
        }
        if (!add_literal(form, *from, at) || !add_place(form, at + 2, close, false, problem)) {
            return -1;
        }
        *from = at = close + 2;
    }
    return 0;
}

static int split(struct form *form, struct form_problem *problem) {
    const char *from = form->json;
    const char *at = from;
    while (*at != '\0') {
        if (*at != '"') {
            at++;
            continue;
        }
        const char *end = json_walk_string(at);
        if (take_string(form, at, end, &from, problem) != 0) {
            return -1;
        }
        at = end;
    }
    return add_literal(form, from, at) ? 0 : -1;
}

struct form *form_new(const char *json, struct form_problem *problem) {
    struct form *form = calloc(1, sizeof(*form));
    *problem = (struct form_problem){0};
    if (form != NULL) {
        form->json = json;
        if (split(form, problem) != 0) {
            form_free(form);
            form = NULL;
        }
    }
    return form;
}

void form_free(struct form *form) {
    if (form != NULL) {
        for (size_t i = 0; i < form->pieces; i++) {
            free(form->piece[i].name);
        }
        free(form->piece);
        free(form);
    }
}

int form_check(const struct form *form, size_t columns, const char *const *names,
               struct form_problem *problem) {
    for (size_t i = 0; i < form->pieces; i++) {
        const struct piece *piece = &form->piece[i];
        if (piece->kind != PIECE_LITERAL &&
            !record_column_known(piece->name, piece->length, columns, names)) {
            say(problem, piece->at, "the input has no column '%.64s'; use one of its columns in {{ }}",
                piece->name);
            return -1;
        }
    }
    return 0;
}

bool form_names(const struct form *form, const char *column) {
    for (size_t i = 0; i < form->pieces; i++) {
        if (form->piece[i].kind != PIECE_LITERAL && strcmp(form->piece[i].name, column) == 0) {
            return true;
        }
    }
    return false;
}

const char *form_column(const struct form *form, size_t i) {
    if (i >= form->pieces) {
        return NULL;
    }
    const char *name = form->piece[i].kind != PIECE_LITERAL ? form->piece[i].name : "";
    for (size_t before = 0; before < i && name[0] != '\0'; before++) {
        if (form->piece[before].kind != PIECE_LITERAL && strcmp(form->piece[before].name, name) == 0) {
            return "";
        }
    }
    return name;
}

bool form_has_json(const struct form *form) {
    for (size_t i = 0; i < form->pieces; i++) {
        if (form->piece[i].kind == PIECE_JSON) {
            return true;
        }
    }
    return false;
}

// The column's value as JSON: of JSONL what stands there, of CSV what its text says.
static int add_json(const struct piece *piece, const struct record *record, const struct record_field *field,
                    enum record_kind kind, struct text *out, struct form_problem *problem) {
    bool text = kind == RECORD_TEXT;
    bool jsonl = record->kind != NULL;
    if (kind == RECORD_NULL || (!jsonl && field->length == 0)) {
        text_add_string(out, "null");
    } else if (text && jsonl) {
        text_add_json(out, field->text, field->length);
    } else if (!text || json_walk_valid(field->text, field->length, true)) {
        text_add(out, field->text, field->length);
    } else {
        say(problem, 0, "column '%.64s' holds no JSON, as {{json:%.64s}} needs it; mend it", piece->name,
            piece->name);
        return -1;
    }
    return 0;
}

int form_fill(const struct form *form, const struct record *record, struct text *out,
              struct form_problem *problem) {
    for (size_t i = 0; i < form->pieces; i++) {
        const struct piece *piece = &form->piece[i];
        if (piece->kind == PIECE_LITERAL) {
            text_add(out, piece->text, piece->length);
            continue;
        }
        enum record_kind kind;
        struct record_field field = record_column_find(record, piece->name, piece->length, &kind);
        if (piece->kind == PIECE_JSON) {
            if (add_json(piece, record, &field, kind, out, problem) != 0) {
                return -1;
            }
        } else {
            text_add_escaped(out, field.text, field.length);
        }
    }
    return 0;
}

void form_add_literal(struct text *out, const char *text, size_t length) {
    const char *end = text + length;
    for (const char *at; (at = memmem(text, (size_t)(end - text), OPEN, 2)) != NULL; text = at + 2) {
        text_add_escaped(out, text, (size_t)(at - text));
        text_add_string(out, OPEN OPEN);
    }
    text_add_escaped(out, text, (size_t)(end - text));
}
