#include "config/config_request.h"

#include "config/config_cache.h"
#include "config/config_params.h"
#include "config/config_service_tier.h"
#include "config/prompt_faults.h"
#include "ration/form.h"
#include "ration/json_reader.h"
#include "ration/json_scan.h"
#include "ration/json_walk.h"
#include "ration/log.h"
#include "ration/request_form.h"
#include "ration/utf8.h"
#include "system/small_file.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE (1U << 20)
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

bool config_request_by_rows(const struct options *options) {
    return options->prompt_id == NULL && options->prompt_file == NULL && options->request == NULL;
}

static int no_memory(void) {
    log_fatal("config", "out of memory");
    return -1;
}

static size_t line_of(const char *text, size_t at) {
    size_t line = 1;
    for (size_t i = 0; i < at && text[i] != '\0'; i++) {
        line += text[i] == '\n';
    }
    return line;
}

// ---- a body from a file ----

static int tell_file(const char *path, const char *text, size_t at, const char *what) {
    log_fatal("config", "--request %s:%zu: %s", path, line_of(text, at), what);
    return -1;
}

// Where the text is no JSON: where the strict reader stops, or cJSON for want of that.
static size_t fault_of(const char *text, size_t length, const char *end) {
    struct json_document document = {0};
    struct json_reader_fault fault;
    enum json_reader_end result = json_reader_read(text, length, &document, &fault);
    json_value_free(&document);
    return result == JSON_READER_NO_JSON ? fault.at : end != NULL ? (size_t)(end - text) : 0;
}

static int check_file(const char *path, const char *text, size_t length) {
    struct form_problem problem;
    const char *end = NULL;
    if (utf8_span(text, length) != length) {
        return tell_file(path, text, utf8_span(text, length), "is not UTF-8 text without NUL bytes");
    }
    cJSON *tree = cJSON_ParseWithOpts(text, &end, 0);
    struct json_piece value;
    bool object = cJSON_IsObject(tree);
    cJSON_Delete(tree);
    if (tree == NULL || (object && !json_scan_whole(text, length, &value))) {
        return tell_file(
            path, text, fault_of(text, length, end),
            "not valid JSON here; mend it (a column stands in quotes: \"{{name}}\", and so does a "
            "value: \"{{json:tools}}\")");
    }
    if (!object || !json_walk_valid(text, length, false)) {
        return tell_file(path, text, object ? (size_t)(end - text) : 0,
                         "must be one JSON object, a request's body");
    }
    struct form *form = form_new(text, &problem);
    if (form == NULL) {
        return problem.text[0] != '\0' ? tell_file(path, text, problem.at, problem.text) : no_memory();
    }
    form_free(form);
    return 0;
}

static int take_file(const struct options *options, const struct provider *provider, const char *usual,
                     const struct settings *settings, struct text *form) {
    struct stat status;
    size_t length = 0;
    char *text = small_file_read("request", options->request, MAX_FILE, &length, &status);
    if (text == NULL) {
        return -1;
    }
    size_t mark = strncmp(text, BYTE_ORDER_MARK, 3) == 0 ? 3 : 0;
    int result = check_file(options->request, text + mark, length - mark);
    if (result == 0) {
        request_form_complete(form, text + mark, provider, options->model, usual, options->max_output_tokens,
                              settings);
    }
    free(text);
    return result;
}

// ---- all together ----

static int make_form(const struct options *options, const struct provider *provider, const char *usual,
                     bool of_all, struct settings *settings, struct text *form) {
    char *system = options->system != NULL ? config_params_text("system", options->system) : NULL;
    if (options->system != NULL && system == NULL) {
        return -1;
    }
    int result = 0;
    if (options->request != NULL) {
        result = take_file(options, provider, usual, settings, form);
    } else {
        request_form_make(form, settings, provider, system);
    }
    free(system);
    if (result == 0) {
        result = config_params_fix(form, settings);
    }
    if (result == 0) {
        result = config_service_tier_set(options, provider, form, of_all ? settings : NULL);
    }
    if (result == 0) {
        result = config_cache_take(options, provider, options->model != NULL ? options->model : usual, form,
                                   of_all ? settings : NULL);
    }
    return result != 0 ? -1 : 0;
}

