#include "fleet/fleet_read.h"

#include "ration/utf8.h"

#include <stdio.h>
#include <string.h>

double fleet_read_number(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

const char *fleet_read_text(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsString(item) || item->valuestring == NULL) {
        return "";
    }
    utf8_defuse(item->valuestring);
    return item->valuestring;
}

const char *fleet_read_grouped(double value, char out[32]) {
    char digits[32];
    (void)snprintf(digits, sizeof(digits), "%.0f", value);
    size_t length = strlen(digits), used = 0;
    for (size_t i = 0; i < length && used < 30; i++) {
        out[used++] = digits[i];
        if ((length - i) % 3 == 1 && i + 1 < length && digits[i] != '-') {
            out[used++] = ',';
        }
    }
    out[used] = '\0';
    return out;
}
