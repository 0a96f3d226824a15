#include "member/member_rows.h"

#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/log.h"
#include "system/signals.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOKS_EACH 500 // milliseconds

int member_rows_look(struct member_rows *rows) {
    struct member_values values;
    struct member_answer answer;
    member_values_begin(&values);
    member_values_text(&values, rows->name);
    member_values_text(&values, rows->kind);
    int status = member_ask(rows->member, LINK_SHARE, &values, &answer, &rows->wrong);
    text_free(&values.text);
    free(rows->settings);
    rows->settings = NULL;
    rows->run[0] = rows->digest[0] = rows->about[0] = '\0';
    rows->size = rows->pieces = 0;
    if (status == 0 && answer.count >= 6) {
        (void)strlcpy(rows->run, answer.text[0], sizeof(rows->run));
        rows->settings = answer.text[1];
        answer.text[1] = NULL;
        rows->size = strtoull(answer.text[2], NULL, 10);
        (void)strlcpy(rows->digest, answer.text[3], sizeof(rows->digest));
        (void)strlcpy(rows->about, answer.text[4], sizeof(rows->about));
        rows->pieces = strtoull(answer.text[5], NULL, 10);
    }
    member_ask_forget(&answer);
    return status;
}

int member_rows_wish(struct member_rows *rows) {
    struct member_values values;
    struct member_answer answer;
    member_values_begin(&values);
    member_values_text(&values, rows->run);
    int status = member_ask(rows->member, LINK_WISH, &values, &answer, &rows->wrong);
    text_free(&values.text);
    rows->live = status == 0 && answer.count > 0 ? strtoull(answer.text[0], NULL, 10) : 0;
    member_ask_forget(&answer);
    return status;
}

bool member_rows_wait(void) {
    (void)poll(NULL, 0, LOOKS_EACH);
    return !signals_caught();
}

// ---- piece by piece ----

struct fetch {
    struct member_rows *rows;
    const char *where;
    int fd;
    char *room; // of a piece
    struct digest *digest;
    char wanted[DIGEST_SIZE]; // what is fetched, which may be replaced by another
    struct member_share_told told;
    bool waited;
};

// Until the piece is there, or something else. 0, or -1 after telling.
static int wait_for(struct fetch *fetch, uint64_t piece) {
    struct member_rows *rows = fetch->rows;
    uint64_t since = clock_now(), before = rows->pieces;
    while (strcmp(rows->digest, fetch->wanted) == 0 && rows->pieces <= piece) {
        if (!fetch->waited) {
            fetch->waited = true;
            log_info("fleet",
                     "%s: another machine is still putting them into the database; they are waited for",
                     rows->name);
        }
        if ((strcmp(rows->kind, "input") == 0 && member_rows_wish(rows) != 0) || !member_rows_wait() ||
            member_rows_look(rows) != 0) {
            return -1;
        }
        if (rows->size == 0) {
            log_fatal("fleet", "%s: the run was dropped", rows->name);
            return -1;
        }
        since = rows->pieces != before ? clock_now() : since;
        before = rows->pieces;
        if (clock_now() - since > rows->term) {
            log_fatal(
                "fleet",
                "%s: only %" PRIu64 " of %" PRIu64 " MiB are in the database, and no more came for %.0f s; "
                "start the machine that shares them again",
                rows->name, rows->pieces, member_share_pieces(rows->size), (double)rows->term / CLOCK_SECOND);
            return -1;
        }
    }
    return 0;
}

// 1: it is in fetch->room; 0: it is not there; -1 after telling.
static int ask_piece(struct fetch *fetch, uint64_t piece) {
    struct member_values values;
    struct member_answer answer;
    member_values_begin(&values);
    member_values_text(&values, fetch->rows->run);
    member_values_text(&values, fetch->rows->kind);
    member_values_number(&values, (int64_t)piece);
    int status = member_ask(fetch->rows->member, LINK_PIECE, &values, &answer, &fetch->rows->wrong);
    text_free(&values.text);
    size_t length = 0;
    bool there = status == 0 && answer.count > 0 &&
                 member_share_bytes(answer.text[0], fetch->room, &length) &&
                 length == member_share_length(fetch->rows->size, piece);
    member_ask_forget(&answer);
    return status != 0 ? -1 : there;
}

