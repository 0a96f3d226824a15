#include "input/input_open.h"

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

static bool jsonl_by_name(const char *name) {
    size_t length = strlen(name);
    return (length > 6 && strcmp(name + length - 6, ".jsonl") == 0) ||
           (length > 7 && strcmp(name + length - 7, ".ndjson") == 0);
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

int input_open(const struct options *options, struct input_open *input) {
    struct stat status;
    bool standard = strcmp(options->input, "-") == 0;
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
    input->mark = mark_of(input->fd, status.st_size);
    return 0;
}
