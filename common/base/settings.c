#include "ration/settings.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

// One row for each field that crosses from the coordinator to a worker.
enum kind { TEXT, NUMBER32, NUMBER64, FLAG, CHOICE };
struct field {
    const char *name;
    enum kind kind;
    size_t offset;
};
#define ROW(kind, member) \
    { #member, kind, offsetof(struct settings, member) }
static const struct field fields[] = {
    ROW(TEXT, provider),
    ROW(FLAG, fallback),
    ROW(TEXT, model),
    ROW(TEXT, prompt_id),
    ROW(TEXT, prompt_version),
    ROW(TEXT, prompt_template),
    ROW(NUMBER64, max_output_tokens),
    ROW(CHOICE, rows),
    ROW(CHOICE, output_format),
    ROW(TEXT, form),
    ROW(TEXT, plain_form),
    ROW(TEXT, params_column),
    ROW(FLAG, whole_hash),
    ROW(FLAG, new_hash),
    ROW(TEXT, service_tier),
    ROW(CHOICE, on_truncated),
    ROW(TEXT, schema),
    ROW(TEXT, must_match),
    ROW(NUMBER64, min_chars),
    ROW(CHOICE, on_invalid),
    ROW(CHOICE, format),
    ROW(TEXT, id_column),
    ROW(TEXT, name_column),
    ROW(FLAG, needs_name),
    ROW(FLAG, needs_data),
    ROW(NUMBER32, delimiter),
    ROW(TEXT, id_key),
    ROW(TEXT, name_key),
    ROW(FLAG, keep_all),
    ROW(NUMBER32, in_flight),
    ROW(NUMBER32, attempts),
    ROW(NUMBER32, attempts_server),
    ROW(NUMBER32, attempts_network),
    ROW(NUMBER32, attempts_overloaded),
    ROW(NUMBER32, attempts_invalid),
    ROW(CHOICE, backoff),
    ROW(NUMBER64, backoff_initial),
    ROW(NUMBER64, backoff_max),
    ROW(NUMBER64, rate_limit_cooldown),
    ROW(NUMBER64, flex_patience),
    ROW(FLAG, cooldown_chosen),
    ROW(FLAG, ignore_limit_headers),
    ROW(NUMBER64, timeout),
    ROW(NUMBER64, connect_timeout),
    ROW(NUMBER64, sync_interval),
    ROW(NUMBER64, max_answer),
    ROW(NUMBER64, memory_limit),
    ROW(FLAG, batch),
    ROW(FLAG, batch_cancel),
    ROW(FLAG, batch_detach),
    ROW(FLAG, batch_fail_lost),
    ROW(FLAG, batch_leave_lost),
    ROW(TEXT, batch_window),
    ROW(NUMBER32, batch_hours),
    ROW(TEXT, batch_journal),
    ROW(NUMBER64, batch_rows),
    ROW(NUMBER64, batch_bytes),
    ROW(NUMBER64, batch_tokens),
    ROW(NUMBER64, batch_patience),
    ROW(NUMBER64, batch_poll),
    ROW(NUMBER64, batch_search),
    ROW(FLAG, log_debug),
    ROW(FLAG, log_quiet),
    ROW(FLAG, log_clear_line),
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))
_Static_assert(sizeof(enum settings_format) == sizeof(int) &&
                   sizeof(enum settings_truncated) == sizeof(int) &&
                   sizeof(enum settings_invalid) == sizeof(int) &&
                   sizeof(enum settings_backoff) == sizeof(int),
               "choices are stored as int");

static void *member(const struct settings *settings, const struct field *field) {
    return (char *)(uintptr_t)settings + field->offset;
}

// Numbers travel as text: JSON's doubles hold 53 bits only.
static bool add_number(cJSON *object, const char *name, uint64_t value) {
    char digits[24];
    size_t at = sizeof(digits);
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return cJSON_AddStringToObject(object, name, digits + at) != NULL;
}

static bool add_field(cJSON *object, const struct settings *settings, const struct field *field) {
    const void *value = member(settings, field);
    switch (field->kind) {
    case TEXT: {
        const char *text = *(char *const *)value;
        return text == NULL || cJSON_AddStringToObject(object, field->name, text) != NULL;
    }
    case NUMBER32:
        return add_number(object, field->name, *(const uint32_t *)value);
    case NUMBER64:
        return add_number(object, field->name, *(const uint64_t *)value);
    case FLAG:
        return cJSON_AddBoolToObject(object, field->name, *(const bool *)value) != NULL;
    case CHOICE:
        return cJSON_AddNumberToObject(object, field->name, *(const int *)value) != NULL;
    }
    return false;
}

