#include "export/input_page.h"

#include "export/read_now.h"
#include "input/record_at.h"
#include "ration/json_text.h"
#include "ration/utf8.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static uint64_t end_of(const struct input_page_asked *asked, uint64_t group) {
    struct stat status;
    if (group + 1 < asked->index->places) {
        return asked->index->place[group + 1].offset;
    }
    return fstat(asked->fd, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static void add_record(cJSON *out, const struct record *record) {
    cJSON *object = cJSON_AddObjectToObject(out, "record");
    for (size_t i = 0; i < record->columns; i++) {
        char text[INPUT_PAGE_TEXT + 1];
        size_t length = record->field[i].length;
        length = length > INPUT_PAGE_TEXT ? utf8_whole(record->field[i].text, INPUT_PAGE_TEXT) : length;
        memcpy(text, record->field[i].text, length);
        text[length] = '\0';
        (void)cJSON_AddStringToObject(object, record->column[i], text);
    }
}

// True: it is in that group. Of records that are larger than a piece only the first are looked at.
static bool find_in(const struct input_page_asked *asked, struct record_reader *reader, uint64_t group,
                    struct record *record) {
    const struct input_place *place = &asked->index->place[group];
    size_t length = strlen(asked->id);
    record_reader_seek(reader, place->offset, place->line);
    for (unsigned i = 0; i < INPUT_INDEX_STEP; i++) {
        if (record_reader_next(reader, record) != RECORD_OK ||
            record->offset - place->offset > INPUT_PAGE_PIECE) {
            return false;
        }
        if (record->id.length == length && memcmp(record->id.text, asked->id, length) == 0) {
            return true;
        }
    }
    return false;
}

// Groups of one piece, as far as they are in memory. 0; EAGAIN; another errno.
static int search(const struct input_page_asked *asked, struct record_reader *reader, uint64_t *group,
                  cJSON *out) {
    size_t left = INPUT_PAGE_PIECE;
    char *scratch = malloc(INPUT_PAGE_PIECE);
    int error = scratch == NULL ? ENOMEM : 0;
    bool found = false;
    for (bool first = true; error == 0 && !found && *group < asked->index->places; first = false) {
        uint64_t begin = asked->index->place[*group].offset;
        uint64_t end = end_of(asked, *group);
        size_t length = end > begin ? (size_t)(end - begin) : 0;
        if (length > left && !first) {
            break;
        }
        length = length < INPUT_PAGE_PIECE ? length : INPUT_PAGE_PIECE;
        error = read_now(asked->fd, scratch, length, begin);
        if (error == 0) {
            struct record record;
            found = find_in(asked, reader, *group, &record);
            if (found) {
                add_record(out, &record);
            }
            ++*group;
            left -= length < left ? length : left;
        }
    }
    free(scratch);
    return error;
}

char *input_page_json(const struct input_page_asked *asked) {
    uint64_t places = asked->index->places;
    uint64_t group = asked->group < places ? asked->group : 0;
    struct record_reader *reader = record_at_reader(asked->index, asked->fd, asked->name);
    cJSON *out = cJSON_CreateObject();
    char *text = NULL;
    int error = reader == NULL || out == NULL ? ENOMEM : search(asked, reader, &group, out);
    if (error == 0 || error == EAGAIN) {
        if (cJSON_GetObjectItemCaseSensitive(out, "record") == NULL) {
            (void)cJSON_AddNullToObject(out, "record");
        }
        (void)cJSON_AddNumberToObject(out, "groups", (double)places);
        (void)cJSON_AddNumberToObject(out, "next", (double)(group < places ? group : 0));
        (void)cJSON_AddBoolToObject(out, "again", error == EAGAIN);
        text = json_text(out);
        error = text == NULL ? ENOMEM : 0;
    }
    cJSON_Delete(out);
    record_reader_free(reader);
    errno = error;
    return text;
}
