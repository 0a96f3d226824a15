#include "config/config_params.h"

#include "ration/json_edit.h"
#include "ration/json_walk.h"
#include "ration/log.h"
#include "ration/utf8.h"
#include "system/small_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_FILE (1U << 20)
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static int no_memory(void) {
    log_fatal("config", "out of memory");
    return -1;
}

char *config_params_text(const char *option, const char *text) {
    struct stat status;
    size_t length = strlen(text);
    char *copy =
        text[0] == '@' ? small_file_read(option, text + 1, MAX_FILE, &length, &status) : strdup(text);
    if (copy == NULL) {
        if (text[0] != '@') {
            (void)no_memory();
        }
        return NULL;
    }
    if (strncmp(copy, BYTE_ORDER_MARK, 3) == 0) {
        length -= 3;
        memmove(copy, copy + 3, length + 1);
    }
    if (utf8_span(copy, length) != length) {
        log_fatal("config", "--%s: is not UTF-8 text without NUL bytes", option);
        free(copy);
        return NULL;
    }
    return copy;
}

// "{{name}}: …" begins with a column.
static bool looks_like_json(const char *text) {
    const char *at = json_walk_blank(text);
    return at[0] == '[' || (at[0] == '{' && at[1] != '{');
}

// JSON as it is, any other text as a string. What a file holds that begins as JSON is a mistake in it; on the
// command line it may be meant.
static char *json_of(const char *path, bool file, char *text) {
    struct text quoted = {0};
    if (text == NULL || json_walk_valid(text, strlen(text), true)) {
        return text;
    }
    if (looks_like_json(text) && file) {
        log_fatal("config", "--param %s: the file begins as JSON, and is none; mend it", path);
        free(text);
        return NULL;
    }
    if (looks_like_json(text)) {
        log_warn("config", "--param %s: begins as JSON, and is none: it is sent as a text", path);
    }
    text_add_json_string(&quoted, text);
    text_add(&quoted, "", 1);
    free(text);
    if (quoted.failed) {
        text_free(&quoted);
        (void)no_memory();
    }
    return quoted.bytes;
}

// "path=value"
static int take_param(const char *text, struct settings *settings) {
    const char *equals = strchr(text, '=');
    struct settings_param *param = &settings->param[settings->params];
    char *path = strndup(text, equals != NULL ? (size_t)(equals - text) : 0);
    if (path == NULL) {
        return no_memory();
    }
    if (equals == NULL || !json_edit_path(path) || utf8_span(path, strlen(path)) != strlen(path)) {
        log_fatal("config",
                  "--param: \"%.100s\" is not PATH=VALUE, like temperature=0.2 or reasoning.effort=low",
                  text);
        free(path);
        return -1;
    }
    char *value = json_of(path, equals[1] == '@', config_params_text("param", equals + 1));
    if (value == NULL) {
        free(path);
        return -1;
    }
    *param = (struct settings_param){path, value};
    settings->params++;
    return 0;
}

int config_params_take(const struct options *options, struct settings *settings) {
    for (size_t i = 0; i < options->param.count; i++) {
        if (take_param(options->param.text[i], settings) != 0) {
            return -1;
        }
    }
    return 0;
}

int config_params_fix(struct text *form, struct settings *settings) {
    for (size_t i = 0; i < settings->params; i++) {
        struct text made = {0};
        text_add(form, "", 1);
        if (form->failed) {
            return no_memory();
        }
        json_edit_set(&made, form->bytes, settings->param[i].path, settings->param[i].value);
        text_free(form);
        *form = made;
        free(settings->param[i].path);
        free(settings->param[i].value);
        settings->param[i] = (struct settings_param){0};
    }
    settings->params = 0;
    return 0;
}

int config_params_put(const char *at, const char *text, struct settings *settings) {
    struct text value = {0};
    if (text == NULL) {
        return 0;
    }
    if (settings->params == SETTINGS_MAX_PARAMS) {
        log_fatal("config", "--param: there are too many; leave out some");
        return -1;
    }
    text_add_json_string(&value, text);
    text_add(&value, "", 1);
    char *path = strdup(at);
    if (value.failed || path == NULL) {
        text_free(&value);
        free(path);
        return no_memory();
    }
    struct settings_param *param = &settings->param[settings->params++];
    param->path = path;
    param->value = value.bytes;
    return 0;
}
