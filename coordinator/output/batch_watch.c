#include "output/batch_watch.h"

#include "output/batch_parts.h"
#include "ration/clock.h"
#include "ration/file_io.h"

#include <bsd/string.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((uint64_t)4 << 20) // longer than any line

// The whole lines of these bytes; how many bytes they are.
static size_t take_lines(struct batch_list *list, const char *bytes, size_t length) {
    size_t at = 0;
    const char *stop;
    while ((stop = memchr(bytes + at, '\n', length - at)) != NULL) {
        size_t size = (size_t)(stop - (bytes + at));
        struct batch_record record;
        if (size > 0 && batch_journal_line(bytes + at, size, &record) == BATCH_JOURNAL_READ) {
            batch_list_add(list, &record);
        }
        at += size + 1;
    }
    return at;
}

// One piece. False: there is no more now.
static bool read_on(struct batch_watch *watch, int fd) {
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    uint64_t size = (uint64_t)status.st_size;
    if (watch->inode != (uint64_t)status.st_ino || size < watch->offset) { // another one
        watch->list = (struct batch_list){0};
        watch->offset = 0;
        watch->inode = (uint64_t)status.st_ino;
    }
    size_t length = (size_t)(size - watch->offset < PIECE ? size - watch->offset : PIECE);
    char *bytes = length > 0 ? malloc(length) : NULL;
    size_t taken = 0;
    if (bytes != NULL && file_io_read(fd, bytes, length, watch->offset) == 0) {
        taken = take_lines(&watch->list, bytes, length);
        taken = taken == 0 && length == PIECE ? length : taken; // no line of ours
    }
    free(bytes);
    watch->offset += taken;
    return taken > 0 && watch->offset < size;
}

static bool find_path(struct batch_watch *watch, const char *output) {
    char *path = watch->path[0] == '\0' && output[0] != '\0' ? batch_parts_path(output) : NULL;
    if (path != NULL && strlen(path) < sizeof(watch->path)) {
        (void)strlcpy(watch->path, path, sizeof(watch->path));
    }
    free(path);
    return watch->path[0] != '\0';
}

static void look(struct batch_watch *watch, const char *output, bool all) {
    int fd =
        find_path(watch, output) ? open(watch->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    if (fd < 0) {
        return; // what is known of one that has gone stays
    }
    while (read_on(watch, fd) && all) {}
    (void)close(fd);
}

void batch_watch_look(struct batch_watch *watch, const char *output, uint64_t now) {
    if (now >= watch->next) {
        watch->next = now + CLOCK_SECOND;
        look(watch, output, false);
    }
}

void batch_watch_once(const char *output, bool works, struct batch_list *list) {
    struct batch_watch *watch = calloc(1, sizeof(*watch));
    *list = (struct batch_list){0};
    if (watch != NULL) {
        look(watch, output, true);
        *list = watch->list;
        if (!works) {
            batch_list_at_rest(list);
        }
    }
    free(watch);
}
