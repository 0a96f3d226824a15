// The values of a call as texts, and the fields of an answer.
#include "member/member_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUES 16

void member_values_begin(struct member_values *values) {
    *values = (struct member_values){.count = 0};
}

void member_values_bytes(struct member_values *values, const char *bytes, size_t length) {
    if (values->count == VALUES) {
        values->text.failed = true;
        return;
    }
    values->begin[values->count] = values->text.length;
    values->field[values->count].length = (uint32_t)length;
    values->field[values->count].bytes = ""; // where it stands is known at the end
    values->count++;
    text_add(&values->text, bytes, length);
}

void member_values_text(struct member_values *values, const char *text) {
    member_values_bytes(values, text, strlen(text));
}

void member_values_number(struct member_values *values, int64_t number) {
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    member_values_text(values, text);
}

void member_values_null(struct member_values *values) {
    member_values_bytes(values, "", 0);
    if (values->count > 0) {
        values->field[values->count - 1].bytes = NULL;
    }
}

void member_values_ask(struct member_values *values, struct member *member, enum link_call call,
                       uint64_t now) {
    for (uint32_t i = 0; i < values->count && !values->text.failed; i++) {
        if (values->field[i].bytes != NULL) {
            values->field[i].bytes = values->text.length > 0 ? values->text.bytes + values->begin[i] : "";
        }
    }
    if (!values->text.failed) { // else it is asked with another round
        member_link_ask(&member->link, call, values->count, values->field, now);
    }
    text_free(&values->text);
}

void member_field_text(const struct link_field *field, char *out, size_t size) {
    size_t length = field->bytes == NULL ? 0 : field->length < size ? field->length : size - 1;
    if (length > 0) {
        memcpy(out, field->bytes, length);
    }
    out[length] = '\0';
}

int64_t member_field_number(const struct link_field *field) {
    char text[24];
    member_field_text(field, text, sizeof(text));
    return strtoll(text, NULL, 10);
}

bool member_field_next(const struct link_field *field, size_t *at, int64_t *number) {
    char text[24];
    size_t length = 0;
    while (*at < field->length && strchr("-0123456789", field->bytes[*at]) == NULL) {
        (*at)++;
    }
    while (*at < field->length && length + 1 < sizeof(text) &&
           strchr("-0123456789", field->bytes[*at]) != NULL) {
        text[length++] = field->bytes[(*at)++];
    }
    text[length] = '\0';
    *number = strtoll(text, NULL, 10);
    return length > 0;
}
