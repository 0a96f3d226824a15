#include "export/opaque_body.h"

#include "export/json_unescape.h"

#include <stddef.h>
#include <string.h>

static bool is_list(const struct json_piece *body) {
    static const char list[] = "\"list\"";
    struct json_piece object, data;
    return json_scan_find(body, "object", &object) && object.length == sizeof(list) - 1 &&
           memcmp(object.text, list, object.length) == 0 && json_scan_find(body, "data", &data) &&
           data.text[0] == '[';
}

bool opaque_body_find(const struct json_piece *line, struct text *room, struct json_piece *body) {
    struct json_piece id, text;
    text_clear(room);
    bool named = json_scan_find(line, "response_id", &id) && id.text[0] == '"';
    if (named || !json_scan_find(line, "response_text", &text) || text.length < 4 || text.text[0] != '"' ||
        text.text[1] != '{') {
        return false;
    }
    text_add(room, text.text, text.length); // what it becomes is no longer
    if (room->failed) {
        return false;
    }
    room->length = json_unescape(&text, room->bytes);
    text_add(room, "", 1); // for whoever walks it
    return !room->failed && json_scan_whole(room->bytes, room->length - 1, body) && body->text[0] == '{' &&
           is_list(body);
}
