#include "input/sample_copy.h"

#include "input/record_at.h"
#include "input/sample.h"
#include "input/unpack.h"
#include "input/unpack_piece.h"
#include "ration/log.h"
#include "system/temp_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

// The bytes [from, end) of one file behind what the other has. NULL, or what is wrong.
static const char *copy_bytes(int from, uint64_t at, uint64_t end, int to) {
    static char piece[UNPACK_PIECE];
    while (at < end) {
        size_t got = 0;
        size_t most = end - at < sizeof(piece) ? (size_t)(end - at) : sizeof(piece);
        const char *problem = unpack_piece_read(from, &at, piece, most, &got);
        if (problem == NULL && got == 0) {
            problem = "was changed while it was read; start again when it is complete";
        }
        problem = problem != NULL ? problem : unpack_piece_write(to, piece, got);
        if (problem != NULL) {
            return problem;
        }
    }
    return NULL;
}

// Each record reaches up to where the next one begins; the header stands before the first.
static const char *copy_records(const struct input_open *input, const struct input_index *index,
                                struct sample *sample, struct record_reader *reader, int to) {
    struct record record;
    uint64_t from = 0;
    bool take = true;
    for (uint32_t artist = 0; artist <= index->total; artist++) {
        enum record_status status = record_reader_next(reader, &record);
        off_t end = status == RECORD_OK ? (off_t)record.offset : lseek(input->fd, 0, SEEK_END);
        if (status != (artist < index->total ? RECORD_OK : RECORD_END) || end < 0) {
            return "was changed while it was read; start again when it is complete";
        }
        const char *problem = take ? copy_bytes(input->fd, from, (uint64_t)end, to) : NULL;
        if (problem != NULL) {
            return problem;
        }
        from = (uint64_t)end;
        take = artist < index->total && sample_takes(sample, record.priority);
    }
    return NULL;
}

static void begin(struct sample *sample, const struct input_index *index, uint32_t wanted) {
    uint32_t of[PRIORITIES] = {0};
    for (uint32_t artist = 0; artist < index->total; artist++) {
        of[input_index_priority(index, artist)]++;
    }
    sample_begin(sample, of, wanted);
}

int sample_copy_make(struct input_open *input, const struct input_index *index, uint32_t wanted) {
    struct sample sample;
    const char *problem = NULL;
    struct record_reader *reader = record_at_reader(index, input->fd, input->name);
    int copy = temp_file_open();
    if (reader == NULL || copy < 0) {
        problem = reader == NULL ? "" : strerror(errno);
    } else {
        begin(&sample, index, wanted);
        record_reader_seek(reader, index->place[0].offset, index->place[0].line);
        problem = copy_records(input, index, &sample, reader, copy);
    }
    record_reader_free(reader);
    if (problem != NULL) {
        if (*problem != '\0') {
            log_fatal("input", "%s: no sample can be made: %s", input->name, problem);
        }
        if (copy >= 0) {
            (void)close(copy);
        }
        return -1;
    }
    if (input->original < 0) {
        input->original = input->fd;
    } else {
        (void)close(input->fd);
    }
    input->fd = copy;
    return 0;
}
