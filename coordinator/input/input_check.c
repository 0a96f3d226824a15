#include "input/input_check.h"

#include "input/duplicates.h"
#include "input/input_kind.h"
#include "input/input_target.h"
#include "input/lookalikes.h"
#include "ration/log.h"
#include "ration/range.h"
#include "system/signals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_TOLD 10U

struct check {
    const char *name;
    const struct input_check_also *also; // or NULL
    struct record_reader *reader;
    struct input_index *index;
    struct id_table *ids;
    struct lookalikes *lookalikes;
    uint64_t problems;
};

static void tell(void *context, const char *message) {
    struct check *check = context;
    if (check->problems++ < MAX_TOLD) {
        log_fatal("input", "%s", message);
    }
}

static void tell_whole(struct check *check, const char *what) {
    check->problems++;
    log_fatal("input", "%s: %s", check->name, what);
}

static void tell_id_table(struct check *check, int error) {
    check->problems++;
    log_fatal("input", "%s: cannot look for duplicate ids: %s; they need %s", check->name, strerror(error),
              error == ENOMEM ? "a little more memory"
                              : "16 bytes each in a temporary file, in /tmp or where TMPDIR says");
}

// Whether it is a file that can be read from any place.
static bool check_file(struct check *check, int fd) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        tell_whole(check, strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
        tell_whole(check, "is a directory; give a CSV or JSONL file");
    } else if (!S_ISREG(status.st_mode)) {
        tell_whole(check, "is not a regular file; give a CSV or JSONL file, or - for standard input");
    } else if (status.st_size == 0) {
        tell_whole(check, "is empty; it must hold artists as CSV with a header, or as JSONL");
    }
    return check->problems == 0;
}

// What it is, if it is no artists at all.
static bool check_kind(struct check *check, int fd) {
    char head[INPUT_KIND_HEAD];
    char message[INPUT_KIND_SIZE];
    ssize_t length;
    do {
        length = pread(fd, head, sizeof(head), 0);
    } while (length < 0 && errno == EINTR);
    if (length > 0 && input_kind_wrong(check->name, input_target_free(check->name), check->index->format,
                                       head, (size_t)length, message)) {
        tell_whole(check, message);
    }
    return check->problems == 0; // what cannot be read is told by who reads it all
}

static bool keep_key(struct check *check, const char *wanted, const char *found, char **key) {
    if (found == NULL) {
        return true;
    }
    if (wanted != NULL && strcmp(wanted, found) != 0) {
        log_info("input", "%s: the column \"%s\" is taken for \"%s\"", check->name, found, wanted);
    }
    *key = strdup(found);
    return *key != NULL;
}

// What is known by default is called so in any case.
static const char *usual_id(const char *found) {
    return found != NULL && strcasecmp(found, "id") == 0 ? "id" : "artist_id";
}

static bool keep_keys(struct check *check) {
    const struct record_shape *shape = &check->index->shape;
    const char *id = record_reader_id(check->reader), *name = record_reader_name(check->reader);
    return keep_key(check, shape->id != NULL ? shape->id : usual_id(id), id, &check->index->id_column) &&
           keep_key(check, shape->name != NULL ? shape->name : "name", name, &check->index->name_column);
}

// False: which column is meant does not show.
static bool check_meant(struct check *check, const char *wanted) {
    const char *const *names;
    size_t columns = record_reader_columns(check->reader, &names);
    if (wanted == NULL || !record_reader_ambiguous(wanted, columns, names)) {
        return true;
    }
    check->problems++;
    log_fatal("input",
              "%s:1: \"%s\" may be several columns, as \"%s\"; say which, as it stands there, or rename one",
              check->name, wanted, names[record_reader_column(wanted, columns, names)]);
    return false;
}

static bool check_roles(struct check *check) {
    const struct record_shape *shape = &check->index->shape;
    const char *id = shape->id != NULL ? shape->id : usual_id(record_reader_id(check->reader));
    const char *name = shape->name != NULL ? shape->name : shape->needs_name ? "name" : NULL;
    return check_meant(check, id) && check_meant(check, name) &&
           check_meant(check, shape->needs_data ? "data" : NULL);
}

// From here on the id is that column, in whatever way it was found.
static void fix_id(struct check *check) {
    struct input_index *index = check->index;
    if (index->shape.id == NULL && index->id_column != NULL) {
        index->shape.id = index->id_column;
        record_reader_set_shape(check->reader, &index->shape);
    }
}

