#include "ration/link_frame.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX // as a length: null

// Both ends are the same build on the same machine.
struct head {
    uint32_t size; // of all that follows
    uint32_t kind, columns, count;
    uint64_t number;
};

void link_frame_add(struct text *out, const struct link_frame *frame, const struct link_field *field) {
    size_t size = 0;
    for (uint32_t i = 0; i < frame->count; i++) {
        size += sizeof(uint32_t) + (field[i].bytes != NULL ? field[i].length : 0);
    }
    if (size > LINK_FRAME_MOST || frame->count > LINK_FRAME_FIELDS) {
        out->failed = true;
        return;
    }
    const struct head head = {(uint32_t)size, frame->kind, frame->columns, frame->count, frame->number};
    text_add(out, (const char *)&head, sizeof(head));
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t length = field[i].bytes != NULL ? field[i].length : NONE;
        text_add(out, (const char *)&length, sizeof(length));
        if (field[i].bytes != NULL) {
            text_add(out, field[i].bytes, length);
        }
    }
}

static bool read_fields(const char *bytes, size_t size, struct link_field *field, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t length;
        if (size < sizeof(length)) {
            return false;
        }
        memcpy(&length, bytes, sizeof(length));
        bytes += sizeof(length);
        size -= sizeof(length);
        field[i] = (struct link_field){length == NONE ? NULL : bytes, length == NONE ? 0 : length};
        if (field[i].length > size) {
            return false;
        }
        bytes += field[i].length;
        size -= field[i].length;
    }
    return size == 0;
}

ptrdiff_t link_frame_read(const char *bytes, size_t length, struct link_frame *frame,
                          struct link_field **field) {
    struct head head;
    *field = NULL;
    if (length < sizeof(head)) {
        return 0;
    }
    memcpy(&head, bytes, sizeof(head));
    if (head.size > LINK_FRAME_MOST || head.count > LINK_FRAME_FIELDS || head.kind >= LINK_ANSWERS) {
        return -1;
    }
    if (length - sizeof(head) < head.size) {
        return 0;
    }
    *frame = (struct link_frame){head.kind, head.columns, head.count, head.number};
    *field = calloc(head.count > 0 ? head.count : 1, sizeof(**field));
    if (*field == NULL || !read_fields(bytes + sizeof(head), head.size, *field, head.count)) {
        free(*field);
        *field = NULL;
        return -1;
    }
    return (ptrdiff_t)(sizeof(head) + head.size);
}
