// What this machine shares goes into the database, before the run begins here: it is waited for.
#include "member/member_prompt.h"
#include "member/member_share.h"
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/log.h"
#include "system/signals.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct put {
    struct member *member;
    const char *kind, *what; // of the table; for people
    int fd;
    uint64_t size;
    char about[MEMBER_SHARE_ABOUT];
    char digest[DIGEST_SIZE];
    int64_t there; // pieces; -1: another one is there
    char *room;    // of a piece
};

// The one number that the database answers, into put->there. 0, or -1 after telling.
static int ask(struct put *put, enum link_call call, struct member_values *values, bool *wrong) {
    struct member_answer answer;
    int status = member_ask(put->member, call, values, &answer, wrong);
    text_free(&values->text);
    if (status == 0 && answer.count > 0) {
        put->there = strtoll(answer.text[0], NULL, 10);
    }
    member_ask_forget(&answer);
    return status;
}

static int offer(struct put *put, bool *wrong) {
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, put->member->run);
    member_values_text(&values, put->kind);
    member_values_number(&values, (int64_t)put->size);
    member_values_text(&values, put->digest);
    member_values_text(&values, put->about);
    return ask(put, LINK_OFFER, &values, wrong);
}

static int put_piece(struct put *put, uint64_t piece, size_t length, bool *wrong) {
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, put->member->run);
    member_values_text(&values, put->kind);
    member_values_text(&values, put->digest);
    member_values_number(&values, (int64_t)piece);
    member_values_bytes(&values, put->room, length);
    return ask(put, LINK_PUT, &values, wrong);
}

static int tell_unread(const struct put *put, int error) {
    if (error != EINTR || !signals_caught()) {
        log_fatal("fleet", "%s: cannot share its %s: %s", put->member->name, put->what,
                  error == 0 || error == EIO ? "it changed while it was read" : strerror(error));
    }
    return -1;
}

// The last piece goes only where all of them are what was offered: so what is whole there is right.
static int put_pieces(struct put *put, struct digest *digest, bool *wrong) {
    struct member_share_told told = {0};
    uint64_t pieces = member_share_pieces(put->size);
    char read[DIGEST_SIZE];
    digest_begin(digest);
    for (uint64_t piece = 0; piece < pieces && put->there >= 0 && put->there < (int64_t)pieces; piece++) {
        size_t length = member_share_length(put->size, piece);
        int error =
            signals_caught() ? EINTR : file_io_read(put->fd, put->room, length, piece * MEMBER_SHARE_PIECE);
        if (error != 0) {
            return tell_unread(put, error);
        }
        digest_add(digest, put->room, length);
        if (piece + 1 == pieces) {
            digest_end(digest, read);
            if (strcmp(read, put->digest) != 0) {
                return tell_unread(put, 0);
            }
        }
        if ((int64_t)piece >= put->there && put_piece(put, piece, length, wrong) != 0) {
            return -1;
        }
        member_share_tell(&told, put->member->name, "goes into the database", piece + 1, put->size,
                          clock_now());
    }
    return 0;
}

static int put_all(struct put *put, struct digest *digest, bool *wrong) {
    uint64_t pieces = member_share_pieces(put->size), began = clock_now();
    digest_begin(digest);
    int error = member_share_digest(put->fd, put->size, pieces, put->room, digest);
    if (error != 0) {
        return tell_unread(put, error);
    }
    digest_end(digest, put->digest);
    if (offer(put, wrong) != 0) {
        return -1;
    }
    int64_t before = put->there;
    if (put_pieces(put, digest, wrong) != 0) {
        return -1;
    }
    if (put->there < 0) {
        log_info("fleet", "%s: another machine's %s are in the database already, or on their way there",
                 put->member->name, put->what);
    } else if (before < (int64_t)pieces) {
        log_info("fleet", "%s: its %s are in the database, %" PRIu64 " bytes, after %.1f s%s",
                 put->member->name, put->what, put->size, (double)(clock_now() - began) / CLOCK_SECOND,
                 before > 0 ? "; some of it was there already" : "");
    }
    return 0;
}

static int put_file(struct put *put, bool *wrong) {
    struct digest *digest = digest_new();
    struct stat status;
    int result = -1;
    put->room = malloc(MEMBER_SHARE_PIECE);
    if (digest == NULL || put->room == NULL) {
        log_fatal("fleet", "out of memory");
    } else if (fstat(put->fd, &status) != 0) {
        (void)tell_unread(put, errno);
    } else {
        put->size = (uint64_t)status.st_size;
        result = put_all(put, digest, wrong);
    }
    digest_free(digest);
    free(put->room);
    return result;
}

static int put_input(struct member *member, const struct member_open *open, bool *wrong) {
    struct put put = {.member = member, .kind = "input", .what = "rows", .fd = open->input_fd};
    const struct settings *settings = &open->config->settings;
    member_share_about(settings->format == SETTINGS_JSONL, (char)settings->delimiter, put.about);
    return put_file(&put, wrong);
}

static int put_prompt(struct member *member, const struct member_open *open, bool *wrong) {
    struct put put = {.member = member, .kind = "prompt", .what = "prompt and what belongs to it"};
    struct text text = {0};
    if (!member_prompt_pack(open->options, &open->config->settings, &text)) {
        text_free(&text);
        *wrong = true;
        return -1;
    }
    put.fd = memfd_create("prompt", MFD_CLOEXEC);
    int error = put.fd < 0 ? errno : file_io_append(put.fd, text.bytes, text.length);
    text_free(&text);
    int result = error != 0 ? tell_unread(&put, error) : put_file(&put, wrong);
    if (put.fd >= 0) {
        (void)close(put.fd);
    }
    return result;
}

int member_put(struct member *member, const struct member_open *open, bool *wrong) {
    const struct options *options = open->options;
    return (options->fleet_share_prompt && put_prompt(member, open, wrong) != 0) ||
                   (options->fleet_share_input == OPTIONS_SHARE_FIRST && put_input(member, open, wrong) != 0)
               ? -1
               : 0;
}
