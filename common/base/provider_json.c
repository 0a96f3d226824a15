#include "ration/provider_json.h"

#include "base/provider_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES PROVIDER_WORDS_NAME
#define NAME_MOST 31U
#define LIMIT_MOST 10000000.0

enum kind {
    NAME,
    TEXT,
    FLAG,
    NUMBER,
    SHAPE,
    CHARGING,
    CACHING,
    CACHED,
    BATCHES,
    DIALECT,
    AUTH,
    QUERY,
    HEADERS,
    LIKE
};
struct member {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *expected;
};
#define ROW(kind, member, expected) \
    { #member, kind, offsetof(struct provider, member), expected }
#define SOME_TEXT "a text of printable characters without spaces"
static const struct member members[] = {
    ROW(NAME, name, "1 to 31 letters, digits, \".\", \"_\" and \"-\""),
    {"like", LIKE, 0, "the name of a provider that is built in or stands before"},
    ROW(TEXT, base_url, SOME_TEXT),
    ROW(FLAG, base_url_example, "true or false"),
    ROW(TEXT, base_url_env, SOME_TEXT),
    ROW(TEXT, key_env, SOME_TEXT),
    ROW(FLAG, key_optional, "true or false"),
    {"auth", AUTH, 0,
     "\"bearer\", \"none\", \"aws\", {\"header\": NAME}, {\"query\": NAME} or {\"aws\": SERVICE}"},
    ROW(TEXT, aws_service, SOME_TEXT),
    {"headers", HEADERS, 0, "an object of header names and values, at most 16, without line ends"},
    {"query", QUERY, 0, "an object of parameters of the URL and their values"},
    ROW(TEXT, path, SOME_TEXT),
    ROW(TEXT, models_path, SOME_TEXT),
    ROW(TEXT, model, SOME_TEXT),
    ROW(TEXT, model_env, SOME_TEXT),
    ROW(TEXT, model_ends, SOME_TEXT),
    ROW(TEXT, model_next, SOME_TEXT),
    ROW(FLAG, stored_prompts, "true or false"),
    ROW(TEXT, limit_key, SOME_TEXT),
    ROW(NUMBER, limit_default, "a whole number from 0 to 10000000"),
    {"shape", SHAPE, 0, "one of responses, chat, messages"},
    {"charging", CHARGING, 0, "one of estimate, most, actual"},
    {"caching", CACHING, 0, "one of unknown, itself, key, marks"},
    {"cached", CACHED, 0, "one of counted, free, returned"},
    {"batches", BATCHES, 0, "one of shape, openai, anthropic, mistral, together, none"},
    {"service_tiers", TEXT, offsetof(struct provider, tiers), "names with | between them: auto|default|flex"},
    {"limits", DIALECT, 0, "one of none, openai, azure, anthropic, groq, mistral"},
};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

static const char **text_at(struct provider *provider, const struct member *member) {
    return (const char **)((char *)provider + member->offset);
}

// ---- reading ----

static bool take_text(const char *text, struct provider_row *row, const char **out) {
    if (text == NULL || !provider_words_printable(text, false)) {
        return false;
    }
    *out = provider_row_own(row, text);
    return *out != NULL;
}

static bool take_name(const char *text, struct provider_row *row) {
    size_t length = text != NULL ? strspn(text, NAME_BYTES) : 0;
    return length > 0 && length <= NAME_MOST && text[length] == '\0' &&
           take_text(text, row, &row->provider.name);
}

// Null takes a text of "like" away.
static bool take_any_text(const cJSON *item, const struct member *member, struct provider_row *row) {
    const char **place = text_at(&row->provider, member);
    if (cJSON_IsNull(item)) {
        *place = NULL;
        return true;
    }
    return take_text(cJSON_GetStringValue(item), row, place);
}

static bool take_auth(const cJSON *item, struct provider_row *row) {
    const char *word = cJSON_GetStringValue(item);
    struct provider *provider = &row->provider;
    if (word != NULL) {
        int auth = provider_words_find(PROVIDER_WORDS_AUTH, word);
        bool named = auth == PROVIDER_AUTH_HEADER || auth == PROVIDER_AUTH_QUERY;
        if (auth < 0 || named) {
            return false;
        }
        provider->auth = (enum provider_auth)auth;
        provider->auth_name = auth == PROVIDER_AUTH_AWS ? "bedrock" : NULL;
        return true;
    }
    if (!cJSON_IsObject(item) || cJSON_GetArraySize(item) != 1) {
        return false;
    }
    const cJSON *one = item->child;
    int auth = provider_words_find(PROVIDER_WORDS_AUTH, one->string);
    const char *name = cJSON_GetStringValue(one);
    if (auth != PROVIDER_AUTH_HEADER && auth != PROVIDER_AUTH_QUERY && auth != PROVIDER_AUTH_AWS) {
        return false;
    }
    provider->auth = (enum provider_auth)auth;
    return name != NULL && name[strspn(name, NAME_BYTES ":")] == '\0' &&
           take_text(name, row, &provider->auth_name);
}

static bool take_headers(const cJSON *item, struct provider_row *row, char *problem) {
    const cJSON *one;
    if (!cJSON_IsObject(item)) {
        return false;
    }
    cJSON_ArrayForEach(one, item) {
        char line[PROVIDER_WORDS_MOST * 2];
        const char *value = cJSON_GetStringValue(one);
        bool taken = value != NULL &&
                     snprintf(line, sizeof(line), "%s: %s", one->string, value) < (int)sizeof(line) &&
                     provider_row_header(row, line, problem) == 0;
        explicit_bzero(line, sizeof(line));
        if (!taken) {
            return false;
        }
    }
    return true;
}

static bool take_query(const cJSON *item, struct provider_row *row, char *problem) {
    const cJSON *one;
    if (!cJSON_IsObject(item)) {
        return false;
    }
    cJSON_ArrayForEach(one, item) {
        const char *value = cJSON_GetStringValue(one);
        if (value == NULL || provider_row_query(row, one->string, value, problem) != 0) {
            return false;
        }
    }
    return true;
}

static bool take_word(enum provider_words_kind kind, const cJSON *item, int *out) {
    const char *word = cJSON_GetStringValue(item);
    *out = word != NULL ? provider_words_find(kind, word) : -1;
    return *out >= 0;
}

static bool take_dialect(const cJSON *item, struct provider_row *row) {
    const char *word = cJSON_GetStringValue(item);
    return word != NULL && provider_words_find(PROVIDER_WORDS_DIALECT, word) >= 0 &&
           take_text(word, row, &row->provider.dialect);
}

static bool take_member(const struct member *member, const cJSON *item, struct provider_row *row,
                        char *problem) {
    struct provider *provider = &row->provider;
    void *place = (char *)provider + member->offset;
    int number = 0;
    bool taken = true;
    switch (member->kind) {
    case LIKE:
        return true; // before all others
    case NAME:
        return take_name(cJSON_GetStringValue(item), row);
    case TEXT:
        return take_any_text(item, member, row);
    case FLAG:
        *(bool *)place = cJSON_IsTrue(item);
        return cJSON_IsBool(item);
    case NUMBER:
        taken = cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= LIMIT_MOST;
        *(uint64_t *)place = taken ? (uint64_t)item->valuedouble : 0;
        return taken && (double)*(uint64_t *)place >= item->valuedouble;
    case SHAPE:
        taken = take_word(PROVIDER_WORDS_SHAPE, item, &number);
        provider->shape = taken ? (enum provider_shape)number : provider->shape;
        return taken;
    case CHARGING:
        taken = take_word(PROVIDER_WORDS_CHARGING, item, &number);
        provider->charging = taken ? (enum provider_charging)number : provider->charging;
        return taken;
    case CACHING:
        taken = take_word(PROVIDER_WORDS_CACHING, item, &number);
        provider->caching = taken ? (enum provider_caching)number : provider->caching;
        return taken;
    case CACHED:
        taken = take_word(PROVIDER_WORDS_CACHED, item, &number);
        provider->cached = taken ? (enum provider_cached)number : provider->cached;
        return taken;
    case BATCHES:
        taken = take_word(PROVIDER_WORDS_BATCHES, item, &number);
        provider->batches = taken ? (enum provider_batches)number : provider->batches;
        return taken;
    case DIALECT:
        return take_dialect(item, row);
    case AUTH:
        return take_auth(item, row);
    case QUERY:
        return take_query(item, row, problem);
    case HEADERS:
        return take_headers(item, row, problem);
    }
    return false;
}

static const struct member *find_member(const char *name) {
    for (size_t i = 0; i < MEMBERS; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return &members[i];
        }
    }
    return NULL;
}

