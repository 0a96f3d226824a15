// A line of the output or of the errors file as it stands: whose it is, and the values it has, each under a
// path. Knows no names of columns but those that tell where an answer begins. Pure.
#ifndef RATION_RESULT_WALK_H
#define RATION_RESULT_WALK_H

#include "ration/json_scan.h"

#include <stdbool.h>
#include <stddef.h>

#define RESULT_WALK_PATH 1024U // bytes of a path; what lies deeper stays one value
#define RESULT_WALK_FIELDS "response_json."

struct result_walk {
    struct json_piece object;
    struct json_piece id_key, id; // its first member, with quotes
};

// False: it is no JSON object whose first member is a text.
bool result_walk_begin(struct result_walk *walk, const char *text, size_t length);

enum result_walk_place {
    RESULT_WALK_HEAD,  // what is copied of the input: before the answer
    RESULT_WALK_BODY,  // of the answer or of the failure
    RESULT_WALK_FIELD, // of the answer's own JSON; the path begins with RESULT_WALK_FIELDS
};
struct result_walk_leaf {
    const char *path; // NUL-terminated: a member's name, or names with dots between
    size_t path_length;
    enum result_walk_place place;
    struct json_piece value;
};

// A buffer that grows, for what must be decoded. Zeroed before its first use; free(text) at the end.
struct result_walk_room {
    char *text;
    size_t size;
};
// False: out of memory.
bool result_walk_reserve(struct result_walk_room *room, size_t size);

// Calls `take` for each value but the id. Of "usage", and of an object before the answer, each member is one.
// `fields`: those of "response_json" are, too, or of a "response_text" that is a JSON object where there is
// no "response_json". What `leaf` returns other than 0 ends it and is returned. ENOMEM: out of memory. Pieces
// are parts of the line, or of *room.
typedef int result_walk_take(void *context, const struct result_walk_leaf *leaf);
int result_walk_each(const struct result_walk *walk, bool fields, struct result_walk_room *room,
                     result_walk_take *take, void *context);

// The text of a string value in *room, its length in *length; of another value its JSON. NULL: out of memory.
const char *result_walk_text(const struct json_piece *value, struct result_walk_room *room, size_t *length);

#endif
