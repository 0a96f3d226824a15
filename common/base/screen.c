// The open file of a terminal or a pipe is shared with whoever started us: O_NONBLOCK on it would reach the
// shell and its other programs. /proc/self/fd gives an open file of our own. Not for regular files, whose
// place in the file is shared for good reasons.
#include "ration/screen.h"

#include "ration/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum way {
    WAY_WAIT, // regular files; before screen_begin(): all
    WAY_OWN,  // the open file does not wait
    WAY_SOCKET,
    WAY_ASK // whether there is room
};

static struct {
    enum way way[STDERR_FILENO + 1];
    char text[SCREEN_ROOM];
    size_t begin, end; // what waits
    uint64_t missed;
} screen;

static enum way way_of(int fd) {
    char name[32];
    struct stat status;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fstat(fd, &status) != 0 || S_ISREG(status.st_mode)) {
        return WAY_WAIT;
    }
    if (S_ISSOCK(status.st_mode)) {
        return WAY_SOCKET;
    }
    if ((flags & O_NONBLOCK) != 0) {
        return WAY_OWN;
    }
    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    int own = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own < 0) {
        return WAY_ASK; // somebody else's terminal, after su; or nobody reads the pipe any more
    }
    enum way way = dup2(own, fd) == fd ? WAY_OWN : WAY_ASK;
    (void)close(own);
    return way;
}

void screen_begin(void) {
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        screen.way[fd] = way_of(fd);
    }
}

static bool unknown_call(int error) {
    return error == EOPNOTSUPP || error == ENOSYS || error == EINVAL || error == EPERM;
}

// Newer kernels write to a pipe without waiting when asked so. Else room for PIPE_BUF bytes is promised;
// another writer may take it between the two calls, which is as good as it gets there.
static ssize_t ask_and_write(int fd, const char *text, size_t length) {
    struct iovec piece = {.iov_base = (char *)(uintptr_t)text, .iov_len = length};
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    ssize_t n = pwritev2(fd, &piece, 1, -1, RWF_NOWAIT);
    if (n >= 0 || !unknown_call(errno)) {
        return n;
    }
    if (poll(&room, 1, 0) <= 0 || room.revents == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(fd, text, length < PIPE_BUF ? length : PIPE_BUF);
}

static ssize_t write_once(int fd, const char *text, size_t length) {
    ssize_t n;
    do {
        n = screen.way[fd] == WAY_SOCKET ? send(fd, text, length, MSG_DONTWAIT | MSG_NOSIGNAL)
            : screen.way[fd] == WAY_ASK  ? ask_and_write(fd, text, length)
                                         : write(fd, text, length);
    } while (n < 0 && errno == EINTR && screen.way[fd] != WAY_WAIT);
    return n;
}

// How many bytes are no longer ours to care for: all, if it cannot be written for another reason than that
// there is no room.
static size_t take(int fd, const char *text, size_t length) {
    ssize_t n = write_once(fd, text, length);
    if (n >= 0) {
        return (size_t)n;
    }
    return errno == EAGAIN ? 0 : length;
}

static size_t waiting(void) {
    return screen.end - screen.begin;
}

void screen_flush(void) {
    while (waiting() > 0) {
        // A line at a time: those of several processes shall not mix.
        const char *at = screen.text + screen.begin;
        const char *end = memchr(at, '\n', waiting());
        size_t length = end != NULL ? (size_t)(end - at) + 1 : waiting();
        size_t taken = take(STDERR_FILENO, at, length);
        screen.begin += taken;
        if (taken < length) {
            return;
        }
    }
    screen.begin = screen.end = 0;
}

// What stays behind a line that was dropped must wait until it has been told of.
static bool keep(const char *text, size_t length) {
    if (screen.missed > 0 || length > SCREEN_ROOM - waiting()) {
        return false;
    }
    if (length > SCREEN_ROOM - screen.end) {
        memmove(screen.text, screen.text + screen.begin, waiting());
        screen.end = waiting();
        screen.begin = 0;
    }
    memcpy(screen.text + screen.end, text, length);
    screen.end += length;
    return true;
}

bool screen_line(const char *line, size_t length) {
    if (screen.way[STDERR_FILENO] == WAY_WAIT) {
        (void)write_once(STDERR_FILENO, line, length);
        return true;
    }
    screen_flush();
    size_t taken = waiting() == 0 && screen.missed == 0 ? take(STDERR_FILENO, line, length) : 0;
    if (taken < length && !keep(line + taken, length - taken)) {
        screen.missed++;
        return false;
    }
    return true;
}

void screen_picture(const char *text, size_t length) {
    screen_flush();
    if (waiting() == 0 && screen.missed == 0) {
        size_t taken = take(STDERR_FILENO, text, length);
        (void)keep(text + taken, length - taken);
    }
}

uint64_t screen_missed(void) {
    uint64_t missed = waiting() <= SCREEN_ROOM / 2 ? screen.missed : 0;
    screen.missed -= missed;
    return missed;
}

// Until there may be room on `fd`; false: the time is over.
static bool wait_for_room(int fd, uint64_t until) {
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    uint64_t now = clock_now();
    if (now >= until) {
        return false;
    }
    // Also where the system calls it writable and still takes nothing.
    int most = (int)((until - now) / CLOCK_MS) + 1;
    if (poll(&room, 1, most) > 0) {
        (void)poll(NULL, 0, most < 5 ? most : 5);
    }
    return true;
}

uint64_t screen_end(uint64_t still, uint64_t most) {
    uint64_t end = clock_now() + most;
    uint64_t moved = clock_now();
    screen_flush();
    for (size_t left = waiting(); left > 0; left = waiting()) {
        uint64_t until = moved + still < end ? moved + still : end;
        if (!wait_for_room(STDERR_FILENO, until)) {
            break;
        }
        screen_flush();
        moved = waiting() < left ? clock_now() : moved;
    }
    uint64_t lines = screen.missed;
    for (size_t i = screen.begin; i < screen.end; i++) {
        lines += screen.text[i] == '\n';
    }
    screen.begin = screen.end = 0;
    screen.missed = 0;
    return lines;
}

bool screen_print(const char *text, size_t length, uint64_t still, uint64_t most) {
    uint64_t end = clock_now() + most;
    uint64_t moved = clock_now();
    while (length > 0) {
        ssize_t n = write_once(STDOUT_FILENO, text, length);
        if (n > 0) {
            text += n;
            length -= (size_t)n;
            moved = clock_now();
        } else if ((n < 0 && errno != EAGAIN && errno != EINTR) ||
                   !wait_for_room(STDOUT_FILENO, moved + still < end ? moved + still : end)) {
            return false;
        }
    }
    return true;
}
