#include "batch_reading.h"

#include "ration/file_io.h"

#include <errno.h>
#include <string.h>

#define CHUNK ((size_t)64 << 10)
#define AROUND ((uint64_t)64 << 10) // a line is an answer, and this around it

static void add(struct text *text, struct batch_reading *line, uint64_t most, const char *bytes,
                size_t length) {
    if (!line->large && text->length + length > most) {
        line->large = true;
        (void)batch_id_read(&line->id, text->bytes, text->length);
    }
    if (line->large) {
        (void)batch_id_read(&line->id, bytes, length);
    } else {
        text_add(text, bytes, length);
    }
}

uint64_t batch_reading_most(const struct batch_part *part) {
    return part->batch->worker->settings->max_answer + AROUND;
}

int batch_reading_line(struct batch_part *part, struct batch_reading *line) {
    struct text *text = &part->batch->line;
    uint64_t most = batch_reading_most(part);
    char chunk[CHUNK];
    *line = (struct batch_reading){.next = part->stored};
    text_clear(text);
    for (uint64_t at = part->read_at; at < part->stored;) {
        size_t size = part->stored - at < CHUNK ? (size_t)(part->stored - at) : CHUNK;
        int error = file_io_read(part->results, chunk, size, at);
        if (error != 0) {
            return error;
        }
        const char *stop = memchr(chunk, '\n', size);
        size_t length = stop != NULL ? (size_t)(stop - chunk) : size;
        add(text, line, most, chunk, length);
        at += length + (stop != NULL);
        if (stop != NULL) {
            line->next = at;
            break;
        }
    }
    return text->failed ? ENOMEM : 0;
}