static bool check_header(struct check *check) {
    if (record_reader_header(check->reader) != RECORD_OK) {
        tell(check, record_reader_message(check->reader));
        return false;
    }
    const char *const *name;
    if (!check_roles(check)) {
        return false;
    }
    if (!keep_keys(check)) {
        tell_whole(check, "out of memory");
        return false;
    }
    fix_id(check);
    size_t columns = record_reader_columns(check->reader, &name);
    for (size_t i = 0; i < columns; i++) {
        check->index->column[i] = strdup(name[i]);
        if (check->index->column[i] == NULL) {
            tell_whole(check, "out of memory");
            return false;
        }
        check->index->columns = i + 1;
    }
    return true;
}

static bool add(struct check *check, const struct record *record) {
    struct input_index *index = check->index;
    if (index->total == RANGE_MAX_ARTISTS) {
        tell_whole(check, "has too many artists; split it into several files");
        return false;
    }
    int error = id_table_add(check->ids, record->id.text, record->id.length, index->total);
    if (error == 0) {
        error = lookalikes_add(&check->lookalikes, record->id.text, record->id.length, index->total);
    }
    if (error == 0) {
        error =
            input_index_add(index, record->offset, record->line, record_group_hash(record), record->priority);
    }
    if (error != 0) {
        tell_id_table(check, error);
    }
    return error == 0;
}

static void look_also(struct check *check, const struct record *record) {
    char what[512], message[1024];
    if (check->also != NULL && !check->also->record(check->also->context, record, what, sizeof(what))) {
        (void)snprintf(message, sizeof(message), "%s:%" PRIu64 ": %s", check->name, record->line, what);
        tell(check, message);
    }
}

// False when the check itself failed, so that looking for duplicates makes no sense.
static bool check_records(struct check *check) {
    for (;;) {
        struct record record;
        if (signals_caught()) {
            check->problems++; // of which nothing is told
            return false;
        }
        switch (record_reader_next(check->reader, &record)) {
        case RECORD_OK:
            look_also(check, &record);
            if (!add(check, &record)) {
                return false;
            }
            break;
        case RECORD_END:
            return true;
        case RECORD_BAD:
            tell(check, record_reader_message(check->reader));
            if (!record_reader_can_go_on(check->reader)) {
                return true;
            }
            break;
        case RECORD_FAILED:
        default:
            tell(check, record_reader_message(check->reader));
            return false;
        }
    }
}

static void check_all(struct check *check, int fd) {
    if (!check_file(check, fd) || !check_kind(check, fd) || !check_header(check) || !check_records(check)) {
        return;
    }
    int error = duplicates_find(check->ids, check->reader, check->index, check->name, tell, check);
    if (error == 0 && check->problems == 0 && check->index->total == 0) {
        tell_whole(check, "has no artists; add records behind the header");
    } else if (error == 0 && check->problems == 0) {
        error = lookalikes_tell(check->lookalikes, check->ids, check->index, fd, check->name);
    }
    if (error != 0) {
        tell_id_table(check, error);
    }
    if (check->problems > MAX_TOLD) {
        log_fatal("input", "%s: and %" PRIu64 " more problems", check->name, check->problems - MAX_TOLD);
    }
}

int input_check(int fd, const char *name, enum settings_format format, const struct record_shape *shape,
                const struct input_check_also *also, uint64_t limit, struct input_index *index,
                struct id_table **ids) {
    struct check check = {.name = name, .also = also, .index = index};
    memset(index, 0, sizeof(*index));
    index->format = format;
    index->shape = shape != NULL ? *shape : record_shape_artists;
    check.reader = record_reader_new(fd, name, format);
    check.ids = id_table_new();
    if (check.reader == NULL || check.ids == NULL) {
        tell_whole(&check, "out of memory");
    } else {
        record_reader_set_shape(check.reader, &index->shape);
        check_all(&check, fd);
    }
    record_reader_free(check.reader);
    lookalikes_free(check.lookalikes);
    if (check.problems > 0) {
        id_table_free(check.ids);
        input_index_free(index);
        return -1;
    }
    input_index_limit(index, limit == 0 || limit > index->total ? index->total : (uint32_t)limit);
    if (ids != NULL) {
        *ids = check.ids;
    } else {
        id_table_free(check.ids);
    }
    return 0;
}
