#include "sim_ask.h"

#include "sim_chance.h"
#include "sim_text.h"
#include "sim_utf8.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char default_model[] = "gpt-4o-mini-2024-07-18";

__attribute__((format(printf, 4, 5))) static bool refuse(struct ask *a, const char *param, const char *code,
                                                         const char *format, ...) {
    va_list args;

    va_start(args, format);
    vsnprintf(a->message, sizeof(a->message), format, args);
    va_end(args);
    /* A cut in the middle of a character would make the answer invalid. */
    a->message[sim_text_prefix_of_bytes(a->message, strlen(a->message), sizeof(a->message) - 5)] = 0;
    a->param = param;
    a->code = code;
    return false;
}

static void count(struct ask *a, const char *text) {
    a->input_chars += sim_text_count_chars(text, strlen(text));
}

static bool is_listed(const char *name, const char *list) {
    size_t len = strlen(name);

    for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == len && !memcmp(at, name, len))
            return true;
    return false;
}

static bool read_limit(struct ask *a, const char *name) {
    const cJSON *limit = cJSON_GetObjectItemCaseSensitive(a->tree, name);
    double n;

    if (!limit || cJSON_IsNull(limit))
        return true;
    n = limit->valuedouble;
    if (!cJSON_IsNumber(limit) || !(n >= -1e9 && n <= 1e9) || n != (double)(int64_t)n)
        return refuse(a, name, "invalid_type", "Invalid type for '%s': expected an integer.", name);
    if (n < 1)
        return refuse(a, name, "integer_below_min_value", "Invalid '%s': expected a value >= 1.", name);
    a->max_output = (uint64_t)n;
    return true;
}

static bool read_model(struct ask *a, bool needed) {
    const cJSON *model = cJSON_GetObjectItemCaseSensitive(a->tree, "model");

    a->model = default_model;
    if (!model)
        return needed
                   ? refuse(a, "model", "missing_required_parameter", "You must provide a model parameter.")
                   : true;
    if (!cJSON_IsString(model) || !*model->valuestring)
        return refuse(a, "model", "invalid_type", "Invalid type for 'model': expected a string.");
    a->model = model->valuestring;
    return true;
}

static bool read_tier(struct ask *a) {
    const cJSON *tier = cJSON_GetObjectItemCaseSensitive(a->tree, "service_tier");

    if (!tier || cJSON_IsNull(tier))
        return true;
    if (!cJSON_IsString(tier) || !*tier->valuestring)
        return refuse(a, "service_tier", "invalid_type", "Invalid type for 'service_tier'.");
    a->tier = tier->valuestring;
    return true;
}

static bool read_variables(struct ask *a, const cJSON *variables, const char *allowed) {
    const cJSON *v;

    if (!variables || cJSON_IsNull(variables))
        return true;
    if (!cJSON_IsObject(variables))
        return refuse(a, "prompt.variables", "invalid_type", "Invalid type for 'prompt.variables'.");
    cJSON_ArrayForEach(v, variables) {
        if (!is_listed(v->string, allowed))
            return refuse(a, "prompt.variables", "prompt_variable_unknown", "Unknown prompt variables: %s",
                          v->string);
        if (!cJSON_IsString(v))
            return refuse(a, "prompt.variables", "invalid_type", "Invalid type for prompt variable '%s'.",
                          v->string);
        count(a, v->valuestring);
        if (!strcmp(v->string, "artist_data"))
            a->data = v->valuestring;
        else if (!*a->subject || !strcmp(v->string, "artist_name"))
            a->subject = v->valuestring;
    }
    return true;
}

static bool read_prompt(struct ask *a, const cJSON *prompt, const char *allowed) {
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(prompt, "id");
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(prompt, "version");

    if (!cJSON_IsString(id) || !*id->valuestring)
        return refuse(a, "prompt.id", "missing_required_parameter",
                      "Missing required parameter: 'prompt.id'.");
    if (version && !cJSON_IsNull(version) && !cJSON_IsString(version))
        return refuse(a, "prompt.version", "invalid_type", "Invalid type for 'prompt.version'.");
    return read_variables(a, cJSON_GetObjectItemCaseSensitive(prompt, "variables"), allowed);
}

