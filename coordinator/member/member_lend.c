// The rows of this machine's input go into the database while it is at work, as another one that has none
// waits for them. Of the machines that have them one does it; where it ends, another one goes on.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/log.h"

#include <stdlib.h>
#include <sys/stat.h>

#define DIGESTED 4U                    // pieces each round: some ten milliseconds
#define CLAIMS_EACH (3 * CLOCK_SECOND) // while it reads: within ten another one would take it over

enum { LEND_NOTHING, LEND_CLAIMS, LEND_DIGESTS, LEND_OFFERS, LEND_PUTS, LEND_NEVER };

void member_lend_open(struct member *member, const struct member_open *open) {
    const struct settings *settings = &open->config->settings;
    member_share_about(settings->format == SETTINGS_JSONL, (char)settings->delimiter, member->lend.about);
    member->lend.phase = open->options->fleet_share_input == OPTIONS_SHARE_NEVER ? LEND_NEVER : LEND_NOTHING;
}

void member_lend_close(struct member *member) {
    digest_free(member->lend.digest);
    free(member->lend.room);
    member->lend.digest = NULL;
    member->lend.room = NULL;
}

static void end(struct member *member, int phase) {
    member_lend_close(member);
    member->lend.phase = phase;
}

void member_lend_wished(struct member *member, bool wished) {
    struct member_lend *lend = &member->lend;
    if (wished && lend->phase == LEND_NOTHING) {
        lend->phase = LEND_CLAIMS;
        lend->claim_at = 0;
    }
}

// It is this machine's turn.
static void begin(struct member *member) {
    struct member_lend *lend = &member->lend;
    struct stat status;
    lend->room = malloc(MEMBER_SHARE_PIECE);
    lend->digest = digest_new();
    if (lend->room == NULL || lend->digest == NULL || fstat(member->input_fd, &status) != 0 ||
        status.st_size <= 0) {
        end(member, LEND_NOTHING); // it is asked again
        return;
    }
    log_info("fleet", "another machine waits for the rows: they go into the database");
    lend->size = (uint64_t)status.st_size;
    lend->piece = 0;
    lend->phase = LEND_DIGESTS;
    digest_begin(lend->digest);
}

// The next piece of the file. false: it is not what it was, which whoever watches the input tells.
static bool read_piece(struct member *member, size_t *length) {
    struct member_lend *lend = &member->lend;
    *length = member_share_length(lend->size, lend->piece);
    if (file_io_read(member->input_fd, lend->room, *length, lend->piece * MEMBER_SHARE_PIECE) != 0) {
        end(member, LEND_NEVER);
        return false;
    }
    return true;
}

static void digest_some(struct member *member) {
    struct member_lend *lend = &member->lend;
    uint64_t pieces = member_share_pieces(lend->size);
    for (unsigned i = 0; i < DIGESTED && lend->piece < pieces; i++) {
        size_t length;
        if (!read_piece(member, &length)) {
            return;
        }
        digest_add(lend->digest, lend->room, length);
        lend->piece++;
    }
    if (lend->piece == pieces) {
        digest_end(lend->digest, lend->sum);
        lend->phase = LEND_OFFERS;
    }
}

static void claim(struct member *member, uint64_t now) {
    struct member_values values;
    member->lend.claim_at = now + CLAIMS_EACH;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, member->id);
    member_values_ask(&values, member, LINK_LEND, now);
}

static void offer(struct member *member, uint64_t now) {
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, "input");
    member_values_number(&values, (int64_t)member->lend.size);
    member_values_text(&values, member->lend.sum);
    member_values_text(&values, member->lend.about);
    member_values_ask(&values, member, LINK_OFFER, now);
}

static bool put(struct member *member, uint64_t now) {
    struct member_lend *lend = &member->lend;
    struct member_values values;
    size_t length;
    if (!read_piece(member, &length)) {
        return false;
    }
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, "input");
    member_values_text(&values, lend->sum);
    member_values_number(&values, (int64_t)lend->piece);
    member_values_bytes(&values, lend->room, length);
    member_values_ask(&values, member, LINK_PUT, now);
    return true;
}

bool member_lend_step(struct member *member, uint64_t now) {
    struct member_lend *lend = &member->lend;
    if (lend->phase == LEND_DIGESTS) {
        digest_some(member);
    }
    if ((lend->phase == LEND_CLAIMS || lend->phase == LEND_DIGESTS) && now >= lend->claim_at) {
        claim(member, now);
        return true;
    }
    if (lend->phase == LEND_OFFERS) {
        offer(member, now);
        return true;
    }
    return lend->phase == LEND_PUTS && put(member, now);
}

// Of LINK_LEND: whether it is this machine's turn.
static void claimed(struct member *member, bool own) {
    if (member->lend.phase == LEND_CLAIMS && own) {
        begin(member);
    } else if (!own && (member->lend.phase == LEND_CLAIMS || member->lend.phase == LEND_DIGESTS)) {
        end(member, LEND_NOTHING); // it asks again, where the rows are still wished for
    }
}

// Of LINK_OFFER and LINK_PUT: how many pieces are there; -1: another one is.
static void there(struct member *member, int64_t pieces) {
    struct member_lend *lend = &member->lend;
    if (pieces < 0) {
        end(member, LEND_NEVER);
    } else if (pieces >= (int64_t)member_share_pieces(lend->size)) {
        log_info("fleet", "the rows are in the database");
        end(member, LEND_NOTHING);
    } else {
        lend->piece = (uint64_t)pieces;
        lend->phase = LEND_PUTS;
    }
}

void member_lend_take(struct member *member, enum link_call call, const struct link_field *field,
                      uint32_t count) {
    if (count == 0 || field[0].bytes == NULL) {
        return;
    }
    if (call == LINK_LEND) {
        claimed(member, field[0].bytes[0] == 't');
    } else if (member->lend.phase == LEND_OFFERS || member->lend.phase == LEND_PUTS) {
        there(member, member_field_number(&field[0]));
    }
}

void member_lend_refused(struct member *member, const char *words) {
    log_warn("fleet", "the rows cannot be put into the database: %s", words);
    end(member, LEND_NEVER);
}
