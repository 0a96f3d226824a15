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

#define ENDED " ended\n"

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

// A line of two numbers; an earlier version wrote none. What is behind it; NULL: it is none.
static const char *read_from(const char *text, uint64_t from[OUTPUT_FILES]) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        char *end = NULL;
        errno = 0;
        uint64_t number = isdigit((unsigned char)*text) != 0 ? strtoull(text, &end, 10) : 0;
        if (end == NULL || errno != 0 || *end != (file + 1 < OUTPUT_FILES ? ' ' : '\n')) {
            memset(from, 0, OUTPUT_FILES * sizeof(from[0]));
            return NULL;
        }
        from[file] = number;
        text = end + 1;
    }
    return text;
}

// "RUN" or "RUN ended".
static void read_run(const char *text, struct member_identity *identity) {
    size_t length = strcspn(text, " \n");
    if (length < sizeof(identity->run_id)) {
        memcpy(identity->run_id, text, length);
        identity->run_id[length] = '\0';
        identity->ended = strcmp(text + length, ENDED) == 0;
    }
}

void member_identity_read(const char *path, struct member_identity *identity) {
    char text[128 + ARENA_RUN_ID_SIZE] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    *identity = (struct member_identity){.ended = false};
    text[n > 0 ? n : 0] = '\0';
    size_t length = strcspn(text, "\n");
    if (text[length] == '\n' && is_identity(text, length)) {
        memcpy(identity->id, text, length);
        const char *rest = read_from(text + length + 1, identity->from);
        if (rest != NULL) {
            read_run(rest, identity);
        }
    }
}

int member_identity_keep(const char *path, const struct member_identity *identity) {
    char numbers[64];
    struct whole_file *file = whole_file_open(path);
    if (file == NULL) {
        return -1;
    }
    (void)snprintf(numbers, sizeof(numbers), "\n%" PRIu64 " %" PRIu64 "\n", identity->from[OUTPUT_ANSWERS],
                   identity->from[OUTPUT_ERRORS]);
    whole_file_text(file, identity->id);
    whole_file_text(file, numbers);
    whole_file_text(file, identity->run_id);
    whole_file_text(file, identity->ended ? ENDED : "\n");
    int error = whole_file_commit(file);
    whole_file_free(file);
    errno = error;
    return error == 0 ? 0 : -1;
}