static bool add_text(cJSON *array, const char *text) {
    return cJSON_AddItemToArray(array, cJSON_CreateString(text));
}

char *settings_encode(const struct settings *settings) {
    char *text = NULL;
    cJSON *object = cJSON_CreateObject();
    bool good = object != NULL;
    for (size_t i = 0; good && i < FIELDS; i++) {
        good = add_field(object, settings, &fields[i]);
    }
    cJSON *names = cJSON_AddArrayToObject(object, "variable_names");
    cJSON *columns = cJSON_AddArrayToObject(object, "variable_columns");
    for (size_t i = 0; good && i < settings->variables; i++) {
        good = add_text(names, settings->variable[i].name) && add_text(columns, settings->variable[i].column);
    }
    cJSON *header = cJSON_AddArrayToObject(object, "columns");
    for (size_t i = 0; good && i < settings->columns; i++) {
        good = add_text(header, settings->column[i]);
    }
    cJSON *paths = cJSON_AddArrayToObject(object, "param_paths");
    cJSON *values = cJSON_AddArrayToObject(object, "param_values");
    for (size_t i = 0; good && i < settings->params; i++) {
        good = add_text(paths, settings->param[i].path) && add_text(values, settings->param[i].value);
    }
    cJSON *endpoints = cJSON_AddArrayToObject(object, "endpoints");
    for (size_t i = 0; good && i < settings->endpoints; i++) {
        good = add_text(endpoints, settings->endpoint[i]);
    }
    cJSON *keep = cJSON_AddArrayToObject(object, "keep");
    for (size_t i = 0; good && i < settings->kept; i++) {
        good = add_text(keep, settings->keep[i]);
    }
    cJSON *urls = cJSON_AddArrayToObject(object, "session_urls");
    cJSON *providers = cJSON_AddArrayToObject(object, "session_providers");
    cJSON *models = cJSON_AddArrayToObject(object, "session_models");
    cJSON *forms = cJSON_AddArrayToObject(object, "session_forms");
    for (size_t i = 0; good && i < settings->sessions; i++) {
        good = add_text(urls, settings->session_url[i]) &&
               add_text(providers, settings->session_provider[i]) &&
               add_text(models, settings->session_model[i]) && add_text(forms, settings->session_form[i]);
    }
    if (good) {
        text = cJSON_PrintUnformatted(object);
    }
    cJSON_Delete(object);
    return text;
}

static bool get_field(const cJSON *object, struct settings *settings, const struct field *field) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, field->name);
    void *value = member(settings, field);
    const char *text = cJSON_GetStringValue(item);
    switch (field->kind) {
    case TEXT:
        *(char **)value = text != NULL ? strdup(text) : NULL;
        return text == NULL || *(char **)value != NULL;
    case NUMBER32:
        *(uint32_t *)value = text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 0;
        return text != NULL;
    case NUMBER64:
        *(uint64_t *)value = text != NULL ? strtoull(text, NULL, 10) : 0;
        return text != NULL;
    case FLAG:
        *(bool *)value = cJSON_IsTrue(item);
        return cJSON_IsBool(item);
    case CHOICE:
        *(int *)value = cJSON_IsNumber(item) ? item->valueint : 0;
        return cJSON_IsNumber(item);
    }
    return false;
}

static bool copy_item(const cJSON *array, size_t index, char **out) {
    const char *text = cJSON_GetStringValue(cJSON_GetArrayItem(array, (int)index));
    *out = text != NULL ? strdup(text) : NULL;
    return *out != NULL;
}

static bool get_sessions(const cJSON *object, struct settings *settings) {
    const cJSON *urls = cJSON_GetObjectItemCaseSensitive(object, "session_urls");
    const cJSON *providers = cJSON_GetObjectItemCaseSensitive(object, "session_providers");
    const cJSON *models = cJSON_GetObjectItemCaseSensitive(object, "session_models");
    const cJSON *forms = cJSON_GetObjectItemCaseSensitive(object, "session_forms");
    size_t sessions = (size_t)cJSON_GetArraySize(urls);
    if (sessions > BOUNDS_SESSIONS) {
        return false;
    }
    for (size_t i = 0; i < sessions; i++) {
        settings->sessions++;
        if (!copy_item(urls, i, &settings->session_url[i]) ||
            !copy_item(providers, i, &settings->session_provider[i]) ||
            !copy_item(models, i, &settings->session_model[i]) ||
            !copy_item(forms, i, &settings->session_form[i])) {
            return false;
        }
    }
    return true;
}

