#include "ration/json_walk.h"

#include "ration/json_scan.h"

#include <cjson/cJSON.h>
#include <string.h>

// As cJSON sees it.
static bool is_blank(char byte) {
    return (unsigned char)byte <= ' ' && byte != '\0';
}

const char *json_walk_blank(const char *at) {
    while (is_blank(*at)) {
        at++;
    }
    return at;
}

bool json_walk_valid(const char *text, size_t length, bool any) {
    struct json_piece value;
    if (!json_scan_whole(text, length, &value) || (!any && value.text[0] != '{')) {
        return false;
    }
    cJSON *tree = cJSON_ParseWithLength(text, length); // which refuses half a surrogate pair, too
    cJSON_Delete(tree);
    return tree != NULL;
}

const char *json_walk_string(const char *at) {
    for (at++; *at != '"' && *at != '\0'; at++) {
        if (at[0] == '\\' && at[1] != '\0') {
            at++;
        }
    }
    return *at == '"' ? at + 1 : at;
}

const char *json_walk_value(const char *at) {
    size_t depth = 0;
    while (*at != '\0') {
        if (*at == '"') {
            at = json_walk_string(at);
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (depth > 0 && (*at == '}' || *at == ']')) {
            depth--;
            at++;
        } else if (depth == 0 && (*at == ',' || *at == '}' || *at == ']' || is_blank(*at))) {
            return at;
        } else {
            at++;
        }
        if (depth == 0 && (at[-1] == '"' || at[-1] == '}' || at[-1] == ']')) {
            return at;
        }
    }
    return at;
}

static bool take(const char *at, bool keyed, struct json_member *member) {
    at = json_walk_blank(at);
    member->key = member->key_end = NULL;
    if (*at == '}' || *at == ']' || *at == '\0' || (keyed && *at != '"')) {
        return false;
    }
    if (keyed) {
        member->key = at;
        member->key_end = json_walk_string(at);
        at = json_walk_blank(member->key_end);
        if (*at != ':') {
            return false;
        }
        at = json_walk_blank(at + 1);
    }
    member->value = at;
    member->value_end = json_walk_value(at);
    return true;
}

bool json_walk_first(const char *at, struct json_member *member) {
    return take(at + 1, *at == '{', member);
}

bool json_walk_next(struct json_member *member) {
    const char *at = json_walk_blank(member->value_end);
    return *at == ',' && take(at + 1, member->key != NULL, member);
}

bool json_walk_is(const struct json_member *member, const char *key, size_t length) {
    size_t size = (size_t)(member->key_end - member->key) - 2;
    if (memchr(member->key + 1, '\\', size) == NULL) {
        return size == length && memcmp(member->key + 1, key, length) == 0;
    }
    cJSON *decoded = cJSON_ParseWithLength(member->key, size + 2);
    const char *text = cJSON_GetStringValue(decoded);
    bool same = text != NULL && strlen(text) == length && memcmp(text, key, length) == 0;
    cJSON_Delete(decoded);
    return same;
}

bool json_walk_find(const char *at, const char *key, struct json_member *member) {
    if (*at != '{') {
        return false;
    }
    for (bool there = json_walk_first(at, member); there; there = json_walk_next(member)) {
        if (json_walk_is(member, key, strlen(key))) {
            return true;
        }
    }
    return false;
}
