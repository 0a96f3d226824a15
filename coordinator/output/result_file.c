#include "output/result_file.h"

#include "ration/file_io.h"
#include "ration/line_reader.h"
#include "ration/log.h"
#include "ration/utf8.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static int failed(const struct result_file *file, int error) {
    if (error == ENOMEM) {
        log_fatal("input", "%s: out of memory while reading it", file->name);
    } else {
        log_fatal("input", "%s: cannot be read for resuming: %s", file->name, strerror(error));
    }
    return -1;
}

static int malformed(const struct result_file *file, uint64_t line) {
    log_fatal("input",
              "%s:%" PRIu64
              ": is not %s line as ration writes it; mend or remove the line, or give another file",
              file->name, line, file->kind == RESULT_ANSWER ? "an answer" : "an error");
    return -1;
}

static int add_line(struct result_file *file, const struct line *line, result_file_line *call,
                    void *context) {
    char id[RESULT_LINE_ID_SIZE];
    size_t length;
    if (line->number >= ID_TABLE_NONE ||
        !result_line_id(file->format, line->text, line->length, id, &length)) {
        return malformed(file, line->number);
    }
    uint32_t number = (uint32_t)line->number;
    int error = id_table_add(file->ids, id, length, number);
    if (error == 0 && call != NULL) {
        error =
            call(context, &(struct result_row){file->format, number, line->text, line->length, id, length});
    }
    if (error == EBADMSG) {
        return malformed(file, line->number);
    }
    if (error != 0) {
        return failed(file, error);
    }
    file->lines = number;
    file->whole = line->offset + line->length + line->end;
    return 0;
}

// The last line, which has no newline. What is a whole answer was paid for and is kept; what does not look
// like ours is not cut away.
static int take_tail(struct result_file *file, const struct line *line, result_file_line *call,
                     void *context) {
    struct result_read read;
    if (result_line_read(file->format, file->kind, line->text, line->length, &read)) {
        result_line_free(&read);
        file->tail = RESULT_TAIL_NEWLINE;
        return add_line(file, line, call, context);
    }
    if (!result_line_is_torn(file->format, line->text, line->length)) {
        return malformed(file, line->number);
    }
    file->tail = RESULT_TAIL_TORN;
    return 0;
}

static int scan(struct result_file *file, struct line_reader *reader, result_file_line *call, void *context) {
    for (;;) {
        struct line line;
        switch (line_reader_next(reader, &line)) {
        case LINE_OK:
            file->length = line.offset + line.length + line.end;
            if ((line.end == 0 ? take_tail : add_line)(file, &line, call, context) != 0) {
                return -1;
            }
            break;
        case LINE_END:
            return 0;
        case LINE_TOO_LONG:
            return malformed(file, line.number);
        case LINE_FAILED:
        default:
            return failed(file, errno);
        }
    }
}

int result_file_scan(struct result_file *file, int fd, const char *name, const struct result_format *format,
                     enum result_kind kind, result_file_line *line, void *context) {
    *file =
        (struct result_file){.fd = fd, .name = name, .format = format, .kind = kind, .ids = id_table_new()};
    struct line_reader *reader = line_reader_new(fd, RESULT_FILE_MAX_LINE);
    int status =
        file->ids == NULL || reader == NULL ? failed(file, ENOMEM) : scan(file, reader, line, context);
    line_reader_free(reader);
    return status;
}

int result_file_each(const struct result_file *file, result_file_line *call, void *context) {
    struct line_reader *reader = line_reader_new(file->fd, RESULT_FILE_MAX_LINE);
    int error = reader == NULL ? ENOMEM : 0;
    for (uint32_t number = 1; number <= file->lines && error == 0; number++) {
        struct line line;
        switch (line_reader_next(reader, &line)) {
        case LINE_OK:
            error =
                call(context, &(struct result_row){file->format, number, line.text, line.length, NULL, 0});
            break;
        case LINE_FAILED:
            error = errno;
            break;
        case LINE_END:
        case LINE_TOO_LONG:
        default:
            error = EIO;
        }
    }
    line_reader_free(reader);
    return error;
}

struct search {
    uint32_t number;
    char *shown;
    size_t size;
};

static int show_line(void *context, const struct result_row *row) {
    struct search *search = context;
    char id[RESULT_LINE_ID_SIZE];
    char printable[UTF8_PRINTABLE_SIZE];
    size_t length;
    if (row->number != search->number) {
        return 0;
    }
    if (result_line_id(row->format, row->text, row->size, id, &length)) {
        strlcpy(search->shown, utf8_printable(id, length, printable), search->size);
    }
    return ECANCELED;
}

void result_file_show_id(const struct result_file *file, uint32_t number, char *shown, size_t size) {
    struct search search = {number, shown, size};
    strlcpy(shown, "?", size);
    (void)result_file_each(file, show_line, &search);
}

static int mend(struct result_file *file) {
    if (file->tail == RESULT_TAIL_TORN) {
        log_info("run", "%s: cut %" PRIu64 " bytes of a line that was not finished", file->name,
                 file->length - file->whole);
        return ftruncate(file->fd, (off_t)file->whole) == 0 ? 0 : errno;
    }
    log_info("run", "%s: added the newline that its last line lacked", file->name);
    return file_io_write(file->fd, "\n", 1, file->whole);
}

int result_file_mend(struct result_file *file) {
    if (file->tail == RESULT_TAIL_WHOLE) {
        return 0;
    }
    int error = mend(file);
    if (error == 0 && fsync(file->fd) != 0) {
        error = errno;
    }
    if (error != 0) {
        log_fatal("run", "%s: cannot mend its last line: %s", file->name, strerror(error));
        return -1;
    }
    file->whole += file->tail == RESULT_TAIL_NEWLINE;
    file->length = file->whole;
    file->tail = RESULT_TAIL_WHOLE;
    return 0;
}

void result_file_close(struct result_file *file) {
    id_table_free(file->ids);
    file->ids = NULL;
}