static int take_piece(struct fetch *fetch, uint64_t piece) {
    size_t length = member_share_length(fetch->rows->size, piece);
    int there = ask_piece(fetch, piece);
    if (there <= 0) {
        if (there == 0) {
            log_fatal("fleet",
                      "%s: a piece of what another machine shares has gone from the database; "
                      "start that machine again",
                      fetch->rows->name);
        }
        return -1;
    }
    digest_add(fetch->digest, fetch->room, length);
    int error = file_io_write(fetch->fd, fetch->room, length, piece * MEMBER_SHARE_PIECE);
    if (error != 0) {
        log_fatal("fleet", "%s: %s; %" PRIu64 " bytes are needed there; then go on with the same command",
                  fetch->where, strerror(error), fetch->rows->size);
        return -1;
    }
    member_share_tell(&fetch->told, fetch->rows->name, "comes from the database", piece + 1,
                      fetch->rows->size, clock_now());
    return 0;
}

int member_rows_tell(const char *where, int error) {
    if (error != EINTR || !signals_caught()) {
        log_fatal("fleet", "%s: %s", where, strerror(error));
    }
    return -1;
}

// From that piece on. 1: all of it, and it is right; 0: it is another one, or wrong; -1 after telling.
static int fetch_from(struct fetch *fetch, uint64_t from) {
    struct member_rows *rows = fetch->rows;
    uint64_t pieces = member_share_pieces(rows->size);
    char read[DIGEST_SIZE];
    (void)strlcpy(fetch->wanted, rows->digest, sizeof(fetch->wanted));
    if (ftruncate(fetch->fd, (off_t)(from * MEMBER_SHARE_PIECE)) != 0) {
        return member_rows_tell(fetch->where, errno);
    }
    digest_begin(fetch->digest);
    int error = member_share_digest(fetch->fd, rows->size, from, fetch->room, fetch->digest);
    if (error != 0) {
        return member_rows_tell(fetch->where, error);
    }
    for (uint64_t piece = from; piece < pieces; piece++) {
        if (wait_for(fetch, piece) != 0) {
            return -1;
        }
        if (strcmp(rows->digest, fetch->wanted) != 0) {
            return 0;
        }
        if (take_piece(fetch, piece) != 0) {
            return -1;
        }
    }
    digest_end(fetch->digest, read);
    return strcmp(read, fetch->wanted) == 0;
}

// What stands there already is gone on with; once anew where that came to nothing.
static int fetch_all(struct fetch *fetch) {
    struct member_rows *rows = fetch->rows;
    struct stat status;
    if (fstat(fetch->fd, &status) != 0) {
        return member_rows_tell(fetch->where, errno);
    }
    uint64_t from = (uint64_t)status.st_size / MEMBER_SHARE_PIECE, pieces = member_share_pieces(rows->size);
    from = from < pieces ? from : pieces - 1;
    for (;;) {
        int came = fetch_from(fetch, from);
        if (came != 0) {
            return came < 0 ? -1 : 0;
        }
        if (from == 0 && strcmp(rows->digest, fetch->wanted) == 0) {
            log_fatal("fleet",
                      "%s: what is in the database is not what was put there: its digest is another one; "
                      "begin the run anew, after ration fleet drop",
                      rows->name);
            return -1;
        }
        from = 0;
    }
}

int member_rows_fetch(struct member_rows *rows, int fd, const char *where) {
    struct fetch fetch = {
        .rows = rows, .where = where, .fd = fd, .room = malloc(MEMBER_SHARE_PIECE), .digest = digest_new()};
    int status = -1;
    if (fetch.room == NULL || fetch.digest == NULL) {
        log_fatal("fleet", "out of memory");
    } else if (fd < 0) {
        (void)member_rows_tell(where, errno);
    } else {
        status = fetch_all(&fetch);
    }
    free(fetch.room);
    digest_free(fetch.digest);
    return status;
}

void member_rows_free(struct member_rows *rows) {
    free(rows->settings);
    rows->settings = NULL;
}
