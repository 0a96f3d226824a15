#include "export/result_source.h"

#include "config/config.h"
#include "control/run_attach.h"
#include "export/export_tell.h"
#include "export/result_usual.h"
#include "output/last_run_file.h"
#include "output/result_file.h"
#include "ration/file_io.h"
#include "ration/line_reader.h"
#include "ration/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536U

// The end of its last line, at most `size`.
static int last_line(int fd, uint64_t size, uint64_t *end) {
    char piece[PIECE];
    while (size > 0) {
        uint64_t begin = size > PIECE ? size - PIECE : 0;
        int error = file_io_read(fd, piece, (size_t)(size - begin), begin);
        const char *newline = error == 0 ? memrchr(piece, '\n', (size_t)(size - begin)) : NULL;
        if (error != 0 || newline != NULL) {
            *end = newline != NULL ? begin + (uint64_t)(newline - piece) + 1 : 0;
            return error;
        }
        size = begin;
    }
    *end = 0;
    return 0;
}

// The last line of a run that is over may lack its end only; what is whole counts.
static bool whole_without_end(int fd, uint64_t begin, uint64_t size) {
    struct result_walk walk;
    size_t length = (size_t)(size - begin);
    char *text = length > 0 && length < RESULT_FILE_MAX_LINE ? malloc(length) : NULL;
    struct result_usual usual = {0};
    bool whole = text != NULL && file_io_read(fd, text, length, begin) == 0 &&
                 result_usual_begin(&usual, text, length, &walk);
    result_usual_free(&usual);
    free(text);
    return whole;
}

static int open_file(struct result_source *source, enum result_source_file file) {
    struct stat status;
    const char *name = source->name[file];
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    source->fd[file] = fd;
    if (fd < 0 && errno == ENOENT && file == RESULT_SOURCE_ERRORS) {
        return 0;
    }
    if (fd < 0 || fstat(fd, &status) != 0) {
        export_tell("%s: %s", name, strerror(errno));
        return -1;
    }
    if (!S_ISREG(status.st_mode)) {
        export_tell("%s: is no regular file", name);
        return -1;
    }
    uint64_t size = (uint64_t)status.st_size;
    int error = last_line(fd, size, &source->end[file]);
    if (error != 0) {
        export_tell("%s: %s", name, strerror(error));
        return -1;
    }
    if (whole_without_end(fd, source->end[file], size)) {
        source->end[file] = size;
    }
    return 0;
}

// Of a run at work what stands behind the committed length may be taken back.
static void take_committed(struct result_source *source) {
    struct last_run *last = malloc(sizeof(*last));
    const char *output = source->name[RESULT_SOURCE_ANSWERS];
    bool works = last != NULL && last_run_file_read(output, last) == 0 &&
                 last_run_file_state(output, last) == LAST_RUN_AT_WORK;
    struct run_info *info = works ? malloc(sizeof(*info)) : NULL;
    int status;
    struct arena *arena = info != NULL ? run_attach(last->run_id, info, &status) : NULL;
    for (int file = 0; arena != NULL && file < RESULT_SOURCE_FILES; file++) {
        uint64_t committed = output_length(arena, (enum output_file)file);
        if (committed < source->end[file]) {
            (void)last_line(source->fd[file], committed, &source->end[file]);
        }
    }
    arena_close(arena);
    free(info);
    free(last);
}

int result_source_open(struct result_source *source, const char *output, const char *errors) {
    const struct options options = {.output = output, .errors = errors};
    *source = (struct result_source){.fd = {-1, -1}};
    source->name[RESULT_SOURCE_ANSWERS] = strdup(output);
    source->name[RESULT_SOURCE_ERRORS] = config_errors(&options);
    if (source->name[RESULT_SOURCE_ANSWERS] == NULL || source->name[RESULT_SOURCE_ERRORS] == NULL) {
        export_tell("out of memory");
        return -1;
    }
    // The errors first: who is in neither file when both are read in this order has no line yet. An answer
    // wins over an error.
    if (open_file(source, RESULT_SOURCE_ERRORS) != 0 || open_file(source, RESULT_SOURCE_ANSWERS) != 0) {
        return -1;
    }
    take_committed(source);
    return 0;
}

void result_source_close(struct result_source *source) {
    for (int file = 0; file < RESULT_SOURCE_FILES; file++) {
        if (source->fd[file] >= 0) {
            (void)close(source->fd[file]);
        }
        free(source->name[file]);
        source->fd[file] = -1;
        source->name[file] = NULL;
    }
}

int result_source_from(const struct result_source *source, enum result_source_file file, uint64_t offset,
                       result_source_take *take, void *context) {
    struct line_reader *reader = line_reader_new(source->fd[file], RESULT_FILE_MAX_LINE);
    int status = reader == NULL ? ENOMEM : 0;
    if (reader != NULL) {
        line_reader_seek(reader, offset, 1);
    }
    while (status == 0) {
        struct line line;
        enum line_status found = line_reader_next(reader, &line);
        if (found == LINE_FAILED || found == LINE_TOO_LONG) {
            status = found == LINE_FAILED ? errno : EFBIG;
        } else if (found == LINE_END || line.offset + line.length > source->end[file]) {
            break;
        } else {
            status = take(context, &(struct result_source_line){file, line.number, line.offset, line.text,
                                                                line.length});
        }
    }
    line_reader_free(reader);
    return status;
}

int result_source_each(const struct result_source *source, result_source_take *take, void *context,
                       enum result_source_file *failed) {
    int status = 0;
    for (int file = 0; file < RESULT_SOURCE_FILES && status == 0; file++) {
        if (source->fd[file] >= 0 && source->end[file] > 0) {
            *failed = (enum result_source_file)file;
            status = result_source_from(source, *failed, 0, take, context);
        }
    }
    return status;
}

int result_source_last(const struct result_source *source, enum result_source_file file, uint64_t lines,
                       uint64_t *offset) {
    uint64_t place = source->end[file];
    *offset = 0;
    for (uint64_t i = 0; i < lines && place > 0; i++) {
        int error = last_line(source->fd[file], place - 1, &place); // without its own end
        if (error != 0) {
            return error;
        }
    }
    *offset = place;
    return 0;
}

int result_source_read(const struct result_source *source, enum result_source_file file, uint64_t offset,
                       size_t length, struct result_walk_room *room) {
    if (!result_walk_reserve(room, length + 1)) {
        return ENOMEM;
    }
    return file_io_read(source->fd[file], room->text, length, offset);
}