static bool get_request(const cJSON *object, struct settings *settings) {
    const cJSON *paths = cJSON_GetObjectItemCaseSensitive(object, "param_paths");
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(object, "param_values");
    const cJSON *endpoints = cJSON_GetObjectItemCaseSensitive(object, "endpoints");
    size_t params = (size_t)cJSON_GetArraySize(paths);
    size_t count = (size_t)cJSON_GetArraySize(endpoints);
    if (params > SETTINGS_MAX_PARAMS || count > SETTINGS_MAX_ENDPOINTS) {
        return false;
    }
    for (; settings->params < params; settings->params++) {
        struct settings_param *param = &settings->param[settings->params];
        if (!copy_item(paths, settings->params, &param->path)) {
            return false;
        }
        if (!copy_item(values, settings->params, &param->value)) {
            free(param->path);
            return false;
        }
    }
    for (; settings->endpoints < count; settings->endpoints++) {
        if (!copy_item(endpoints, settings->endpoints, &settings->endpoint[settings->endpoints])) {
            return false;
        }
    }
    return true;
}

static bool get_lists(const cJSON *object, struct settings *settings) {
    const cJSON *names = cJSON_GetObjectItemCaseSensitive(object, "variable_names");
    const cJSON *sources = cJSON_GetObjectItemCaseSensitive(object, "variable_columns");
    const cJSON *header = cJSON_GetObjectItemCaseSensitive(object, "columns");
    const cJSON *keep = cJSON_GetObjectItemCaseSensitive(object, "keep");
    size_t variables = (size_t)cJSON_GetArraySize(names);
    size_t kept = (size_t)cJSON_GetArraySize(keep);
    size_t columns = (size_t)cJSON_GetArraySize(header);
    if (variables > SETTINGS_MAX_COLUMNS || columns > SETTINGS_MAX_COLUMNS || kept > SETTINGS_MAX_COLUMNS) {
        return false;
    }
    for (; settings->variables < variables; settings->variables++) {
        struct settings_variable *variable = &settings->variable[settings->variables];
        if (!copy_item(names, settings->variables, &variable->name)) {
            return false;
        }
        if (!copy_item(sources, settings->variables, &variable->column)) {
            free(variable->name);
            return false;
        }
    }
    for (; settings->kept < kept; settings->kept++) {
        if (!copy_item(keep, settings->kept, &settings->keep[settings->kept])) {
            return false;
        }
    }
    for (; settings->columns < columns; settings->columns++) {
        if (!copy_item(header, settings->columns, &settings->column[settings->columns])) {
            return false;
        }
    }
    return true;
}

int settings_decode(const char *json, size_t length, struct settings *settings) {
    *settings = (struct settings){0};
    cJSON *object = cJSON_ParseWithLength(json, length);
    bool good = object != NULL;
    for (size_t i = 0; good && i < FIELDS; i++) {
        good = get_field(object, settings, &fields[i]);
    }
    good = good && get_sessions(object, settings) && get_request(object, settings) &&
           get_lists(object, settings);
    cJSON_Delete(object);
    if (!good) {
        settings_free(settings);
        return -1;
    }
    return 0;
}

void settings_free(struct settings *settings) {
    free(settings->row_models);
    for (size_t i = 0; i < FIELDS; i++) {
        if (fields[i].kind == TEXT) {
            free(*(char **)member(settings, &fields[i]));
        }
    }
    for (size_t i = 0; i < settings->variables; i++) {
        free(settings->variable[i].name);
        free(settings->variable[i].column);
    }
    for (size_t i = 0; i < settings->sessions; i++) {
        free(settings->session_url[i]);
        free(settings->session_provider[i]);
        free(settings->session_model[i]);
        free(settings->session_form[i]);
    }
    for (size_t i = 0; i < settings->params; i++) {
        free(settings->param[i].path);
        free(settings->param[i].value);
    }
    for (size_t i = 0; i < settings->endpoints; i++) {
        free(settings->endpoint[i]);
    }
    for (size_t i = 0; i < settings->kept; i++) {
        free(settings->keep[i]);
    }
    for (size_t i = 0; i < settings->columns; i++) {
        free(settings->column[i]);
    }
    *settings = (struct settings){0};
}
