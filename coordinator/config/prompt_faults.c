#include "config/prompt_faults.h"

#include "config/suggest.h"
#include "ration/log.h"
#include "ration/prompt.h"

#include <stdio.h>

int prompt_faults_check(const char *file, const struct settings *settings, const char *const *column,
                        size_t columns) {
    struct prompt_problem problem;
    struct suggest suggest;
    char place[32] = "";
    if (prompt_check(settings, column, columns, &problem) == 0) {
        return 0;
    }
    suggest_begin(&suggest, problem.column);
    for (size_t i = 0; i < columns; i++) {
        suggest_offer(&suggest, column[i]);
    }
    const char *near = suggest_best(&suggest);
    bool placed = problem.line > 0 && file != NULL;
    if (placed) {
        (void)snprintf(place, sizeof(place), ":%u: ", problem.line);
    }
    log_fatal("config", "%s%s%s%s%s%s", placed ? file : "", place, problem.message,
              near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
    return -1;
}

void prompt_faults_warn(const char *file, const struct settings *settings) {
    if (file != NULL && settings->prompt_template != NULL && !prompt_is_filled(settings)) {
        log_warn(
            "config",
            "--prompt-file %s: has no {{name}}, {{data}} or other {{column}}: each artist is asked the same",
            file);
    }
}
