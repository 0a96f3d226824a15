#include "export/result_walk.h"
#include "export/json_unescape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 16U

bool result_walk_reserve(struct result_walk_room *room, size_t size) {
    if (size <= room->size) {
        return true;
    }
    char *text = realloc(room->text, size * 2);
    if (text == NULL) {
        return false;
    }
    room->text = text;
    room->size = size * 2;
    return true;
}

bool result_walk_begin(struct result_walk *walk, const char *text, size_t length) {
    size_t at = 0;
    return json_scan_whole(text, length, &walk->object) &&
           json_scan_member(&walk->object, &at, &walk->id_key, &walk->id) && walk->id.text[0] == '"';
}

const char *result_walk_text(const struct json_piece *value, struct result_walk_room *room, size_t *length) {
    if (!result_walk_reserve(room, value->length + 1)) {
        return NULL;
    }
    if (value->text[0] == '"') {
        *length = json_unescape(value, room->text);
    } else {
        memcpy(room->text, value->text, value->length);
        *length = value->length;
    }
    room->text[*length] = '\0';
    return room->text;
}

struct path {
    char text[RESULT_WALK_PATH];
    size_t length;
    unsigned depth;
    enum result_walk_place place;
};

struct visit {
    result_walk_take *take;
    void *context;
};

// One name more. False: there is no room, and nothing has changed.
static bool lengthen(struct path *path, const struct json_piece *key) {
    size_t dot = path->length > 0;
    if (path->depth == DEEPEST || key->length + dot >= RESULT_WALK_PATH - path->length) {
        return false;
    }
    path->text[path->length] = '.';
    path->length += dot;
    path->length += json_unescape(key, path->text + path->length);
    path->text[path->length] = '\0';
    path->depth++;
    return true;
}

static void shorten(struct path *path, size_t length) {
    path->length = length;
    path->text[length] = '\0';
    path->depth--;
}

static int tell(const struct visit *visit, const struct path *path, const struct json_piece *value) {
    struct result_walk_leaf leaf = {path->text, path->length, path->place, *value};
    return visit->take(visit->context, &leaf);
}

static bool is_object(const struct json_piece *value) {
    struct json_piece key, first;
    size_t at = 0;
    return json_scan_member(value, &at, &key, &first);
}

// Each member of it, and of the objects in it. What has no path of its own is told as a whole, under that of
// what it is in.
static int descend(const struct visit *visit, struct path *path, const struct json_piece *object) {
    struct json_piece key, value;
    int status = 0;
    for (size_t at = 0; status == 0 && json_scan_member(object, &at, &key, &value);) {
        size_t before = path->length;
        if (!lengthen(path, &key)) {
            continue;
        }
        // NOLINTNEXTLINE(misc-no-recursion): at most DEEPEST
        status = is_object(&value) && path->depth < DEEPEST ? descend(visit, path, &value)
                                                            : tell(visit, path, &value);
        shorten(path, before);
    }
    return status;
}

static int fields_of(const struct visit *visit, const struct json_piece *object) {
    struct path path = {.text = RESULT_WALK_FIELDS, .place = RESULT_WALK_FIELD, .depth = 1};
    path.length = sizeof(RESULT_WALK_FIELDS) - 2; // without the dot, which each name brings
    return descend(visit, &path, object);
}

// The fields of the answer, wherever they stand.
static int fields(const struct visit *visit, const struct result_walk *walk, struct result_walk_room *room) {
    struct json_piece value, inner;
    size_t length;
    if (json_scan_find(&walk->object, "response_json", &value)) {
        return fields_of(visit, &value);
    }
    if (!json_scan_find(&walk->object, "response_text", &value) ||
        memchr(value.text, '{', value.length) == NULL) {
        return 0;
    }
    const char *text = result_walk_text(&value, room, &length);
    if (text == NULL) {
        return ENOMEM;
    }
    return json_scan_whole(text, length, &inner) ? fields_of(visit, &inner) : 0;
}

// The members with which an answer or a failure begins, whatever shape the line has.
static bool ends_head(const struct path *path) {
    static const char *const names[] = {"response_text", "response_json", "response", "class", "model"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(path->text, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

int result_walk_each(const struct result_walk *walk, bool with_fields, struct result_walk_room *room,
                     result_walk_take *take, void *context) {
    const struct visit visit = {take, context};
    struct path path = {.place = RESULT_WALK_HEAD};
    struct json_piece key, value;
    size_t at = 0;
    int status = 0;
    (void)json_scan_member(&walk->object, &at, &key, &value); // the id
    while (status == 0 && json_scan_member(&walk->object, &at, &key, &value)) {
        if (!lengthen(&path, &key)) {
            continue;
        }
        if (ends_head(&path)) {
            path.place = RESULT_WALK_BODY;
        }
        bool inside = path.place == RESULT_WALK_HEAD || strcmp(path.text, "usage") == 0;
        status = inside && is_object(&value) ? descend(&visit, &path, &value) : tell(&visit, &path, &value);
        shorten(&path, 0);
    }
    return status == 0 && with_fields ? fields(&visit, walk, room) : status;
}
