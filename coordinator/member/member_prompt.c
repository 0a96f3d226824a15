#include "member/member_prompt.h"

#include "ration/file_io.h"
#include "ration/log.h"
#include "system/small_file.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE (1U << 20)

// ---- there ----

static void add(cJSON *object, const char *name, const char *value) {
    if (value != NULL) {
        (void)cJSON_AddStringToObject(object, name, value);
    }
}

static void add_number(cJSON *object, const char *name, uint64_t value) {
    if (value > 0) {
        (void)cJSON_AddNumberToObject(object, name, (double)value);
    }
}

// The text of a file, which is read a second time. NULL after telling.
static char *read_again(const char *option, const char *path) {
    struct stat status;
    size_t length = 0;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        log_fatal("config", "--%s %s: --fleet-share-prompt needs a regular file; name one", option, path);
        return NULL;
    }
    char *text = small_file_read(option, path, MAX_FILE, &length, &status);
    if (text != NULL && strlen(text) != length) {
        log_fatal("config", "--%s %s: has NUL bytes, and cannot be shared", option, path);
        free(text);
        return NULL;
    }
    return text;
}

// false: told.
static bool add_file(cJSON *object, const char *name, const char *option, const char *path) {
    char *text = read_again(option, path);
    add(object, name, text);
    free(text);
    return text != NULL;
}

// A text of the command line, or "@" and a file: then its name has the "@".
static bool add_system(cJSON *object, const char *value) {
    if (value == NULL || value[0] != '@') {
        add(object, "system", value);
        return true;
    }
    return add_file(object, "@system", "system", value + 1);
}

static bool add_params(cJSON *object, const struct options_list *params) {
    cJSON *array = params->count > 0 ? cJSON_AddArrayToObject(object, "params") : NULL;
    for (size_t i = 0; i < params->count; i++) {
        const char *equals = strchr(params->text[i], '=');
        cJSON *one = cJSON_CreateObject();
        (void)cJSON_AddItemToArray(array, one);
        if (equals == NULL || equals[1] != '@') {
            add(one, "param", params->text[i]);
            continue;
        }
        char *path = strndup(params->text[i], (size_t)(equals - params->text[i]));
        add(one, "path", path);
        free(path);
        if (!add_file(one, "text", "param", equals + 2)) {
            return false;
        }
    }
    return true;
}

bool member_prompt_pack(const struct options *options, const struct settings *settings, struct text *out) {
    cJSON *object = cJSON_CreateObject();
    add(object, "prompt-id", options->prompt_id);
    add(object, "prompt-version", options->prompt_version);
    add(object, "prompt-variables", options->prompt_variables);
    add(object, "prompt-file", settings->prompt_template);
    add(object, "params-column", options->params_column);
    add(object, "schema", settings->schema);
    add(object, "must-match", options->must_match);
    add(object, "model", settings->model);
    add(object, "service-tier", options->service_tier);
    add_number(object, "max-output-tokens", options->max_output_tokens);
    add_number(object, "min-chars", options->min_chars);
    add_number(object, "on-truncated", options->on_truncated);
    add_number(object, "on-invalid", options->on_invalid);
    add_number(object, "cache-prompt", options->cache_prompt);
    bool good = (options->request == NULL || add_file(object, "request", "request", options->request)) &&
                add_system(object, options->system) && add_params(object, &options->param);
    char *text = good ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    if (text != NULL) {
        text_add_string(out, text);
    }
    free(text);
    if (good && (text == NULL || out->failed)) {
        log_fatal("fleet", "out of memory");
        return false;
    }
    return good;
}

// ---- here ----

static const char *text_of(const cJSON *object, const char *name) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static uint64_t number_of(const cJSON *object, const char *name) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNumber(value) && value->valuedouble > 0 && value->valuedouble < 1e15
               ? (uint64_t)value->valuedouble
               : 0;
}

// Keeps a text. NULL: there is no memory, or no place.
static const char *keep(struct member_prompt *prompt, char *text) {
    if (text == NULL || prompt->texts == sizeof(prompt->text) / sizeof(prompt->text[0])) {
        free(text);
        return NULL;
    }
    return prompt->text[prompt->texts++] = text;
}

