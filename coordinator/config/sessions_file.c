#include "config/sessions_file.h"

#include "config/sessions_json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BURST 1000000000ULL
#define EXPECTED_SIZE 80
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

enum kind { NAME, KEY, TEXT, COUNT, FLAG, PRICE };
struct member {
    const char *name;
    enum kind kind;
    size_t offset;
};
#define ROW(kind, name, place) \
    { name, kind, offsetof(struct sessions_file_entry, place) }
static const struct member members[] = {
    ROW(NAME, "name", name),
    ROW(KEY, "key", key),
    ROW(TEXT, "key_env", key_env),
    ROW(TEXT, "key_file", key_file),
    ROW(TEXT, "base_url", base_url),
    ROW(TEXT, "tier", tier),
    ROW(COUNT, "burst", burst),
    ROW(TEXT, "key_command", key_command),
    ROW(TEXT, "provider", provider),
    ROW(TEXT, "model", model),
    ROW(FLAG, "fallback", fallback),
    ROW(PRICE, "input_dollars_per_million", price.input),
    ROW(PRICE, "output_dollars_per_million", price.output),
};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

static bool take_name(const char *name, char *out) {
    size_t length = name != NULL ? strspn(name, NAME_BYTES) : 0;
    if (length == 0 || length >= SESSIONS_FILE_NAME_SIZE || name[length] != '\0') {
        return false;
    }
    memcpy(out, name, length + 1);
    return true;
}

static bool take_text(const char *text, char **out) {
    *out = text != NULL && *text != '\0' ? strdup(text) : NULL;
    return *out != NULL;
}

static bool take_limit(const cJSON *item, uint64_t most, uint64_t *out) {
    double value = item->valuedouble;
    if (!cJSON_IsNumber(item) || !(value >= 1) || !(value <= (double)most) || floor(value) != value) {
        return false;
    }
    *out = (uint64_t)value;
    return true;
}

// False: it is not what it must be, which `what` then tells.
static bool take_member(const struct member *member, const cJSON *item, struct sessions_file_entry *entry,
                        char what[EXPECTED_SIZE]) {
    static const char *const expected[] = {
        [NAME] = "1 to 31 letters, digits, \".\", \"_\" and \"-\"",
        [KEY] = "one key of printable characters",
        [TEXT] = "a text that is not empty",
        [COUNT] = "a whole number from 1 to 1000000000",
        [FLAG] = "true or false",
        [PRICE] = "a number from 0 to 1000000 with at most six decimals",
    };
    const char *text = cJSON_GetStringValue(item);
    void *place = (char *)entry + member->offset;
    bool taken = false;
    switch (member->kind) {
    case NAME:
        taken = take_name(text, place);
        break;
    case KEY:
        taken = text != NULL && key_set(place, text, strlen(text)) == 0;
        break;
    case TEXT:
        taken = take_text(text, place);
        break;
    case COUNT:
        taken = take_limit(item, MOST_BURST, place);
        break;
    case FLAG:
        taken = cJSON_IsBool(item);
        *(bool *)place = cJSON_IsTrue(item);
        break;
    case PRICE:
        taken = tier_price_take(item->valuedouble, place) && cJSON_IsNumber(item);
        entry->priced = true;
        break;
    }
    (void)snprintf(what, EXPECTED_SIZE, "is not %s", expected[member->kind]);
    return taken;
}

static bool take_row(enum limits_row row, const cJSON *item, struct sessions_file_entry *entry,
                     char what[EXPECTED_SIZE]) {
    uint64_t most = limits_kind(row)->most;
    (void)snprintf(what, EXPECTED_SIZE, "is not a whole number from 1 to %" PRIu64, most);
    return take_limit(item, most, &entry->limits.of[row]);
}

static const struct member *find_member(const char *name) {
    for (size_t i = 0; i < MEMBERS; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return &members[i];
        }
    }
    return NULL;
}

// A name that nobody knows is shown only where it cannot be a key that got into a wrong place.
static const char *shown(const char *name) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
    return name[length] == '\0' && length < 32 ? name : "…";
}

// Tells on whose behalf; -1.
static int wrong(const struct sessions_file_entry *entry, size_t number, char *problem, const char *name,
                 const char *what) {
    (void)snprintf(problem, SESSIONS_FILE_PROBLEM_SIZE, "line %zu: session %zu%s%s%s: \"%s\" %s", entry->line,
                   number, entry->name[0] != '\0' ? " (" : "", entry->name, entry->name[0] != '\0' ? ")" : "",
                   name, what);
    return -1;
}

