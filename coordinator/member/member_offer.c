// A batch of lines as a call of the database: an answer and its artist's bit in one transaction, a failure
// likewise.
#include "member/member_state.h"
#include "ration/digest.h"

// Who hands in: lines of before are the former member's.
const char *member_offer_as(const struct member *member) {
    return member->phase == MEMBER_SHIPS ? member->former : member->id;
}

static void add_built(struct member_values *values, struct member_batch *batch,
                      void (*build)(struct member_batch *batch, struct text *out)) {
    struct text text = {0};
    build(batch, &text);
    values->text.failed = values->text.failed || text.failed;
    member_values_bytes(values, text.bytes != NULL ? text.bytes : "", text.length);
    text_free(&text);
}

// Lines that stay here are told by where they stand, and what they are.
static void add_place(struct member_values *values, const struct member_batch *batch) {
    struct text pieces = {0}, body = {0};
    char sum[3 + DIGEST_SIZE] = "\\x";
    struct digest *digest = digest_new();
    bool several = member_batch_pieces(batch, &pieces);
    member_batch_body(batch, &body);
    if (digest != NULL && !body.failed) {
        digest_begin(digest);
        digest_add(digest, body.bytes, body.length);
        digest_end(digest, sum + 2);
    }
    values->text.failed = values->text.failed || digest == NULL || body.failed || pieces.failed;
    member_values_null(values);
    if (several) {
        member_values_bytes(values, pieces.bytes, pieces.length);
    } else {
        member_values_null(values);
    }
    member_values_text(values, sum);
    digest_free(digest);
    text_free(&pieces);
    text_free(&body);
}

static void build_bits(struct member_batch *batch, struct text *out) {
    member_batch_bits(batch, out);
}
static void build_body(struct member_batch *batch, struct text *out) {
    member_batch_body(batch, out);
}

static void offer_answers(struct member *member, uint64_t now) {
    struct member_batch *batch = &member->batch;
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_number(&values, member->generation);
    member_values_text(&values, member_offer_as(member));
    member_values_number(&values, (int64_t)batch->from);
    member_values_number(&values, (int64_t)batch->to);
    member_values_number(&values, member_batch_kept(batch));
    add_built(&values, batch, member_batch_chunks);
    add_built(&values, batch, build_bits);
    if (member->local) {
        add_place(&values, batch);
    } else {
        add_built(&values, batch, build_body);
        member_values_null(&values);
        member_values_null(&values);
    }
    member_values_ask(&values, member, LINK_COMMIT, now);
}

// A line as an element of an array's text.
static void add_element(struct text *out, const char *line, size_t length) {
    text_add(out, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '"' || line[i] == '\\') {
            text_add(out, "\\", 1);
        }
        text_add(out, line + i, 1);
    }
    text_add(out, "\"", 1);
}

static void offer_failures(struct member *member, uint64_t now) {
    const struct member_batch *batch = &member->batch;
    struct text artists = {0}, lines = {0};
    struct member_values values;
    for (uint32_t i = 0; i < batch->lines; i++) {
        text_add(&artists, i > 0 ? "," : "{", 1);
        text_add_u64(&artists, batch->line[i].artist);
        text_add(&lines, i > 0 ? "," : "{", 1);
        add_element(&lines, batch->text.bytes + batch->line[i].begin,
                    batch->line[i].end - batch->line[i].begin - 1);
    }
    text_add(&artists, "}", 1);
    text_add(&lines, "}", 1);
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_number(&values, member->generation);
    member_values_text(&values, member_offer_as(member));
    values.text.failed = artists.failed || lines.failed;
    member_values_bytes(&values, artists.bytes != NULL ? artists.bytes : "", artists.length);
    member_values_bytes(&values, lines.bytes != NULL ? lines.bytes : "", lines.length);
    text_free(&artists);
    text_free(&lines);
    member_values_ask(&values, member, LINK_FAIL, now);
}

void member_offer(struct member *member, uint64_t now) {
    if (member->batch.of_errors) {
        offer_failures(member, now);
    } else {
        offer_answers(member, now);
    }
}
