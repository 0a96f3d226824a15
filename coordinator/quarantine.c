#include "quarantine.h"

#include "ration/board.h"
#include "ration/clock.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/record_reader.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

static struct record_reader *open_reader(struct crew *crew, uint32_t artist, uint32_t *next) {
    const struct input_index *index = crew->index;
    struct record_reader *reader = record_reader_new(crew->fd.input, crew->input_name, index->format);
    uint64_t offset, line;
    if (reader == NULL) {
        return NULL;
    }
    if (index->columns > 0 && record_reader_set_columns(reader, index->columns, index->column) != 0) {
        record_reader_free(reader);
        return NULL;
    }
    input_index_locate(index, artist, &offset, &line, next);
    record_reader_seek(reader, offset, line);
    return reader;
}

// The errors line with its newline; malloc'ed by cJSON, or NULL.
static char *make_line(const struct record *record) {
    char now[CLOCK_RFC3339_SIZE];
    clock_rfc3339(clock_wall(), now);
    cJSON *line = cJSON_CreateObject();
    bool good = cJSON_AddStringToObject(line, "artist_id", record->id.text) != NULL &&
                cJSON_AddStringToObject(line, "artist_name", record->name.text) != NULL &&
                cJSON_AddStringToObject(line, "class", "worker_crash") != NULL &&
                cJSON_AddNumberToObject(line, "status", 0) != NULL && cJSON_AddNullToObject(line, "code") != NULL &&
                cJSON_AddStringToObject(line, "message", "its worker died each time it was asked") != NULL &&
                cJSON_AddNumberToObject(line, "attempts", BOARD_MAX_CRASHES) != NULL &&
                cJSON_AddStringToObject(line, "created", now) != NULL;
    char *text = good ? cJSON_PrintUnformatted(line) : NULL;
    cJSON_Delete(line);
    return text;
}

// 0, ETIMEDOUT or a disk's errno: try later; -1: told.
static int fail_artist(struct crew *crew, uint32_t artist) {
    uint32_t next = 0;
    int result = -1;
    struct record record;
    char *text = NULL;
    struct record_reader *reader = open_reader(crew, artist, &next);
    if (reader == NULL) {
        log_fatal("run", "out of memory");
        return -1;
    }
    do {
        if (record_reader_next(reader, &record) != RECORD_OK) {
            log_fatal("input", "the input was changed while it was being read: %s", record_reader_message(reader));
            goto done;
        }
    } while (next++ < artist);
    text = make_line(&record);
    if (text == NULL) {
        log_fatal("run", "out of memory");
        goto done;
    }
    size_t length = strlen(text);
    text[length] = '\n';
    result = output_append(&crew->output, GUARD_COORDINATOR, OUTPUT_ERRORS, text, length + 1, &artist, 1, 0);
    if (result == 0) {
        log_warn("worker", "artist %s is given up: its worker died %u times", record.id.text, BOARD_MAX_CRASHES);
    }
done:
    cJSON_free(text);
    record_reader_free(reader);
    return result;
}

bool quarantine_flush(struct crew *crew) {
    while (crew->quarantine.count > 0) {
        uint32_t artist = crew->quarantine.range[0].first;
        int result = fail_artist(crew, artist);
        if (result != 0) {
            return result > 0;
        }
        if (!range_table_remove(&crew->quarantine, (struct range){artist, artist + 1})) {
            log_fatal("run", "out of memory");
            return false;
        }
    }
    return true;
}
