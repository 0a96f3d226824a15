#include "member/member_share.h"

#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/log.h"
#include "system/signals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TOLD_EACH (5 * CLOCK_SECOND)

uint64_t member_share_pieces(uint64_t size) {
    return (size + MEMBER_SHARE_PIECE - 1) / MEMBER_SHARE_PIECE;
}

size_t member_share_length(uint64_t size, uint64_t piece) {
    uint64_t left = size - piece * MEMBER_SHARE_PIECE;
    return left < MEMBER_SHARE_PIECE ? (size_t)left : MEMBER_SHARE_PIECE;
}

void member_share_about(bool lines, char delimiter, char out[MEMBER_SHARE_ABOUT]) {
    (void)snprintf(out, MEMBER_SHARE_ABOUT, "%s%s", lines ? "jsonl" : "csv", delimiter != '\0' ? " " : "");
    if (delimiter != '\0') {
        size_t length = strlen(out);
        out[length] = delimiter;
        out[length + 1] = '\0';
    }
}

void member_share_read_about(const char *about, bool *lines, char *delimiter) {
    size_t word = strcspn(about, " ");
    *lines = word == 5 && strncmp(about, "jsonl", word) == 0;
    *delimiter = about[word] == ' ' ? about[word + 1] : '\0';
}

int member_share_digest(int fd, uint64_t size, uint64_t pieces, char *room, struct digest *digest) {
    for (uint64_t piece = 0; piece < pieces; piece++) {
        size_t length = member_share_length(size, piece);
        int error = signals_caught() ? EINTR : file_io_read(fd, room, length, piece * MEMBER_SHARE_PIECE);
        if (error != 0) {
            return error;
        }
        digest_add(digest, room, length);
    }
    return 0;
}

static int nibble(char digit) {
    return digit >= '0' && digit <= '9' ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool member_share_bytes(const char *text, char *room, size_t *length) {
    *length = 0;
    if (text[0] != '\\' || text[1] != 'x') {
        return false;
    }
    for (const char *at = text + 2; *at != '\0'; at += 2) {
        int high = nibble(at[0]), low = at[1] != '\0' ? nibble(at[1]) : -1;
        if (high < 0 || low < 0 || *length == MEMBER_SHARE_PIECE) {
            return false;
        }
        room[(*length)++] = (char)(high * 16 + low);
    }
    return true;
}

void member_share_tell(struct member_share_told *told, const char *run, const char *what, uint64_t piece,
                       uint64_t size, uint64_t now) {
    if (told->at == 0) {
        told->at = now;
    } else if (now - told->at >= TOLD_EACH) {
        told->at = now;
        log_info("fleet", "%s: %s: %" PRIu64 " of %" PRIu64 " MiB", run, what, piece,
                 member_share_pieces(size));
    }
}
