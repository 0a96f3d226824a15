// What a machine shares of the fleet's run with those that have it not, through the database: a file, in
// pieces of a mebibyte.
#ifndef RATION_MEMBER_SHARE_H
#define RATION_MEMBER_SHARE_H

#include "ration/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMBER_SHARE_PIECE ((size_t)1 << 20)
#define MEMBER_SHARE_ABOUT 64

// How many it has, and how long one of them is.
uint64_t member_share_pieces(uint64_t size);
size_t member_share_length(uint64_t size, uint64_t piece);

// How rows are read: JSON Lines, or CSV with that delimiter; '\0': whoever reads them finds out.
void member_share_about(bool lines, char delimiter, char out[MEMBER_SHARE_ABOUT]);
void member_share_read_about(const char *about, bool *lines, char *delimiter);

// The digest of the first `pieces` pieces of a file of `size` bytes, piece by piece: `room` is one of them.
// 0, or an errno; EINTR: a signal was caught.
int member_share_digest(int fd, uint64_t size, uint64_t pieces, char *room, struct digest *digest);

// A bytea as a text: "\x…". Its bytes, into `room` of a piece. false: it is none, or longer.
bool member_share_bytes(const char *text, char *room, size_t *length);

// How far it is, told each five seconds. `at` is 0 at the beginning.
struct member_share_told {
    uint64_t at; // monotonic
};
void member_share_tell(struct member_share_told *told, const char *run, const char *what, uint64_t piece,
                       uint64_t size, uint64_t now);

#endif
