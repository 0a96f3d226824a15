#include "config/options_environment.h"

#include "config/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "RATION_"

// Those that are no options: where runs are told, and what the tests of crashes set.
static const char *const others[] = {"RATION_RUNTIME_DIR", "RATION_CRASH", "RATION_CRASH_FILE",
                                     "RATION_CRASH_NO_WATCHDOG"};

void options_environment_name(const struct options_row *row, char out[OPTIONS_ENVIRONMENT_SIZE]) {
    (void)snprintf(out, OPTIONS_ENVIRONMENT_SIZE, PREFIX "%s", row->name);
    for (char *c = out; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
    }
}

static bool is_known(const char *name) {
    char one[OPTIONS_ENVIRONMENT_SIZE];
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcmp(others[i], name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < options_row_count; i++) {
        options_environment_name(&options_rows[i], one);
        if (strcmp(one, name) == 0) {
            return true;
        }
    }
    return false;
}

static void tell(const char *name) {
    struct suggest suggest;
    char near[OPTIONS_ENVIRONMENT_SIZE] = "";
    suggest_begin(&suggest, name + strlen(PREFIX));
    for (size_t i = 0; i < options_row_count; i++) {
        suggest_offer(&suggest, options_rows[i].name);
        if (suggest_best(&suggest) == options_rows[i].name) {
            options_environment_name(&options_rows[i], near);
        }
    }
    suggest_offer(&suggest, "runtime-dir");
    if (suggest_best(&suggest) != NULL && strcmp(suggest_best(&suggest), "runtime-dir") == 0) {
        (void)snprintf(near, sizeof(near), "%s", others[0]);
    }
    (void)fputs("ration: the variable ", stderr);
    for (const char *c = name; *c != '\0'; c++) {
        (void)fputc(isprint((unsigned char)*c) ? *c : '?', stderr);
    }
    (void)fprintf(stderr, " is none of ration's%s%s%s unset it, or see ration run --help\n",
                  near[0] != '\0' ? "; did you mean " : ";", near, near[0] != '\0' ? "?" : "");
}

int options_environment_check(char *const *environment) {
    int result = 0;
    for (size_t i = 0; environment[i] != NULL; i++) {
        char name[256];
        size_t length = strcspn(environment[i], "=");
        if (strncmp(environment[i], PREFIX, strlen(PREFIX)) != 0 || environment[i][length] == '\0' ||
            environment[i][length + 1] == '\0') {
            continue;
        }
        (void)snprintf(name, sizeof(name), "%.*s", (int)length, environment[i]);
        if (!is_known(name)) {
            tell(name);
            result = -1;
        }
    }
    return result;
}
