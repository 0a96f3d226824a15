#include "view/json_fields.h"

#include "ration/clock.h"
#include "ration/json_text.h"
#include "ration/money.h"

#include <math.h>

void json_fields_count(cJSON *object, const char *name, uint64_t value) {
    (void)cJSON_AddNumberToObject(object, name, (double)value);
}

void json_fields_number(cJSON *object, const char *name, double value, bool known) {
    if (known && isfinite(value)) {
        (void)cJSON_AddNumberToObject(object, name, round(value * 1000) / 1000);
    } else {
        (void)cJSON_AddNullToObject(object, name);
    }
}

void json_fields_money(cJSON *object, const char *name, uint64_t nano_dollars, bool known) {
    char dollars[MONEY_TEXT_SIZE];
    money_decimal(nano_dollars, dollars);
    (void)cJSON_AddRawToObject(object, name, known ? dollars : "null");
}

void json_fields_bool(cJSON *object, const char *name, bool value) {
    (void)cJSON_AddBoolToObject(object, name, value);
}

void json_fields_text(cJSON *object, const char *name, const char *text) {
    if (text != NULL) {
        (void)cJSON_AddStringToObject(object, name, text);
    } else {
        (void)cJSON_AddNullToObject(object, name);
    }
}

void json_fields_time(cJSON *object, const char *name, uint64_t wall) {
    char time[CLOCK_RFC3339_SIZE];
    clock_rfc3339(wall, time);
    json_fields_text(object, name, wall != 0 ? time : NULL);
}

cJSON *json_fields_object(cJSON *object, const char *name) {
    cJSON *there = cJSON_GetObjectItemCaseSensitive(object, name);
    return there != NULL ? there : cJSON_AddObjectToObject(object, name);
}

cJSON *json_fields_array(cJSON *object, const char *name) {
    return cJSON_AddArrayToObject(object, name);
}

cJSON *json_fields_item(cJSON *array) {
    cJSON *item = cJSON_CreateObject();
    if (item != NULL && !cJSON_AddItemToArray(array, item)) {
        cJSON_Delete(item);
        item = NULL;
    }
    return item;
}

char *json_fields_print(cJSON *object) {
    char *text = json_text(object);
    cJSON_Delete(object);
    return text;
}
