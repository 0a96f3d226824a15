#include "records/record_rules.h"

#include "ration/utf8.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char *const role_name[RECORD_ROLES] = {"artist_id", "name", "data", "priority"};
#define PLAIN_ID "id" // where there is no artist_id

static size_t exactly(const char *wanted, size_t columns, const char *const *names) {
    for (size_t i = 0; i < columns; i++) {
        if (strcmp(names[i], wanted) == 0) {
            return i;
        }
    }
    return RECORD_RULES_MISSING;
}

size_t record_rules_column(const char *wanted, size_t columns, const char *const *names) {
    size_t found = exactly(wanted, columns, names);
    for (size_t i = 0; i < columns && found == RECORD_RULES_MISSING; i++) {
        if (strcasecmp(names[i], wanted) == 0) {
            found = i;
        }
    }
    return found;
}

bool record_rules_ambiguous(const char *wanted, size_t columns, const char *const *names) {
    size_t alike = 0;
    for (size_t i = 0; i < columns; i++) {
        alike += strcasecmp(names[i], wanted) == 0;
    }
    return alike > 1 && exactly(wanted, columns, names) == RECORD_RULES_MISSING;
}

// One that is named right goes before one that is so but for its case.
static size_t find_id(const char *wanted, size_t columns, const char *const *names) {
    if (wanted != NULL) {
        return strcmp(wanted, RECORD_SHAPE_LINE) == 0 ? RECORD_RULES_MISSING
                                                      : record_rules_column(wanted, columns, names);
    }
    size_t found = exactly(role_name[RECORD_ROLE_ID], columns, names);
    found = found != RECORD_RULES_MISSING ? found : exactly(PLAIN_ID, columns, names);
    found = found != RECORD_RULES_MISSING ? found
                                          : record_rules_column(role_name[RECORD_ROLE_ID], columns, names);
    return found != RECORD_RULES_MISSING ? found : record_rules_column(PLAIN_ID, columns, names);
}

void record_rules_find(size_t role[RECORD_ROLES], const struct record_shape *shape, size_t columns,
                       const char *const *names) {
    role[RECORD_ROLE_ID] = find_id(shape->id, columns, names);
    role[RECORD_ROLE_NAME] = record_rules_column(record_rules_name(shape, RECORD_ROLE_NAME), columns, names);
    role[RECORD_ROLE_DATA] = record_rules_column(role_name[RECORD_ROLE_DATA], columns, names);
    role[RECORD_ROLE_PRIORITY] = exactly(role_name[RECORD_ROLE_PRIORITY], columns, names);
}

const char *record_rules_name(const struct record_shape *shape, enum record_role role) {
    const char *given = role == RECORD_ROLE_ID ? shape->id : role == RECORD_ROLE_NAME ? shape->name : NULL;
    return given != NULL ? given : role_name[role];
}

static bool by_line(const struct record_shape *shape) {
    return shape->id != NULL && strcmp(shape->id, RECORD_SHAPE_LINE) == 0;
}

// Whether a record must have it.
static bool needed(const struct record_shape *shape, enum record_role role) {
    switch (role) {
    case RECORD_ROLE_ID:
        return !by_line(shape);
    case RECORD_ROLE_NAME:
        return shape->needs_name || shape->name != NULL;
    case RECORD_ROLE_DATA:
        return shape->needs_data;
    default:
        return false;
    }
}

// A column whose name differs only in case, blanks, dashes and the like: "Artist ID".
static const char *alike(const char *role, size_t columns, const char *const *names) {
    for (size_t i = 0; i < columns; i++) {
        const char *a = role, *b = names[i];
        while (*a != '\0' || *b != '\0') {
            if (*b != '\0' && !isalnum((unsigned char)*b)) {
                b++;
            } else if (*a != '\0' && !isalnum((unsigned char)*a)) {
                a++;
            } else if (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
                a++;
                b++;
            } else {
                break;
            }
        }
        if (*a == '\0' && *b == '\0') {
            return names[i];
        }
    }
    return NULL;
}

static void check_names(struct problem *problem, uint64_t line, size_t columns, const char *const *names) {
    char shown[UTF8_PRINTABLE_SIZE];
    for (size_t i = 0; i < columns && !problem->noted; i++) {
        const char *name = names[i];
        if (name[0] == '\0') {
            problem_note(problem, line, 0, "column %zu has no name; name it, or remove the extra comma",
                         i + 1);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(names[j], name) == 0) {
                problem_note(problem, line, 0, "column \"%s\" stands twice; rename or remove one",
                             utf8_printable(name, strlen(name), shown));
            }
        }
    }
}

// What to do about a column that is missing.
static void note_missing(struct problem *problem, uint64_t line, const struct record_shape *shape,
                         enum record_role role, const char *first) {
    const char *name = record_rules_name(shape, role);
    char shown[UTF8_PRINTABLE_SIZE], named[UTF8_PRINTABLE_SIZE];
    utf8_printable(first, strlen(first), shown);
    utf8_printable(name, strlen(name), named);
    if (role == RECORD_ROLE_ID && shape->id == NULL) {
        problem_note(
            problem, line, 0,
            "column \"artist_id\" is missing; the first line must name it (it begins \"%s\"), or say "
            "which column is the id: --id COLUMN, or --id @line for the number of the line",
            shown);
    } else if (role != RECORD_ROLE_DATA && name != role_name[role]) {
        problem_note(problem, line, 0, "column \"%s\" is missing; correct %s (the first line begins \"%s\")",
                     named, role == RECORD_ROLE_ID ? "--id" : "--name", shown);
    } else {
        problem_note(
            problem, line, 0,
            "column \"%s\" is missing, which the prompt names; add it (the first line begins \"%s\")", named,
            shown);
    }
}