// What a row is that says nothing.
static const struct provider plain = {
    .shape = PROVIDER_CHAT,
    .path = "/chat/completions",
    .limit_key = "max_tokens",
    .dialect = "openai",
};

static int begin(const cJSON *object, provider_json_find *find, const void *context, struct provider_row *row,
                 char *problem) {
    const cJSON *like = cJSON_GetObjectItemCaseSensitive(object, "like");
    const char *name = cJSON_GetStringValue(like);
    const struct provider *other = name != NULL && find != NULL ? find(context, name) : NULL;
    row->provider = plain;
    if (like != NULL && other == NULL) {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE, "\"like\" is not %s",
                       find_member("like")->expected);
        return -1;
    }
    if (other != NULL && provider_row_copy(other, row) != 0) {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE, "out of memory");
        return -1;
    }
    row->provider.name = NULL;
    return 0;
}

// What must be there, and fit together.
static const char *lacks(const struct provider *provider) {
    if (provider->name == NULL) {
        return "has no \"name\"";
    }
    if (provider->base_url == NULL) {
        return "has no \"base_url\"";
    }
    if (provider->path == NULL || provider->path[0] != '/') {
        return "\"path\" does not begin with /";
    }
    if (provider->models_path != NULL && provider->models_path[0] != '/') {
        return "\"models_path\" does not begin with /";
    }
    if (provider->key_env == NULL && provider->auth != PROVIDER_AUTH_NONE &&
        provider->auth != PROVIDER_AUTH_AWS && !provider->key_optional) {
        return "has no \"key_env\", and neither \"auth\": \"none\" nor \"key_optional\": true";
    }
    if (provider->stored_prompts && provider->shape != PROVIDER_RESPONSES) {
        return "\"stored_prompts\" needs the shape responses";
    }
    if (provider->limit_key == NULL) {
        return "has no \"limit_key\"";
    }
    if (provider->limit_default == 0 && provider->shape == PROVIDER_MESSAGES) {
        return "has no \"limit_default\", which requests of the shape messages need";
    }
    return NULL;
}

