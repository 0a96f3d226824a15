#include "input/lookalikes.h"

#include "input/record_at.h"
#include "ration/log.h"
#include "ration/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair {
    uint32_t plain, odd;
};

struct lookalikes {
    struct id_table *plain; // of the odd ids, as they look; the value is the artist
    struct pair pair[LOOKALIKES_TOLD];
    uint64_t pairs;
};

struct mark {
    size_t length;
    bool blank; // else it has no width at all
    const char *bytes;
    const char *name;
};

static const struct mark marks[] = {
    {1, true, " ", "a space"},
    {1, true, "\t", "a tab"},
    {1, true, "\n", "a line feed"},
    {1, true, "\r", "a carriage return"},
    {2, true, "\xc2\xa0", "U+00A0, a no-break space"},
    {3, true, "\xe2\x80\xaf", "U+202F, a no-break space"},
    {3, true, "\xe2\x80\x87", "U+2007, a space"},
    {3, true, "\xe2\x80\x89", "U+2009, a space"},
    {3, true, "\xe3\x80\x80", "U+3000, a space"},
    {2, false, "\xc2\xad", "U+00AD, a soft hyphen"},
    {3, false, "\xe2\x80\x8b", "U+200B, a zero-width space"},
    {3, false, "\xe2\x80\x8c", "U+200C, which has no width"},
    {3, false, "\xe2\x80\x8d", "U+200D, which has no width"},
    {3, false, "\xe2\x80\x8e", "U+200E, which has no width"},
    {3, false, "\xe2\x80\x8f", "U+200F, which has no width"},
    {3, false, "\xe2\x81\xa0", "U+2060, which has no width"},
    {3, false, "\xef\xbb\xbf", "U+FEFF, a byte-order mark"},
};

static const struct mark *mark_at(const char *at, size_t length) {
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (marks[i].length <= length && memcmp(at, marks[i].bytes, marks[i].length) == 0) {
            return &marks[i];
        }
    }
    return NULL;
}

size_t lookalikes_plain(const char *id, size_t length, char *plain) {
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        const struct mark *mark = mark_at(id + at, length - at);
        if (mark == NULL) {
            plain[used++] = id[at++];
            continue;
        }
        if (mark->blank && used > 0) {
            plain[used++] = ' ';
        }
        at += mark->length;
    }
    while (used > 0 && plain[used - 1] == ' ') {
        used--;
    }
    return used;
}

// Most ids end here.
static bool may_be_odd(const char *id, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)id[i] <= ' ' || (unsigned char)id[i] >= 0x80) {
            return true;
        }
    }
    return false;
}

int lookalikes_add(struct lookalikes **found, const char *id, size_t length, uint32_t artist) {
    char plain[RECORD_READER_MAX_ID];
    if (length > sizeof(plain) || !may_be_odd(id, length)) {
        return 0;
    }
    size_t used = lookalikes_plain(id, length, plain);
    if (used == length && memcmp(plain, id, length) == 0) {
        return 0;
    }
    if (*found == NULL) {
        *found = calloc(1, sizeof(**found));
        if (*found == NULL) {
            return ENOMEM;
        }
        (*found)->plain = id_table_new();
        if ((*found)->plain == NULL) {
            free(*found);
            *found = NULL;
            return ENOMEM;
        }
    }
    return id_table_add((*found)->plain, plain, used, artist);
}

static void keep(struct lookalikes *found, uint32_t plain, uint32_t odd) {
    if (found->pairs < LOOKALIKES_TOLD) {
        found->pair[found->pairs] = (struct pair){plain, odd};
    }
    found->pairs++;
}

static int with_a_plain_one(void *context, uint32_t plain, uint32_t odd) {
    if (plain != ID_TABLE_NONE) {
        keep(context, plain, odd);
    }
    return 0;
}

static int with_an_odd_one(void *context, uint32_t first, uint32_t again) {
    keep(context, first, again);
    return 0;
}

static const char *odd_part(const struct record_field *id) {
    for (size_t at = 0; at < id->length; at++) {
        const struct mark *mark = mark_at(id->text + at, id->length - at);
        if (mark != NULL && (mark->bytes[0] != ' ' || at == 0 || at + 1 == id->length)) {
            return mark->name;
        }
    }
    return "blanks";
}

static void tell(const struct input_index *index, int fd, const char *name, const struct pair *pair) {
    struct record record = {.line = 0};
    char shown[UTF8_PRINTABLE_SIZE];
    struct record_reader *reader = record_at(index, fd, name, pair->plain, &record);
    uint64_t line = record.line;
    record_reader_free(reader);
    reader = reader != NULL ? record_at(index, fd, name, pair->odd, &record) : NULL;
    if (reader != NULL) {
        log_warn("input",
                 "%s:%" PRIu64 ": %s \"%s\" looks like the one on line %" PRIu64
                 ", but has %s more; they are two artists, as nothing is trimmed",
                 name, record.line, input_index_id_name(index),
                 utf8_printable(record.id.text, record.id.length, shown), line, odd_part(&record.id));
        record_reader_free(reader);
    }
}

int lookalikes_tell(struct lookalikes *found, struct id_table *ids, const struct input_index *index, int fd,
                    const char *name) {
    if (found == NULL) {
        return 0;
    }
    int error = id_table_join(ids, found->plain, with_a_plain_one, found);
    error = error != 0 ? error : id_table_duplicates(found->plain, with_an_odd_one, found);
    uint64_t told = found->pairs < LOOKALIKES_TOLD ? found->pairs : LOOKALIKES_TOLD;
    for (uint64_t i = 0; i < told && error == 0; i++) {
        tell(index, fd, name, &found->pair[i]);
    }
    if (error == 0 && found->pairs > told) {
        log_warn("input", "%s: %" PRIu64 " more %ss look like another one", name, found->pairs - told,
                 input_index_id_name(index));
    }
    return error;
}

void lookalikes_free(struct lookalikes *found) {
    if (found != NULL) {
        id_table_free(found->plain);
        free(found);
    }
}