void record_rules_header(struct problem *problem, uint64_t line, const struct record_shape *shape,
                         const size_t role[RECORD_ROLES], size_t columns, const char *const *names) {
    char shown[UTF8_PRINTABLE_SIZE];
    check_names(problem, line, columns, names);
    for (size_t r = RECORD_ROLE_ID; r <= RECORD_ROLE_DATA; r++) {
        if (role[r] != RECORD_RULES_MISSING || !needed(shape, (enum record_role)r)) {
            continue;
        }
        const char *name = record_rules_name(shape, (enum record_role)r);
        const char *like = alike(name, columns, names);
        if (like != NULL) {
            problem_note(problem, line, 0, "column \"%s\" is missing; \"%s\" is not quite it: rename it",
                         name, utf8_printable(like, strlen(like), shown));
        } else {
            note_missing(problem, line, shape, (enum record_role)r, names[0]);
        }
    }
}

static void take_priority(struct problem *problem, const struct record_field *field, struct record *record) {
    static const char *const word[PRIORITIES] = {"high", "normal", "low"};
    char shown[UTF8_PRINTABLE_SIZE];
    record->priority = PRIORITY_NORMAL;
    if (field->length == 0) {
        return;
    }
    for (size_t i = 0; i < PRIORITIES; i++) {
        if (strcasecmp(field->text, word[i]) == 0) {
            record->priority = (enum priority)i;
            return;
        }
    }
    problem_note(problem, record->line, 0, "priority \"%s\" is not known; write high, normal or low",
                 utf8_printable(field->text, field->length, shown));
}

static struct record_field field_at(const struct record *record, size_t at) {
    return at != RECORD_RULES_MISSING ? record->field[at] : (struct record_field){.text = "", .length = 0};
}

static bool is_artist(const struct record_shape *shape) {
    return strcasecmp(record_rules_name(shape, RECORD_ROLE_ID), role_name[RECORD_ROLE_ID]) == 0;
}

static void check_id(struct problem *problem, const struct record_shape *shape, const struct record *record) {
    const char *called = record_rules_name(shape, RECORD_ROLE_ID);
    if (record->id.length == 0) {
        problem_note(problem, record->line, 0, "%s is empty; give each %s an id of its own", called,
                     is_artist(shape) ? "artist" : "row");
    } else if (record->id.length > RECORD_READER_MAX_ID) {
        problem_note(problem, record->line, 0, "%s has %zu bytes; at most %u are possible", called,
                     record->id.length, RECORD_READER_MAX_ID);
    }
}

void record_rules_apply(struct problem *problem, const struct record_shape *shape,
                        const size_t role[RECORD_ROLES], struct record *record) {
    char shown[UTF8_PRINTABLE_SIZE];
    record->name = field_at(record, role[RECORD_ROLE_NAME]);
    record->data = field_at(record, role[RECORD_ROLE_DATA]);
    if (!by_line(shape)) { // else the reader's
        record->id = field_at(record, role[RECORD_ROLE_ID]);
        check_id(problem, shape, record);
    }
    if (record->name.length == 0 && shape->needs_name && is_artist(shape) && record->id.length > 0) {
        problem_note(problem, record->line, 0, "%s is empty (%s \"%s\"); name the artist",
                     record_rules_name(shape, RECORD_ROLE_NAME), record_rules_name(shape, RECORD_ROLE_ID),
                     utf8_printable(record->id.text, record->id.length, shown));
    }
    record->priority = PRIORITY_NORMAL;
    if (role[RECORD_ROLE_PRIORITY] != RECORD_RULES_MISSING) {
        take_priority(problem, &record->field[role[RECORD_ROLE_PRIORITY]], record);
    }
}

static bool is_integer(const char *text) {
    text += *text == '-';
    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0')) {
        return false;
    }
    return text[strspn(text, "0123456789")] == '\0';
}

void record_rules_members(struct problem *problem, const struct record_shape *shape,
                          const size_t role[RECORD_ROLES], const struct jsonl_record *found) {
    for (size_t r = RECORD_ROLE_ID; r <= RECORD_ROLE_DATA; r++) {
        if (role[r] == RECORD_RULES_MISSING && needed(shape, (enum record_role)r)) {
            const char *called = record_rules_name(shape, (enum record_role)r);
            bool id = r == RECORD_ROLE_ID && shape->id == NULL;
            problem_note(problem, found->line, 0, "key \"%s\" is missing; add it%s", called,
                         id ? ", or say which key is the id: --id KEY, or --id @line" : "");
            return;
        }
    }
    size_t id = role[RECORD_ROLE_ID];
    if (id == RECORD_RULES_MISSING) {
        return;
    }
    if (found->kind[id] == RECORD_JSON ||
        (found->kind[id] == RECORD_NUMBER && !is_integer(found->field[id].text))) {
        char shown[UTF8_PRINTABLE_SIZE];
        problem_note(problem, found->line, 0, "%s %s is neither a string nor an integer; make it a string",
                     record_rules_name(shape, RECORD_ROLE_ID),
                     utf8_printable(found->field[id].text, found->field[id].length, shown));
    }
}
