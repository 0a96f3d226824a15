// Preloaded into ration-worker by a test: while the file $FAULT_FILE exists, write(2) and fdatasync(2) on the
// worker's output and errors descriptors fail. The file holds "CALL ERRNO [BYTES]": the call that fails
// ("write" or "sync"), how, and, for write, how many bytes it still takes first. "hang 0": write never
// returns while the file exists. "hold 0": likewise fdatasync. With FAULT_COORDINATOR it is the coordinator
// whose calls fail, on the file of that path.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define OUTPUT 7 // as in ration/descriptor.h
#define ERRORS 8

static int in_worker(void) {
    return strncmp(program_invocation_short_name, "ration-worker", 13) == 0;
}

static int is_meant(int fd) {
    char link[64], path[4096];
    const char *of_coordinator = getenv("FAULT_COORDINATOR");
    if (of_coordinator == NULL || in_worker()) {
        return of_coordinator == NULL && in_worker() && (fd == OUTPUT || fd == ERRORS);
    }
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof(path) - 1);
    path[length > 0 ? length : 0] = '\0';
    return strcmp(path, of_coordinator) == 0;
}

// Whether the call on fd is to fail now; then errno is set.
static int fails(const char *call, int fd, size_t *before) {
    char text[64] = "";
    char name[16] = "";
    int number = 0;
    unsigned long bytes = 0;
    const char *path = getenv("FAULT_FILE");
    if (path == NULL || !is_meant(fd)) {
        return 0;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ssize_t n = read(file, text, sizeof(text) - 1);
    (void)close(file);
    if (n <= 0 || sscanf(text, "%15s %d %lu", name, &number, &bytes) < 2 || strcmp(name, call) != 0) {
        return 0;
    }
    *before = bytes;
    errno = number;
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    size_t before = 0;
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "write");
    }
    while (fails("hang", fd, &before)) {
        (void)usleep(10000);
    }
    if (!fails("write", fd, &before)) {
        return real(fd, bytes, length);
    }
    int error = errno;
    if (before > 0 && before < length) {
        return real(fd, bytes, before);
    }
    errno = error;
    return -1;
}

int fdatasync(int fd) {
    static int (*real)(int);
    size_t before = 0;
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
    }
    while (fails("hold", fd, &before)) {
        (void)usleep(10000);
    }
    return fails("sync", fd, &before) ? -1 : real(fd);
}
