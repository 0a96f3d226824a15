#include "quota/quota_record.h"

#include "ration/clock.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VERSION 1
#define COUNT_MOST 1e15
#define YEAR_2250 8836041600LL // clock_wall() ends in 2200

static cJSON *add_time(cJSON *object, const char *name, uint64_t wall) {
    char text[CLOCK_RFC3339_SIZE];
    if (wall == 0) {
        return cJSON_AddNullToObject(object, name);
    }
    clock_rfc3339(wall, text);
    return cJSON_AddStringToObject(object, name, text);
}

size_t quota_record_encode(const struct quota_record *record, char out[QUOTA_RECORD_MOST]) {
    cJSON *object = cJSON_CreateObject();
    uint64_t since_boot_ms = record->since_boot / CLOCK_MS;
    size_t length = 0;
    if (cJSON_AddNumberToObject(object, "version", VERSION) != NULL &&
        add_time(object, "period_began", record->period_began) != NULL &&
        cJSON_AddNumberToObject(object, "used", (double)record->used) != NULL &&
        cJSON_AddNumberToObject(object, "daily_limit", (double)record->daily_limit) != NULL &&
        add_time(object, "paused_until", record->paused_until) != NULL &&
        add_time(object, "written", record->written) != NULL &&
        cJSON_AddStringToObject(object, "run", record->run) != NULL &&
        cJSON_AddNumberToObject(object, "period", (double)record->period) != NULL &&
        cJSON_AddStringToObject(object, "boot", record->boot) != NULL &&
        cJSON_AddNumberToObject(object, "since_boot_ms", (double)since_boot_ms) != NULL &&
        cJSON_PrintPreallocated(object, out, QUOTA_RECORD_MOST - 2, false)) {
        length = strlen(out);
        out[length++] = '\n';
        out[length] = '\0';
    }
    cJSON_Delete(object);
    return length;
}

// As clock_rfc3339() writes it; the fraction may be left out.
static bool parse_time(const char *text, uint64_t *out) {
    struct tm utc = {0};
    uint64_t milliseconds = 0;
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
    if (end != NULL && end[0] == '.' && isdigit((unsigned char)end[1]) && isdigit((unsigned char)end[2]) &&
        isdigit((unsigned char)end[3])) {
        milliseconds = strtoul(end + 1, NULL, 10);
        end += 4;
    }
    if (end == NULL || strcmp(end, "Z") != 0 || milliseconds > 999) {
        return false;
    }
    time_t seconds = timegm(&utc);
    if (seconds <= 0 || seconds >= YEAR_2250) {
        return false;
    }
    *out = (uint64_t)seconds * CLOCK_SECOND + milliseconds * CLOCK_MS;
    return true;
}

static bool take_time(const cJSON *object, const char *name, bool may_be_null, uint64_t *out) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    const char *text = cJSON_GetStringValue(item);
    *out = 0;
    return text != NULL ? parse_time(text, out) : may_be_null && cJSON_IsNull(item);
}

static bool take_count(const cJSON *object, const char *name, double least, uint64_t *out) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= least) || !(item->valuedouble <= COUNT_MOST) ||
        item->valuedouble != (double)(uint64_t)item->valuedouble) {
        return false;
    }
    *out = (uint64_t)item->valuedouble;
    return true;
}

// Who writes the file by hand need not name a run.
static bool take_run(const cJSON *object, struct quota_record *record) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, "run");
    const char *text = cJSON_GetStringValue(item);
    record->run[0] = '\0';
    record->period = 0;
    if (item == NULL && !cJSON_HasObjectItem(object, "period")) {
        return true;
    }
    return text != NULL && strlcpy(record->run, text, sizeof(record->run)) < sizeof(record->run) &&
           take_count(object, "period", 0, &record->period);
}

// Likewise for the boot.
static bool take_boot(const cJSON *object, struct quota_record *record) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, "boot");
    const char *text = cJSON_GetStringValue(item);
    uint64_t milliseconds;
    record->boot[0] = '\0';
    record->since_boot = 0;
    if (item == NULL && !cJSON_HasObjectItem(object, "since_boot_ms")) {
        return true;
    }
    if (text == NULL || strlcpy(record->boot, text, sizeof(record->boot)) >= sizeof(record->boot) ||
        !take_count(object, "since_boot_ms", 0, &milliseconds) || milliseconds > UINT64_MAX / CLOCK_MS) {
        return false;
    }
    record->since_boot = milliseconds * CLOCK_MS;
    return true;
}

static const char *take_members(const cJSON *object, struct quota_record *record) {
    uint64_t version;
    if (!cJSON_IsObject(object)) {
        return "is not one JSON object";
    }
    if (!take_count(object, "version", 0, &version)) {
        return "has no version";
    }
    if (version != VERSION) {
        return "is of another version of ration";
    }
    if (!take_count(object, "used", 0, &record->used)) {
        return "used is not a count";
    }
    if (!take_count(object, "daily_limit", 1, &record->daily_limit)) {
        return "daily_limit is not a limit";
    }
    if (!take_time(object, "period_began", false, &record->period_began) ||
        !take_time(object, "written", false, &record->written)) {
        return "period_began or written is not a time like 2026-01-31T23:59:59.123Z";
    }
    if (!take_time(object, "paused_until", true, &record->paused_until)) {
        return "paused_until is neither a time like 2026-01-31T23:59:59.123Z nor null";
    }
    if (!take_boot(object, record)) {
        return "boot and since_boot_ms are not those of a machine";
    }
    return take_run(object, record) ? NULL : "run and period are not those of a run";
}

const char *quota_record_decode(const char *text, size_t length, struct quota_record *record) {
    const char *end = NULL;
    *record = (struct quota_record){0};
    cJSON *object =
        memchr(text, '\0', length) == NULL ? cJSON_ParseWithLengthOpts(text, length, &end, false) : NULL;
    const char *wrong = take_members(object, record);
    while (object != NULL && end < text + length && isspace((unsigned char)*end)) {
        end++;
    }
    if (object != NULL && wrong == NULL && end != text + length) {
        wrong = "has something after its object";
    }
    cJSON_Delete(object);
    return wrong;
}
