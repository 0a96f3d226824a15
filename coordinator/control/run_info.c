#include "control/run_info.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void run_info_make_id(char out[ARENA_RUN_ID_SIZE]) {
    char date[16];
    time_t now = (time_t)(clock_wall() / CLOCK_SECOND);
    struct tm utc;
    (void)gmtime_r(&now, &utc);
    (void)strftime(date, sizeof(date), "%Y%m%dT%H%M%S", &utc);
    (void)snprintf(out, ARENA_RUN_ID_SIZE, "%s-%06x", date, (unsigned)arc4random() & 0xffffffU);
}

bool run_info_is_run_id(const char *text) {
    static const char form[] = "00000000T000000-ffffff";
    if (strlen(text) != sizeof(form) - 1) {
        return false;
    }
    for (size_t i = 0; form[i] != '\0'; i++) {
        bool fits = form[i] == '0'   ? isdigit((unsigned char)text[i])
                    : form[i] == 'f' ? isdigit((unsigned char)text[i]) || (text[i] >= 'a' && text[i] <= 'f')
                                     : text[i] == form[i];
        if (!fits) {
            return false;
        }
    }
    return true;
}

static void set_path(char out[PATH_MAX], const char *name) {
    char *path = realpath(name, NULL);
    (void)strlcpy(out, path != NULL ? path : name, PATH_MAX);
    free(path);
}

void run_info_fill(struct run_info *info, const struct arena *arena, const char *arena_name,
                   const char *output, const char *input) {
    *info = (struct run_info){.pid = getpid()};
    (void)strlcpy(info->run_id, arena_run_id(arena), sizeof(info->run_id));
    (void)strlcpy(info->arena, arena_name, sizeof(info->arena));
    set_path(info->output, output);
    set_path(info->input, input);
    clock_rfc3339(clock_wall(), info->started);
}

char *run_info_encode(const struct run_info *info) {
    cJSON *object = cJSON_CreateObject();
    bool good = cJSON_AddStringToObject(object, "run_id", info->run_id) != NULL &&
                cJSON_AddNumberToObject(object, "pid", info->pid) != NULL &&
                cJSON_AddStringToObject(object, "output", info->output) != NULL &&
                cJSON_AddStringToObject(object, "input", info->input) != NULL &&
                cJSON_AddStringToObject(object, "arena", info->arena) != NULL &&
                cJSON_AddStringToObject(object, "started", info->started) != NULL;
    char *text = good ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    return text;
}

static bool take(const cJSON *object, const char *name, char *out, size_t size) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL && strlcpy(out, text, size) < size;
}

int run_info_decode(const char *text, size_t length, struct run_info *info) {
    cJSON *object = cJSON_ParseWithLength(text, length);
    const cJSON *pid = cJSON_GetObjectItemCaseSensitive(object, "pid");
    *info = (struct run_info){0};
    bool good = take(object, "run_id", info->run_id, sizeof(info->run_id)) &&
                run_info_is_run_id(info->run_id) &&
                take(object, "output", info->output, sizeof(info->output)) &&
                take(object, "input", info->input, sizeof(info->input)) &&
                take(object, "arena", info->arena, sizeof(info->arena)) &&
                take(object, "started", info->started, sizeof(info->started)) && cJSON_IsNumber(pid) &&
                pid->valuedouble >= 1 && pid->valuedouble <= INT_MAX;
    if (good) {
        info->pid = (pid_t)pid->valuedouble;
    }
    cJSON_Delete(object);
    return good ? 0 : -1;
}
