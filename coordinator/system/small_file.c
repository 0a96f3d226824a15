#include "system/small_file.h"

#include "ration/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *small_file_read(const char *option, const char *path, size_t most, size_t *length,
                      struct stat *status) {
    char *text = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, status) != 0) {
        log_fatal("config", "--%s %s: %s", option, path, strerror(errno));
        goto done;
    }
    if (S_ISDIR(status->st_mode)) {
        log_fatal("config", "--%s %s: is a directory", option, path);
        goto done;
    }
    text = malloc(most + 2);
    if (text == NULL) {
        log_fatal("config", "--%s %s: out of memory", option, path);
        goto done;
    }
    *length = 0;
    ssize_t n;
    while (*length <= most && (n = read(fd, text + *length, most + 1 - *length)) != 0) {
        if (n < 0) {
            log_fatal("config", "--%s %s: %s", option, path, strerror(errno));
            goto fail;
        }
        *length += (size_t)n;
    }
    if (*length > most) {
        log_fatal("config", "--%s %s: longer than %zu bytes", option, path, most);
        goto fail;
    }
    text[*length] = '\0';
    goto done;
fail:
    explicit_bzero(text, most + 2);
    free(text);
    text = NULL;
done:
    if (fd >= 0) {
        (void)close(fd);
    }
    return text;
}
