#include "view/last_run_tell.h"

#include "control/client.h"
#include "view/last_run_told.h"

#include <stdio.h>
#include <stdlib.h>

#define OTHERS_MOST 5U

static void name_others(const struct last_runs *runs) {
    for (size_t i = 1; i < runs->count && i <= OTHERS_MOST; i++) {
        (void)printf("%s  ration status %s\n", i == 1 ? "\nearlier runs\n" : "", runs->one[i].output);
    }
}

int last_run_tell(const char *name, bool json) {
    struct last_runs runs;
    int status = CLIENT_DONE;
    if (last_runs_find(name, &runs) != 0) {
        (void)fputs("ration: out of memory\n", stderr);
        return CLIENT_FAILED;
    }
    struct last_run_told *told = runs.count > 0 ? malloc(sizeof(*told)) : NULL;
    if (told == NULL) {
        last_runs_free(&runs);
        return -1;
    }
    last_run_told_take(&runs.one[0], told);
    char *text = json ? last_run_told_json(told) : NULL;
    if (!json) {
        last_run_told_text(told, stdout);
        name_others(&runs);
    } else if (text != NULL) {
        (void)puts(text);
    } else {
        (void)fputs("ration: out of memory\n", stderr);
        status = CLIENT_FAILED;
    }
    cJSON_free(text);
    free(told);
    last_runs_free(&runs);
    return status;
}

bool last_run_tell_way_on(const char *name) {
    struct last_runs runs;
    bool known = last_runs_find(name, &runs) == 0 && runs.count > 0;
    struct last_run_told *told = known ? malloc(sizeof(*told)) : NULL;
    if (told != NULL) {
        char command[LAST_RUN_COMMAND + PATH_MAX];
        last_run_told_take(&runs.one[0], told);
        last_run_told_command(told, command, sizeof(command));
        last_run_told_state(told, stderr);
        if (command[0] != '\0') {
            (void)fprintf(stderr, "go on with its output: that is another command\n  %s\n", command);
        }
    }
    free(told);
    last_runs_free(&runs);
    return known;
}
