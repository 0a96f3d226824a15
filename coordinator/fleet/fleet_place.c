#include "fleet/fleet_place.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_MOST ((uint64_t)1 << 30) // bytes; a batch has half a MiB, or one line

// The next two numbers of an array's text. false: there are none any more.
static bool next_piece(const char **at, uint64_t *from, uint64_t *to) {
    uint64_t number[2];
    for (int i = 0; i < 2; i++) {
        char *end;
        *at += strcspn(*at, "0123456789");
        number[i] = strtoull(*at, &end, 10);
        if (end == *at) {
            return false;
        }
        *at = end;
    }
    *from = number[0];
    *to = number[1];
    return true;
}

// Lines that somebody has edited may end with a CR, which was not handed in.
static void drop_returns(struct text *text) {
    size_t used = 0;
    for (size_t i = 0; i < text->length; i++) {
        if (text->bytes[i] != '\r' || i + 1 == text->length || text->bytes[i + 1] != '\n') {
            text->bytes[used++] = text->bytes[i];
        }
    }
    text->length = used;
}

// 0, or an errno; ESTALE: the file is shorter.
static int read_piece(int fd, uint64_t from, uint64_t to, struct text *out) {
    char piece[1 << 16];
    if (to < from || to - from > PIECE_MOST) {
        return ESTALE;
    }
    while (from < to) {
        size_t size = to - from < sizeof(piece) ? (size_t)(to - from) : sizeof(piece);
        ssize_t n = pread(fd, piece, size, (off_t)from);
        if (n <= 0) {
            return n == 0 ? ESTALE : errno;
        }
        text_add(out, piece, (size_t)n);
        from += (uint64_t)n;
    }
    return out->failed ? ENOMEM : 0;
}

int fleet_place_read(int fd, const struct fleet_place *place, struct digest *digest, struct text *out) {
    const char *at = place->pieces;
    uint64_t from, to;
    char sum[DIGEST_SIZE];
    int error = 0;
    text_clear(out);
    if (place->pieces[0] == '\0') {
        error = read_piece(fd, strtoull(place->from, NULL, 10), strtoull(place->to, NULL, 10), out);
    }
    while (error == 0 && place->pieces[0] != '\0' && next_piece(&at, &from, &to)) {
        error = read_piece(fd, from, to, out);
    }
    if (error != 0) {
        return error;
    }
    drop_returns(out);
    digest_begin(digest);
    digest_add(digest, out->length > 0 ? out->bytes : "", out->length);
    digest_end(digest, sum);
    return strcmp(sum, place->sum) == 0 ? 0 : ESTALE;
}

uint64_t fleet_place_begin(const struct fleet_place *place) {
    const char *at = place->pieces;
    uint64_t from, to;
    return next_piece(&at, &from, &to) ? from : strtoull(place->from, NULL, 10);
}
