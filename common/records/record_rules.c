#include "records/record_rules.h"

#include "ration/utf8.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char *const role_name[RECORD_ROLES] = {"artist_id", "name", "data", "priority"};

void record_rules_find(size_t role[RECORD_ROLES], size_t columns, const char *const *names) {
    for (size_t r = 0; r < RECORD_ROLES; r++) {
        role[r] = RECORD_RULES_MISSING;
        for (size_t i = 0; i < columns && role[r] == RECORD_RULES_MISSING; i++) {
            if (strcmp(names[i], role_name[r]) == 0) {
                role[r] = i;
            }
        }
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

void record_rules_header(struct problem *problem, uint64_t line, const size_t role[RECORD_ROLES],
                         size_t columns, const char *const *names) {
    char shown[UTF8_PRINTABLE_SIZE];
    for (size_t i = 0; i < columns; i++) {
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
    for (size_t r = RECORD_ROLE_ID; r <= RECORD_ROLE_DATA; r++) {
        const char *like = role[r] == RECORD_RULES_MISSING ? alike(role_name[r], columns, names) : NULL;
        if (like != NULL) {
            problem_note(problem, line, 0, "column \"%s\" is missing; \"%s\" is not quite it: rename it",
                         role_name[r], utf8_printable(like, strlen(like), shown));
        } else if (role[r] == RECORD_RULES_MISSING) {
            problem_note(problem, line, 0,
                         "column \"%s\" is missing; "
                         "the first line must name artist_id, name and data (it begins \"%s\")",
                         role_name[r], utf8_printable(names[0], strlen(names[0]), shown));
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

void record_rules_apply(struct problem *problem, const size_t role[RECORD_ROLES], struct record *record) {
    record->id = record->field[role[RECORD_ROLE_ID]];
    record->name = record->field[role[RECORD_ROLE_NAME]];
    record->data = record->field[role[RECORD_ROLE_DATA]];
    if (record->id.length == 0) {
        problem_note(problem, record->line, 0, "artist_id is empty; give each artist an id of its own");
    } else if (record->id.length > RECORD_READER_MAX_ID) {
        problem_note(problem, record->line, 0, "artist_id has %zu bytes; at most %u are possible",
                     record->id.length, RECORD_READER_MAX_ID);
    } else if (record->name.length == 0) {
        char shown[UTF8_PRINTABLE_SIZE];
        problem_note(problem, record->line, 0, "name is empty (artist_id \"%s\"); name the artist",
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

void record_rules_members(struct problem *problem, const size_t role[RECORD_ROLES],
                          const struct jsonl_record *found) {
    for (size_t r = RECORD_ROLE_ID; r <= RECORD_ROLE_DATA; r++) {
        if (role[r] == RECORD_RULES_MISSING) {
            problem_note(problem, found->line, 0, "key \"%s\" is missing; add it", role_name[r]);
            return;
        }
    }
    size_t id = role[RECORD_ROLE_ID];
    if (found->kind[id] == JSONL_OTHER ||
        (found->kind[id] == JSONL_NUMBER && !is_integer(found->field[id].text))) {
        char shown[UTF8_PRINTABLE_SIZE];
        problem_note(problem, found->line, 0,
                     "artist_id %s is neither a string nor an integer; make it a string",
                     utf8_printable(found->field[id].text, found->field[id].length, shown));
    }
}
