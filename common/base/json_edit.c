#include "ration/json_edit.h"

#include "ration/json_walk.h"

#include <stdlib.h>
#include <string.h>

// The first part of a path, and where the next one begins; NULL: it was the last.
static const char *part_of(const char *path, char part[JSON_EDIT_PART], size_t *length) {
    *length = 0;
    for (; *path != '\0' && *path != '.'; path++) {
        if (path[0] == '\\' && path[1] == '.') {
            path++;
        }
        if (*length < JSON_EDIT_PART - 1) {
            part[*length] = *path;
        }
        (*length)++;
    }
    part[*length < JSON_EDIT_PART ? *length : JSON_EDIT_PART - 1] = '\0';
    return *path == '.' ? path + 1 : NULL;
}

bool json_edit_path(const char *path) {
    char part[JSON_EDIT_PART];
    size_t length, depth = 0;
    while (path != NULL) {
        path = part_of(path, part, &length);
        if (length == 0 || length >= JSON_EDIT_PART || ++depth > JSON_EDIT_DEPTH) {
            return false;
        }
    }
    return true;
}

static void add_key(struct text *out, const char *key, size_t length) {
    text_add_json(out, key, length);
    text_add(out, ":", 1);
}

// The value inside of objects that are not there yet.
static void add_new(struct text *out, const char *path, const char *value) {
    char part[JSON_EDIT_PART];
    size_t length;
    if (path == NULL) {
        text_add_string(out, value);
        return;
    }
    path = part_of(path, part, &length);
    text_add(out, "{", 1);
    add_key(out, part, length);
    add_new(out, path, value);
    text_add(out, "}", 1);
}

// The member or item that a part of a path means. `number`: of the item.
static bool meant(const struct json_member *member, const char *part, size_t length, size_t number) {
    if (member->key != NULL) {
        return json_walk_is(member, part, length);
    }
    return strspn(part, "0123456789") == length && strtoul(part, NULL, 10) == number;
}

static void set(struct text *out, const char *from, const char *end, const char *path, const char *value) {
    char part[JSON_EDIT_PART];
    size_t length, number = 0;
    struct json_member member;
    if (path == NULL || (*from != '{' && *from != '[')) {
        add_new(out, path, value);
        return;
    }
    const char *rest = part_of(path, part, &length);
    if (*from == '[' && strspn(part, "0123456789") != length) {
        add_new(out, path, value);
        return;
    }
    const char *at = from;
    bool found = false, any = false;
    for (bool there = json_walk_first(from, &member); there; there = json_walk_next(&member), number++) {
        any = true;
        if (meant(&member, part, length, number)) {
            text_add(out, at, (size_t)(member.value - at));
            set(out, member.value, member.value_end, rest, value);
            at = member.value_end;
            found = true;
        }
    }
    // Up to the bracket that closes it, and what is new before that.
    text_add(out, at, (size_t)(end - 1 - at));
    if (!found) {
        text_add(out, ",", any ? 1 : 0);
        if (*from == '{') {
            add_key(out, part, length);
        }
        add_new(out, rest, value);
    }
    text_add(out, end - 1, 1);
}

void json_edit_set(struct text *out, const char *json, const char *path, const char *value) {
    json = json_walk_blank(json);
    set(out, json, json_walk_value(json), path, value);
}

void json_edit_remove(struct text *out, const char *json, const char *name) {
    struct json_member member;
    const char *from = json_walk_blank(json), *end = json_walk_value(from), *at = from;
    bool removed = false, any = false;
    for (bool there = json_walk_first(from, &member); there; there = json_walk_next(&member)) {
        if (json_walk_is(&member, name, strlen(name))) {
            removed = true;
        } else {
            at = removed ? member.key : at;
            text_add_string(out, removed ? any ? "," : "{" : "");
            text_add(out, at, (size_t)(member.value_end - at));
            removed = false;
            any = true;
        }
        at = member.value_end;
    }
    if (any || !removed) {
        text_add(out, removed ? end - 1 : at, removed ? 1 : (size_t)(end - at));
    } else {
        text_add_string(out, "{}");
    }
}

// The member of `object` with the key of `like`, which may be written with other escapes.
static bool same_key(const char *object, const struct json_member *like, struct json_member *found) {
    size_t size = (size_t)(like->key_end - like->key) - 2;
    for (bool there = json_walk_first(object, found); there; there = json_walk_next(found)) {
        if (json_walk_is(found, like->key + 1, size)) {
            return true;
        }
    }
    return false;
}

static void merge(struct text *out, const char *from, const char *end, const char *patch) {
    struct json_member member, other;
    const char *at = from;
    bool any = false;
    for (bool there = json_walk_first(from, &member); there; there = json_walk_next(&member)) {
        any = true;
        if (same_key(patch, &member, &other)) {
            text_add(out, at, (size_t)(member.value - at));
            if (*member.value == '{' && *other.value == '{') {
                merge(out, member.value, member.value_end, other.value);
            } else {
                text_add(out, other.value, (size_t)(other.value_end - other.value));
            }
            at = member.value_end;
        }
    }
    text_add(out, at, (size_t)(end - 1 - at));
    for (bool there = json_walk_first(patch, &other); there; there = json_walk_next(&other)) {
        if (!same_key(from, &other, &member)) {
            text_add(out, ",", any ? 1 : 0);
            text_add(out, other.key, (size_t)(other.key_end - other.key));
            text_add(out, ":", 1);
            text_add(out, other.value, (size_t)(other.value_end - other.value));
            any = true;
        }
    }
    text_add(out, end - 1, 1);
}

void json_edit_merge(struct text *out, const char *json, const char *patch) {
    json = json_walk_blank(json);
    merge(out, json, json_walk_value(json), json_walk_blank(patch));
}