static int read_members(const cJSON *object, size_t number, struct sessions_file_entry *entry,
                        char *problem) {
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        char what[EXPECTED_SIZE];
        const struct member *member = find_member(item->string);
        enum limits_row row = limits_find(item->string);
        if (member == NULL && row == LIMITS_ROWS) {
            return wrong(entry, number, problem, shown(item->string), "is nothing that a session has");
        }
        if (cJSON_GetObjectItemCaseSensitive(object, item->string) != item) {
            return wrong(entry, number, problem, item->string, "stands twice");
        }
        if (member != NULL ? !take_member(member, item, entry, what) : !take_row(row, item, entry, what)) {
            return wrong(entry, number, problem, item->string, what);
        }
    }
    return 0;
}

static int read_entry(const cJSON *object, size_t number, struct sessions_file *file, char *problem) {
    struct sessions_file_entry *entry = &file->entry[number - 1];
    if (!cJSON_IsObject(object)) {
        (void)snprintf(problem, SESSIONS_FILE_PROBLEM_SIZE, "session %zu is not an object", number);
        return -1;
    }
    // First, so that it can be told with what is wrong. A bad one is told in its turn.
    (void)take_name(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "name")), entry->name);
    if (read_members(object, number, entry, problem) != 0) {
        return -1;
    }
    if ((entry->key.text[0] != '\0') + (entry->key_env != NULL) + (entry->key_file != NULL) +
            (entry->key_command != NULL) >
        1) {
        return wrong(entry, number, problem, "key",
                     "stands beside key_env, key_file or key_command: one of them only");
    }
    if (entry->name[0] == '\0') {
        (void)snprintf(entry->name, sizeof(entry->name), "session-%zu", number);
    }
    for (size_t i = 0; i < number - 1; i++) {
        if (strcmp(file->entry[i].name, entry->name) == 0) {
            return wrong(entry, number, problem, "name", "is another session's already");
        }
    }
    return 0;
}

static int read_list(const char *text, size_t length, const cJSON *list, struct sessions_file *file,
                     char *problem) {
    const cJSON *object;
    int count = cJSON_GetArraySize(list);
    if (count < 1 || count > BOUNDS_SESSIONS) {
        (void)snprintf(problem, SESSIONS_FILE_PROBLEM_SIZE, "holds %d sessions; it must be 1 to %d", count,
                       BOUNDS_SESSIONS);
        return -1;
    }
    cJSON_ArrayForEach(object, list) {
        file->count++;
        file->entry[file->count - 1].line = sessions_json_line(text, length, file->count - 1);
        if (read_entry(object, file->count, file, problem) != 0) {
            return -1;
        }
    }
    return 0;
}

int sessions_file_parse(const char *text, size_t length, struct sessions_file *file,
                        char problem[SESSIONS_FILE_PROBLEM_SIZE]) {
    size_t line = 0;
    int result = -1;
    *file = (struct sessions_file){0};
    cJSON *root = sessions_json_parse(text, length, &line);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "sessions");
    if (root == NULL) {
        (void)snprintf(problem, SESSIONS_FILE_PROBLEM_SIZE, "line %zu: is not JSON", line);
    } else if (!cJSON_IsArray(list) || cJSON_GetArraySize(root) != 1) {
        (void)snprintf(problem, SESSIONS_FILE_PROBLEM_SIZE,
                       "must be {\"sessions\": [{\"name\": …, \"key\": …}, …]} and no more");
    } else {
        result = read_list(text, length, list, file, problem);
    }
    sessions_json_free(root);
    if (result != 0) {
        sessions_file_free(file);
    }
    return result;
}

bool sessions_file_holds_keys(const struct sessions_file *file) {
    for (size_t i = 0; i < file->count; i++) {
        if (file->entry[i].key.text[0] != '\0') {
            return true;
        }
    }
    return false;
}

void sessions_file_free(struct sessions_file *file) {
    for (size_t i = 0; i < BOUNDS_SESSIONS; i++) {
        free(file->entry[i].key_env);
        free(file->entry[i].key_file);
        free(file->entry[i].key_command);
        free(file->entry[i].base_url);
        free(file->entry[i].tier);
        free(file->entry[i].provider);
        free(file->entry[i].model);
    }
    explicit_bzero(file, sizeof(*file));
}