// A text as a file that has no name. `before` its path. NULL: it cannot be made.
static const char *as_file(struct member_prompt *prompt, const char *before, const char *text) {
    char *path = NULL;
    int fd = prompt->files < sizeof(prompt->file) / sizeof(prompt->file[0])
                 ? memfd_create("prompt", MFD_CLOEXEC)
                 : -1;
    if (fd < 0) {
        return NULL;
    }
    prompt->file[prompt->files++] = fd;
    if (file_io_append(fd, text, strlen(text)) != 0 ||
        asprintf(&path, "%s/proc/self/fd/%d", before, fd) < 0) {
        return NULL;
    }
    return keep(prompt, path);
}

static bool take_text(struct member_prompt *prompt, const char *text, const char **option) {
    if (text == NULL || *option != NULL) {
        return true;
    }
    *option = keep(prompt, strdup(text));
    return *option != NULL;
}

static bool take_file(struct member_prompt *prompt, const char *before, const char *text,
                      const char **option) {
    if (text == NULL || *option != NULL) {
        return true;
    }
    *option = as_file(prompt, before, text);
    return *option != NULL;
}

static bool take_params(struct member_prompt *prompt, const cJSON *array, struct options_list *params) {
    const cJSON *one;
    if (params->count > 0) {
        return true;
    }
    cJSON_ArrayForEach(one, array) {
        const char *param = text_of(one, "param"), *path = text_of(one, "path"), *text = text_of(one, "text");
        char *before = NULL;
        const char *taken = NULL;
        if (params->count == OPTIONS_LIST_MOST || (param == NULL && (path == NULL || text == NULL))) {
            return false;
        }
        if (param != NULL) {
            taken = keep(prompt, strdup(param));
        } else if (asprintf(&before, "%s=@", path) >= 0) {
            taken = as_file(prompt, before, text);
            free(before);
        }
        if (taken == NULL) {
            return false;
        }
        params->text[params->count++] = taken;
    }
    return true;
}

static bool take_all(struct member_prompt *prompt, const cJSON *all, struct options *options) {
    const struct {
        const char *name;
        const char **option;
    } texts[] = {
        {"prompt-id", &options->prompt_id},
        {"prompt-version", &options->prompt_version},
        {"prompt-variables", &options->prompt_variables},
        {"params-column", &options->params_column},
        {"must-match", &options->must_match},
        {"model", &options->model},
        {"service-tier", &options->service_tier},
        {"system", &options->system},
    };
    const struct {
        const char *name, *before;
        const char **option;
    } files[] = {
        {"prompt-file", "", &options->prompt_file},
        {"request", "", &options->request},
        {"schema", "", &options->schema},
        {"@system", "@", &options->system},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!take_text(prompt, text_of(all, texts[i].name), texts[i].option)) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (!take_file(prompt, files[i].before, text_of(all, files[i].name), files[i].option)) {
            return false;
        }
    }
    return take_params(prompt, cJSON_GetObjectItemCaseSensitive(all, "params"), &options->param);
}

static void take_numbers(const cJSON *all, struct options *options) {
    uint64_t truncated = number_of(all, "on-truncated"), invalid = number_of(all, "on-invalid");
    if (options->max_output_tokens == 0) {
        options->max_output_tokens = number_of(all, "max-output-tokens");
    }
    if (options->min_chars == 0) {
        options->min_chars = number_of(all, "min-chars");
    }
    options->cache_prompt = options->cache_prompt || number_of(all, "cache-prompt") > 0;
    if (options->on_truncated == 0 && truncated <= SETTINGS_TRUNCATED_FAIL) {
        options->on_truncated = (enum settings_truncated)truncated;
    }
    if (options->on_invalid == 0 && invalid <= SETTINGS_INVALID_FAIL) {
        options->on_invalid = (enum settings_invalid)invalid;
    }
}

bool member_prompt_unpack(const char *json, struct options *options, struct member_prompt *prompt) {
    cJSON *all = cJSON_Parse(json);
    bool good = cJSON_IsObject(all);
    if (!good) {
        log_fatal("fleet", "what is in the database as the run's prompt is none; use the newest ration here");
    } else if (!take_all(prompt, all, options)) {
        log_fatal("fleet", "the run's prompt cannot be kept here: %s", strerror(errno != 0 ? errno : ENOMEM));
        good = false;
    } else {
        take_numbers(all, options);
    }
    cJSON_Delete(all);
    return good;
}

void member_prompt_free(struct member_prompt *prompt) {
    for (size_t i = 0; i < prompt->texts; i++) {
        free(prompt->text[i]);
    }
    for (size_t i = 0; i < prompt->files; i++) {
        (void)close(prompt->file[i]);
    }
    *prompt = (struct member_prompt){.texts = 0};
}