int provider_json_read(const cJSON *object, provider_json_find *find, const void *context,
                       struct provider_row *row, char problem[PROVIDER_ROW_PROBLEM_SIZE]) {
    const cJSON *item;
    *row = (struct provider_row){0};
    problem[0] = '\0';
    if (!cJSON_IsObject(object)) {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE, "is not an object");
        return -1;
    }
    if (begin(object, find, context, row, problem) != 0) {
        return -1;
    }
    cJSON_ArrayForEach(item, object) {
        char inner[PROVIDER_ROW_PROBLEM_SIZE] = "";
        const struct member *member = find_member(item->string);
        const char *what = member == NULL ? "a member that a provider has" : member->expected;
        if (member != NULL && cJSON_GetObjectItemCaseSensitive(object, item->string) != item) {
            what = "a member that stands once";
            member = NULL;
        }
        if (member == NULL || !take_member(member, item, row, inner)) {
            (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE, "\"%.40s\" %s%.240s",
                           provider_words_shown(item->string), inner[0] != '\0' ? "" : "is not ",
                           inner[0] != '\0' ? inner : what);
            return -1;
        }
    }
    const char *missing = lacks(&row->provider);
    if (missing != NULL) {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE, "%s", missing);
        return -1;
    }
    return 0;
}

// ---- to a worker and back ----

