#include "control/control_command.h"

#include "ration/arena.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static const char *const names[CONTROL_VERBS] = {
    [CONTROL_PAUSE] = "pause",
    [CONTROL_RESUME] = "resume",
    [CONTROL_STOP] = "stop",
    [CONTROL_WORKERS] = "workers",
    [CONTROL_RESTART_WORKER] = "restart-worker",
    [CONTROL_KILL_WORKER] = "kill-worker",
    [CONTROL_RESET] = "reset",
    [CONTROL_CANCEL] = "cancel",
};

const char *control_command_name(enum control_verb verb) {
    return names[verb];
}

int control_command_find(const char *name, enum control_verb *verb) {
    for (int i = 0; i < CONTROL_VERBS; i++) {
        if (strcmp(names[i], name) == 0) {
            *verb = (enum control_verb)i;
            return 0;
        }
    }
    return -1;
}

bool control_command_takes_number(enum control_verb verb) {
    return verb == CONTROL_WORKERS || verb == CONTROL_RESTART_WORKER || verb == CONTROL_KILL_WORKER;
}

int control_command_number(enum control_verb verb, const char *text, uint32_t *number) {
    const char *error = NULL;
    if (verb == CONTROL_RESTART_WORKER && strcmp(text, "all") == 0) {
        *number = CONTROL_ALL;
        return 0;
    }
    // Digits alone: no sign, no space.
    if (text[0] < '0' || text[0] > '9') {
        return -1;
    }
    *number = (uint32_t)strtonum(text, 1, BOUNDS_SLOTS, &error);
    return error == NULL ? 0 : -1;
}

// Prints and frees `object`, which may be incomplete for want of memory.
static size_t print(cJSON *object, bool whole, char *out, size_t size) {
    char *text = whole ? cJSON_PrintUnformatted(object) : NULL;
    int length = text != NULL ? snprintf(out, size, "%s\n", text) : -1;
    cJSON_free(text);
    cJSON_Delete(object);
    return length > 0 && (size_t)length < size ? (size_t)length : 0;
}

size_t control_command_encode(const struct control_command *command, char *out, size_t size) {
    cJSON *object = cJSON_CreateObject();
    bool whole = cJSON_AddStringToObject(object, "command", names[command->verb]) != NULL;
    if (whole && control_command_takes_number(command->verb)) {
        whole = command->number == CONTROL_ALL
                    ? cJSON_AddStringToObject(object, "number", "all") != NULL
                    : cJSON_AddNumberToObject(object, "number", command->number) != NULL;
    }
    return print(object, whole, out, size);
}

size_t control_answer_encode(const struct control_answer *answer, char *out, size_t size) {
    cJSON *object = cJSON_CreateObject();
    bool whole = cJSON_AddBoolToObject(object, "ok", answer->good) != NULL &&
                 cJSON_AddStringToObject(object, "message", answer->message) != NULL;
    return print(object, whole, out, size);
}

static int decode_number(const cJSON *item, struct control_command *command) {
    const char *text = cJSON_GetStringValue(item);
    if (text != NULL) {
        return strcmp(text, "all") == 0 ? control_command_number(command->verb, text, &command->number) : -1;
    }
    double value = cJSON_IsNumber(item) ? item->valuedouble : 0;
    if (!(value >= 1 && value <= BOUNDS_SLOTS) || (double)(uint32_t)value != value) {
        return -1;
    }
    command->number = (uint32_t)value;
    return 0;
}

// The one object that `text` holds, with nothing but blanks after it; or NULL.
static cJSON *parse(const char *text, size_t length) {
    const char *end = NULL;
    cJSON *object = cJSON_ParseWithLengthOpts(text, length, &end, false);
    while (object != NULL && end < text + length) {
        if (strchr(" \t\r\n", *end++) == NULL || end[-1] == '\0') {
            cJSON_Delete(object);
            object = NULL;
        }
    }
    return object;
}

int control_command_decode(const char *text, size_t length, struct control_command *command,
                           const char **wrong) {
    cJSON *object = parse(text, length);
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "command"));
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, "number");
    *command = (struct control_command){0};
    *wrong = NULL;
    if (!cJSON_IsObject(object)) {
        *wrong = "the request is no JSON object";
    } else if (name == NULL || control_command_find(name, &command->verb) != 0) {
        *wrong = "this run does not know the command";
    } else if (cJSON_GetArraySize(object) != (control_command_takes_number(command->verb) ? 2 : 1)) {
        *wrong = "the request has too many or too few members";
    } else if (control_command_takes_number(command->verb) && decode_number(number, command) != 0) {
        *wrong = "the number is not one that the command takes";
    }
    cJSON_Delete(object);
    return *wrong == NULL ? 0 : -1;
}

int control_answer_decode(const char *text, size_t length, struct control_answer *answer) {
    cJSON *object = parse(text, length);
    const cJSON *good = cJSON_GetObjectItemCaseSensitive(object, "ok");
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "message"));
    int result = -1;
    if (cJSON_IsBool(good) && message != NULL) {
        answer->good = cJSON_IsTrue(good);
        (void)strlcpy(answer->message, message, sizeof(answer->message));
        result = 0;
    }
    cJSON_Delete(object);
    return result;
}
