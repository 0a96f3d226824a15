#include "input/input_open.h"

#include "input/encoding.h"
#include "input/unpack.h"
#include "ration/file_io.h"
#include "ration/log.h"
#include "system/signals.h"
#include "system/temp_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (64U * 1024U)

// Copies standard input to a file without a name: the workers read it by offset.
static int spool(void) {
    static char piece[PIECE];
    int fd = temp_file_open();
    if (fd < 0) {
        return -1;
    }
    ssize_t n;
    while ((n = read(STDIN_FILENO, piece, sizeof(piece))) != 0) {
        int error = n < 0 && errno != EINTR ? errno : n > 0 ? file_io_append(fd, piece, (size_t)n) : 0;
        if (signals_caught() || error != 0) {
            (void)close(fd);
            errno = error;
            return -1;
        }
    }
    return fd;
}

static bool ends(const char *name, size_t length, const char *with) {
    size_t size = strlen(with);
    return length > size && memcmp(name + length - size, with, size) == 0;
}

static bool jsonl_by_name(const char *name) {
    size_t length = strlen(name);
    length -= ends(name, length, ".gz") ? 3 : ends(name, length, ".zst") ? 4 : 0;
    return ends(name, length, ".jsonl") || ends(name, length, ".ndjson");
}

// FNV-1a over the size and both ends of the file.
static uint64_t mark_of(int fd, off_t size) {
    static unsigned char piece[PIECE];
    uint64_t hash = 0xcbf29ce484222325ULL ^ (uint64_t)size;
    off_t last = size > (off_t)sizeof(piece) ? size - (off_t)sizeof(piece) : 0;
    for (int end = 0; end < 2; end++) {
        ssize_t n = pread(fd, piece, sizeof(piece), end == 0 ? 0 : last);
        for (ssize_t i = 0; i < n; i++) {
            hash = (hash ^ piece[i]) * 0x100000001b3ULL;
        }
    }
    return hash;
}

// What `kind` and the encoding make of the file at *fd takes its place. 0, or -1 after telling.
static int copy_of(const struct input_open *input, enum unpack_kind kind, const char *encoding, int *fd) {
    int copy = temp_file_open();
    if (copy < 0) {
        log_fatal("input", "%s: cannot make a temporary file for it: %s; set TMPDIR", input->name,
                  strerror(errno));
        return -1;
    }
    const char *problem =
        encoding != NULL ? encoding_copy(encoding, *fd, copy) : unpack_copy(kind, *fd, copy);
    if (problem != NULL) {
        if (*problem != '\0') {
            log_fatal("input", "%s: %s", input->name, problem);
        }
        (void)close(copy);
        return -1;
    }
    if (*fd != input->original) {
        (void)close(*fd);
    }
    *fd = copy;
    return 0;
}

static enum unpack_kind kind_of(int fd) {
    char head[UNPACK_HEAD];
    ssize_t n;
    do {
        n = pread(fd, head, sizeof(head), 0);
    } while (n < 0 && errno == EINTR);
    return unpack_kind(head, n > 0 ? (size_t)n : 0); // what cannot be read is told by who reads it all
}

// Workers read by offset: so what is packed, or in another encoding, is made plain once.
static int make_plain(const struct options *options, struct input_open *input) {
    enum unpack_kind kind = kind_of(input->fd);
    const char *encoding =
        options->encoding != NULL && !encoding_plain(options->encoding) ? options->encoding : NULL;
    if (encoding != NULL && !encoding_known(encoding)) {
        log_fatal("config", "--encoding: \"%s\" is not known; iconv -l lists those that are", encoding);
        return -1;
    }
    if (kind == UNPACK_NOTHING && encoding == NULL) {
        return 0;
    }
    input->original = input->fd;
    if ((kind != UNPACK_NOTHING && copy_of(input, kind, NULL, &input->fd) != 0) ||
        (encoding != NULL && copy_of(input, UNPACK_NOTHING, encoding, &input->fd) != 0)) {
        return -1;
    }
    if (kind != UNPACK_NOTHING) {
        log_info("input", "%s: is packed with %s; unpacked to a temporary file", input->name,
                 unpack_name(kind));
    }
    return 0;
}

int input_open(const struct options *options, struct input_open *input) {
    struct stat status;
    bool standard = strcmp(options->input, "-") == 0;
    input->original = -1;
    input->name = standard ? "standard input" : options->input;
    input->format = options->input_format == OPTIONS_FORMAT_JSONL ||
                            (options->input_format == OPTIONS_FORMAT_AUTO && jsonl_by_name(options->input))
                        ? SETTINGS_JSONL
                        : SETTINGS_CSV;
    input->fd = standard ? spool() : open(options->input, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (input->fd < 0 || fstat(input->fd, &status) != 0) {
        if (!signals_caught()) {
            log_fatal("input", "--input %s: %s", options->input, strerror(errno));
        }
        return -1;
    }
    if (!S_ISREG(status.st_mode)) {
        log_fatal("input", "--input %s: is %s; give a file, or - and pipe it in", options->input,
                  S_ISDIR(status.st_mode) ? "a directory" : "not a regular file");
        (void)close(input->fd);
        return -1;
    }
    input->status = status;
    if (make_plain(options, input) != 0 || fstat(input->fd, &status) != 0) {
        return -1;
    }
    input->mark = mark_of(input->fd, status.st_size);
    return 0;
}
