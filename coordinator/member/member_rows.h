// What another machine shares, taken piece by piece. Private to member/.
#ifndef RATION_MEMBER_ROWS_H
#define RATION_MEMBER_ROWS_H

#include "member/member_share.h"
#include "ration/digest.h"

#include <stdbool.h>
#include <stdint.h>

struct member;

// Begin it with the first four alone.
struct member_rows {
    struct member *member; // whose link is asked
    const char *kind;      // of the table
    const char *name;      // of the run
    uint64_t term;         // so long it waits while nobody puts more there
    // as the database said last
    char run[16];   // "": there is none
    char *settings; // of the run, JSON
    uint64_t size;  // 0: nothing is shared
    uint64_t pieces;
    char digest[DIGEST_SIZE];
    char about[MEMBER_SHARE_ABOUT];
    uint64_t live; // machines at work that might have them
    bool wrong;    // it refused
};

// Asks what there is. 0, or -1 after telling.
int member_rows_look(struct member_rows *rows);
// Says that they are waited for. 0, or -1 after telling.
int member_rows_wish(struct member_rows *rows);
// A moment. false: a signal was caught.
bool member_rows_wait(void);
// All of it into an empty file, or one that holds the beginning of it: it goes on behind that. Checked by its
// digest. 0, or -1 after telling.
int member_rows_fetch(struct member_rows *rows, int fd, const char *where);

// What befell a file, but for a signal. -1.
int member_rows_tell(const char *where, int error);
void member_rows_free(struct member_rows *rows);

#endif
