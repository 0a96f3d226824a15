#include "http/http_token.h"

#include "ration/log.h"
#include "system/small_file.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPTION "http-token-file"
#define RANDOM_BYTES 32U

// Length of the token in `text`, without the newline that editors leave; 0: it is none.
static size_t token_length(const char *text, size_t length) {
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return 0;
        }
    }
    return length >= HTTP_TOKEN_LEAST && length <= HTTP_TOKEN_MOST ? length : 0;
}

int http_token_read(const char *path, char out[HTTP_TOKEN_SIZE]) {
    struct stat status;
    size_t length;
    int result = -1;
    char *text = small_file_read(OPTION, path, HTTP_TOKEN_MOST + 2, &length, &status);
    if (text == NULL) {
        return -1;
    }
    size_t token = token_length(text, length);
    if (!S_ISREG(status.st_mode)) {
        log_fatal("config", "--" OPTION " %s: is not a regular file", path);
    } else if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        log_fatal("config", "--" OPTION " %s: others may read or change it; chmod 600 it", path);
    } else if (token == 0) {
        log_fatal("config", "--" OPTION " %s: must hold %u to %u printable characters, no blanks", path,
                  HTTP_TOKEN_LEAST, HTTP_TOKEN_MOST);
    } else {
        memcpy(out, text, token);
        out[token] = '\0';
        result = 0;
    }
    explicit_bzero(text, HTTP_TOKEN_MOST + 2);
    free(text);
    return result;
}

int http_token_make(const struct run_folder *folder, char out[HTTP_TOKEN_SIZE]) {
    unsigned char random[RANDOM_BYTES];
    arc4random_buf(random, sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", random[i]);
    }
    explicit_bzero(random, sizeof(random));
    int fd = openat(folder->fd, RUN_FOLDER_TOKEN, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return -1;
    }
    char line[2 * RANDOM_BYTES + 2];
    int length = snprintf(line, sizeof(line), "%s\n", out);
    ssize_t n = write(fd, line, (size_t)length);
    int error = n < 0 ? errno : n == length ? 0 : ENOSPC;
    explicit_bzero(line, sizeof(line));
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    if (error != 0) {
        (void)unlinkat(folder->fd, RUN_FOLDER_TOKEN, 0);
    }
    errno = error;
    return error == 0 ? 0 : -1;
}
