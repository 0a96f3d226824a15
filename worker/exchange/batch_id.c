#include "exchange/batch_id.h"

#include <string.h>

static void in_string(struct batch_id *id, char c) {
    if (id->escaped || (c != '"' && c != '\\')) {
        id->escaped = false;
        if (id->length < sizeof(id->text) - 1) {
            id->text[id->length++] = c;
        }
        return;
    }
    if (c == '\\') { // an id of ours has none
        id->escaped = true;
        return;
    }
    id->in_string = false;
    id->text[id->length] = '\0';
    if (id->depth == 1 && id->of_value) {
        id->found = id->is_wanted;
    } else if (id->depth == 1) {
        id->is_wanted = strcmp(id->text, "custom_id") == 0;
    }
}

static void outside(struct batch_id *id, char c) {
    switch (c) {
    case '"':
        id->in_string = true;
        id->length = 0;
        break;
    case '{':
    case '[':
        id->depth++;
        break;
    case '}':
    case ']':
        id->depth -= id->depth > 0;
        break;
    case ':':
        id->of_value = id->depth == 1 || id->of_value;
        break;
    case ',':
        id->of_value = id->depth != 1 && id->of_value;
        break;
    default:
        break;
    }
}

bool batch_id_read(struct batch_id *id, const char *bytes, size_t length) {
    for (size_t i = 0; i < length && !id->found; i++) {
        if (bytes[i] == '\n') { // no string of JSON has one
            *id = (struct batch_id){0};
        } else if (id->in_string) {
            in_string(id, bytes[i]);
        } else {
            outside(id, bytes[i]);
        }
    }
    return id->found;
}