char *config_request_form(const struct options *options, const struct provider *provider, const char *model,
                          const struct settings *settings) {
    struct options own_options = *options;
    struct settings own = *settings;
    struct text form = {0};
    own_options.model = own.model = (char *)(uintptr_t)model;
    own.max_output_tokens = provider_output_limit(provider, options->max_output_tokens);
    int result = make_form(&own_options, provider, model, false, &own, &form);
    text_add(&form, "", 1);
    if (result != 0 || form.failed) {
        if (form.failed) {
            (void)no_memory();
        }
        text_free(&form);
        return NULL;
    }
    return form.bytes;
}

static int keep_form(struct text *form, struct settings *settings) {
    struct form_problem problem;
    text_add(form, "", 1);
    if (form->failed) {
        return no_memory();
    }
    settings->form = form->bytes;
    *form = (struct text){0};
    struct form *tried = form_new(settings->form, &problem);
    if (tried == NULL) {
        if (problem.text[0] == '\0') {
            return no_memory();
        }
        log_fatal("config", "--prompt-file, --system or --param: %s", problem.text);
        return -1;
    }
    form_free(tried);
    if (settings->max_output_tokens == 0) {
        settings->max_output_tokens = request_form_limit(settings->form);
    }
    return 0;
}

static int refuse(const char *option, const char *why) {
    log_fatal("config", "%s: %s", option, why);
    return -1;
}

static int check_options(const struct options *options) {
    if (options->system != NULL && options->request != NULL) {
        return refuse("--system", "say it in the file of --request");
    }
    if (options->system != NULL && config_request_by_rows(options)) {
        return refuse("--system",
                      "needs --prompt-file or --prompt-id; the input's own requests are sent as they are");
    }
    if (options->cache_prompt && config_request_by_rows(options)) {
        return refuse("--cache-prompt",
                      "needs a prompt; the input's own requests are sent as they are: let them "
                      "have cache_control, or say --param prompt_cache_key=NAME");
    }
    if (options->max_output_tokens > 0 && config_request_by_rows(options)) {
        return refuse("--max-output-tokens", "needs a prompt; in the input's own requests say --param, as "
                                             "--param max_output_tokens=400");
    }
    return 0;
}

int config_request_take(const struct options *options, const struct provider *provider, const char *usual,
                        struct settings *settings) {
    bool rows = config_request_by_rows(options);
    bool model = options->model != NULL ||
                 (usual != NULL && (provider->model == NULL || strcmp(usual, provider->model) != 0));
    settings->new_hash = options->system != NULL || options->param.count > 0 ||
                         options->params_column != NULL || options->request != NULL || rows ||
                         settings->schema != NULL;
    settings->whole_hash = settings->new_hash || model || options->max_output_tokens > 0;
    settings->endpoint[0] = strdup(provider->path);
    settings->params_column = options->params_column != NULL ? strdup(options->params_column) : NULL;
    if (settings->endpoint[0] == NULL ||
        (options->params_column != NULL && settings->params_column == NULL)) {
        return no_memory();
    }
    settings->endpoints = 1;
    if (check_options(options) != 0 || config_params_take(options, settings) != 0) {
        return -1;
    }
    if (rows) {
        return config_params_put("model", options->model, settings) != 0
                   ? -1
                   : config_params_put("service_tier", options->service_tier, settings);
    }
    if (options->request == NULL && prompt_faults_check(options->prompt_file, settings, NULL, 0) != 0) {
        return -1;
    }
    if (options->system == NULL && options->param.count == 0 && options->params_column == NULL) {
        prompt_faults_warn(options->prompt_file, settings);
    }
    struct text form = {0};
    int result = make_form(options, provider, usual, true, settings, &form);
    if (result == 0) {
        result = keep_form(&form, settings);
    }
    text_free(&form);
    return result;
}
