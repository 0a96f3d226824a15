#include "member/member_identity.h"

#include "system/whole_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

bool member_identity_make(char id[MEMBER_IDENTITY_SIZE]) {
    unsigned char byte[16];
    if (getrandom(byte, sizeof(byte), 0) != (ssize_t)sizeof(byte)) {
        return false;
    }
    byte[6] = (unsigned char)((byte[6] & 0x0fU) | 0x40U); // version 4
    byte[8] = (unsigned char)((byte[8] & 0x3fU) | 0x80U);
    size_t length = 0;
    for (size_t i = 0; i < sizeof(byte); i++) {
        length += (size_t)snprintf(id + length, MEMBER_IDENTITY_SIZE - length, "%s%02x",
                                   i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", byte[i]);
    }
    return true;
}

char *member_identity_path(const char *output) {
    char *path = NULL;
    return asprintf(&path, "%s.member", output) < 0 ? NULL : path;
}

static bool is_identity(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : isxdigit((unsigned char)text[i]) == 0) {
            return false;
        }
    }
    return length == MEMBER_IDENTITY_SIZE - 1;
}

// A line of two numbers; an earlier version wrote none.
static void read_from(const char *text, uint64_t from[OUTPUT_FILES]) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        char *end = NULL;
        errno = 0;
        uint64_t number = isdigit((unsigned char)*text) != 0 ? strtoull(text, &end, 10) : 0;
        if (end == NULL || errno != 0 || *end != (file + 1 < OUTPUT_FILES ? ' ' : '\n')) {
            memset(from, 0, OUTPUT_FILES * sizeof(from[0]));
            return;
        }
        from[file] = number;
        text = end + 1;
    }
}

void member_identity_read(const char *path, char id[MEMBER_IDENTITY_SIZE], uint64_t from[OUTPUT_FILES]) {
    char text[128] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    id[0] = '\0';
    memset(from, 0, OUTPUT_FILES * sizeof(from[0]));
    text[n > 0 ? n : 0] = '\0';
    size_t length = strcspn(text, "\n");
    if (text[length] == '\n' && is_identity(text, length)) {
        memcpy(id, text, length);
        id[length] = '\0';
        read_from(text + length + 1, from);
    }
}

int member_identity_keep(const char *path, const char *id, const uint64_t from[OUTPUT_FILES]) {
    char numbers[64];
    struct whole_file *file = whole_file_open(path);
    if (file == NULL) {
        return -1;
    }
    (void)snprintf(numbers, sizeof(numbers), "\n%" PRIu64 " %" PRIu64 "\n", from[OUTPUT_ANSWERS],
                   from[OUTPUT_ERRORS]);
    whole_file_text(file, id);
    whole_file_text(file, numbers);
    int error = whole_file_commit(file);
    whole_file_free(file);
    errno = error;
    return error == 0 ? 0 : -1;
}