/* Content is a string, or a list of parts with a text each, or an image. The last text is the subject. */
static bool read_content(struct ask *a, const char *param, const cJSON *content) {
    const cJSON *part;

    if (cJSON_IsString(content)) {
        count(a, content->valuestring);
        a->subject = content->valuestring;
        return true;
    }
    if (!cJSON_IsArray(content) || !content->child)
        return refuse(a, param, "invalid_type", "Invalid type for '%s': no text in it.", param);
    cJSON_ArrayForEach(part, content) {
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(part, "text");
        const cJSON *type = cJSON_GetObjectItemCaseSensitive(part, "type");

        if (!text && cJSON_IsString(type) && strstr(type->valuestring, "image"))
            continue;
        if (!text || !cJSON_IsString(text))
            return refuse(a, param, "invalid_type", "Invalid type for '%s': a part without text.", param);
        count(a, text->valuestring);
        a->subject = text->valuestring;
    }
    return true;
}

static bool read_messages(struct ask *a, const char *param, const cJSON *list) {
    const cJSON *m;

    if (!cJSON_IsArray(list) || !list->child)
        return refuse(a, param, "missing_required_parameter", "Missing required parameter: '%s'.", param);
    cJSON_ArrayForEach(m, list) {
        if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(m, "role")))
            return refuse(a, param, "missing_required_parameter", "Missing required parameter: '%s[].role'.",
                          param);
        if (!read_content(a, param, cJSON_GetObjectItemCaseSensitive(m, "content")))
            return false;
    }
    return true;
}

static bool read_responses(struct ask *a, const char *allowed) {
    const cJSON *prompt = cJSON_GetObjectItemCaseSensitive(a->tree, "prompt");
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(a->tree, "input");
    const cJSON *instructions = cJSON_GetObjectItemCaseSensitive(a->tree, "instructions");

    if (!read_model(a, !prompt) || !read_limit(a, "max_output_tokens"))
        return false;
    if (cJSON_IsString(instructions))
        count(a, instructions->valuestring);
    if (prompt)
        return read_prompt(a, prompt, allowed);
    return cJSON_IsString(input) ? read_content(a, "input", input) : read_messages(a, "input", input);
}

static bool read_chat(struct ask *a) {
    return read_model(a, true) && read_limit(a, "max_tokens") && read_limit(a, "max_completion_tokens") &&
           read_messages(a, "messages", cJSON_GetObjectItemCaseSensitive(a->tree, "messages"));
}

static bool read_system(struct ask *a, const cJSON *system) {
    const char *none = a->subject;
    bool good = !system || read_content(a, "system", system);

    a->subject = none;
    return good;
}

/* What the API of messages asks for beyond the others: a limit, and no system among the roles. */
static bool read_messages_api(struct ask *a) {
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(a->tree, "messages"), *m;

    if (!read_model(a, true) || !read_limit(a, "max_tokens"))
        return false;
    if (!a->max_output)
        return refuse(a, "max_tokens", NULL, "max_tokens: Field required");
    cJSON_ArrayForEach(m, list) {
        const char *role = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(m, "role"));

        if (role && strcmp(role, "user") != 0 && strcmp(role, "assistant") != 0)
            return refuse(a, "messages", NULL,
                          "messages: Unexpected role \"%.20s\". Allowed roles are \"user\" or "
                          "\"assistant\"; instructions go into the parameter system.",
                          role);
    }
    return read_system(a, cJSON_GetObjectItemCaseSensitive(a->tree, "system")) &&
           read_messages(a, "messages", list);
}

bool sim_ask_read(struct ask *a, enum api api, struct cJSON *tree, const char *variables_allowed) {
    *a = (struct ask){.model = default_model, .subject = "", .tree = tree};
    if (!cJSON_IsObject(tree))
        return refuse(a, NULL, NULL,
                      "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
                      "using your HTTP library correctly. The API expects a JSON payload.)");
    if (!read_tier(a))
        return false;
    if (api == API_MESSAGES)
        return read_messages_api(a);
    return api == API_CHAT ? read_chat(a) : read_responses(a, variables_allowed);
}

bool sim_ask_parse(struct ask *a, enum api api, const char *body, size_t len, const char *variables_allowed) {
    const char *end = NULL;
    cJSON *tree = NULL;

    if (len && sim_utf8_valid(body, len))
        tree = cJSON_ParseWithLengthOpts(body, len, &end, false);
    while (end && end < body + len && memchr(" \t\r\n", *end, 4))
        end++;
    if (end != body + len) {
        cJSON_Delete(tree);
        tree = NULL;
    }
    return sim_ask_read(a, api, tree, variables_allowed);
}

uint64_t sim_ask_hash(const struct ask *a) {
    return sim_chance_hash(a->subject, strlen(a->subject)) * 3 +
           (a->data ? sim_chance_hash(a->data, strlen(a->data)) : 0);
}

uint64_t sim_ask_input_tokens(const struct ask *a) {
    return (a->input_chars + 3) / 4;
}

void sim_ask_free(struct ask *a) {
    cJSON_Delete(a->tree);
    a->tree = NULL;
}