static bool add_headers(cJSON *object, const struct provider *provider) {
    cJSON *headers = cJSON_AddObjectToObject(object, "headers");
    bool good = headers != NULL;
    for (size_t i = 0; good && i < PROVIDER_HEADERS && provider->header[i] != NULL; i++) {
        char name[PROVIDER_WORDS_MOST];
        size_t length = strcspn(provider->header[i], ":");
        const char *value = provider->header[i] + length + 1;
        good = length < sizeof(name);
        (void)snprintf(name, sizeof(name), "%.*s", (int)(good ? length : 0), provider->header[i]);
        good = good && cJSON_AddStringToObject(headers, name, value + strspn(value, " ")) != NULL;
    }
    return good;
}

static bool add_auth(cJSON *object, const struct provider *provider) {
    const char *word = provider_words_name(PROVIDER_WORDS_AUTH, (int)provider->auth);
    if (provider->auth_name == NULL) {
        return cJSON_AddStringToObject(object, "auth", word) != NULL;
    }
    cJSON *auth = cJSON_AddObjectToObject(object, "auth");
    return auth != NULL && cJSON_AddStringToObject(auth, word, provider->auth_name) != NULL;
}

static bool add_member(cJSON *object, const struct provider *provider, const struct member *member) {
    const void *place = (const char *)provider + member->offset;
    switch (member->kind) {
    case NAME:
    case TEXT: {
        const char *text = *(const char *const *)place;
        return text == NULL || cJSON_AddStringToObject(object, member->name, text) != NULL;
    }
    case FLAG:
        return cJSON_AddBoolToObject(object, member->name, *(const bool *)place) != NULL;
    case NUMBER:
        return cJSON_AddNumberToObject(object, member->name, (double)*(const uint64_t *)place) != NULL;
    case SHAPE:
        return cJSON_AddStringToObject(object, member->name,
                                       provider_words_name(PROVIDER_WORDS_SHAPE, (int)provider->shape)) !=
               NULL;
    case CHARGING:
        return cJSON_AddStringToObject(
                   object, member->name,
                   provider_words_name(PROVIDER_WORDS_CHARGING, (int)provider->charging)) != NULL;
    case CACHING:
        return cJSON_AddStringToObject(object, member->name,
                                       provider_words_name(PROVIDER_WORDS_CACHING, (int)provider->caching)) !=
               NULL;
    case CACHED:
        return cJSON_AddStringToObject(object, member->name,
                                       provider_words_name(PROVIDER_WORDS_CACHED, (int)provider->cached)) !=
               NULL;
    case BATCHES:
        return cJSON_AddStringToObject(object, member->name,
                                       provider_words_name(PROVIDER_WORDS_BATCHES, (int)provider->batches)) !=
               NULL;
    case DIALECT:
        return cJSON_AddStringToObject(object, member->name, provider->dialect) != NULL;
    case AUTH:
        return add_auth(object, provider);
    case HEADERS:
        return add_headers(object, provider);
    case QUERY:
        return provider->query == NULL ||
               cJSON_AddStringToObject(object, "query_text", provider->query) != NULL;
    case LIKE:
        return true;
    }
    return false;
}

char *provider_json_encode(const struct provider *provider) {
    char *text = NULL;
    cJSON *object = cJSON_CreateObject();
    bool good = object != NULL;
    for (size_t i = 0; good && i < MEMBERS; i++) {
        good = add_member(object, provider, &members[i]);
    }
    if (good) {
        text = cJSON_PrintUnformatted(object);
    }
    cJSON_Delete(object);
    return text;
}

int provider_json_decode(const char *json, struct provider_row *row) {
    char problem[PROVIDER_ROW_PROBLEM_SIZE];
    cJSON *object = cJSON_Parse(json);
    cJSON *query = cJSON_DetachItemFromObjectCaseSensitive(object, "query_text");
    int result = provider_json_read(object, NULL, NULL, row, problem);
    const char *text = cJSON_GetStringValue(query);
    if (result == 0 && text != NULL) {
        row->provider.query = provider_row_own(row, text);
        result = row->provider.query != NULL ? 0 : -1;
    }
    cJSON_Delete(query);
    cJSON_Delete(object);
    return result;
}
