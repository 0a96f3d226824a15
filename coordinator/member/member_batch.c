#include "member/member_batch.h"

#include <stdlib.h>
#include <string.h>

void member_batch_begin(struct member_batch *batch, uint64_t from) {
    batch->from = batch->to = from;
    batch->again = batch->more = false;
    batch->lines = batch->chunks = 0;
    text_clear(&batch->text);
    text_shrink(&batch->text, 2 * MEMBER_BATCH_BYTES);
}

bool member_batch_add(struct member_batch *batch, const char *line, size_t length, uint32_t artist,
                      uint64_t from, uint64_t to) {
    size_t begin = batch->text.length;
    text_add(&batch->text, line, length);
    text_add(&batch->text, "\n", 1);
    batch->line[batch->lines].begin = begin;
    batch->line[batch->lines].end = batch->text.length;
    batch->line[batch->lines].from = from;
    batch->line[batch->lines].to = to;
    batch->line[batch->lines].artist = artist;
    batch->line[batch->lines].lost = batch->line[batch->lines].late = false;
    batch->lines++;
    batch->to = batch->again ? 0 : to;
    return !batch->text.failed;
}

bool member_batch_full(const struct member_batch *batch) {
    return batch->lines == MEMBER_BATCH_LINES || batch->text.length >= MEMBER_BATCH_BYTES;
}

uint32_t member_batch_kept(const struct member_batch *batch) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < batch->lines; i++) {
        kept += !batch->line[i].lost;
    }
    return kept;
}

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

void member_batch_chunks(struct member_batch *batch, struct text *out) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < batch->lines; i++) {
        if (!batch->line[i].lost) {
            batch->chunk[count++] = batch->line[i].artist / MEMBER_CHUNK;
        }
    }
    qsort(batch->chunk, count, sizeof(batch->chunk[0]), compare);
    batch->chunks = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (batch->chunks == 0 || batch->chunk[batch->chunks - 1] != batch->chunk[i]) {
            batch->chunk[batch->chunks++] = batch->chunk[i];
        }
    }
    text_add(out, "{", 1);
    for (uint32_t i = 0; i < batch->chunks; i++) {
        text_add(out, ",", i > 0);
        text_add_u64(out, batch->chunk[i]);
    }
    text_add(out, "}", 1);
}

void member_batch_bits(const struct member_batch *batch, struct text *out) {
    char bits[MEMBER_CHUNK];
    text_add(out, "{", 1);
    for (uint32_t k = 0; k < batch->chunks; k++) {
        memset(bits, '0', sizeof(bits));
        for (uint32_t i = 0; i < batch->lines; i++) {
            if (!batch->line[i].lost && batch->line[i].artist / MEMBER_CHUNK == batch->chunk[k]) {
                bits[batch->line[i].artist % MEMBER_CHUNK] = '1';
            }
        }
        text_add(out, ",", k > 0);
        text_add(out, bits, sizeof(bits));
    }
    text_add(out, "}", 1);
}

void member_batch_body(const struct member_batch *batch, struct text *out) {
    for (uint32_t i = 0; i < batch->lines; i++) {
        if (!batch->line[i].lost) {
            text_add(out, batch->text.bytes + batch->line[i].begin,
                     batch->line[i].end - batch->line[i].begin);
        }
    }
}

bool member_batch_pieces(const struct member_batch *batch, struct text *out) {
    uint64_t first = 0, end = 0;
    uint32_t pieces = 0;
    for (uint32_t i = 0; i < batch->lines; i++) {
        if (batch->line[i].lost) {
            continue;
        }
        if (pieces == 0 || batch->line[i].from != end) {
            if (pieces > 0) {
                text_add_u64(out, end);
            }
            text_add(out, pieces > 0 ? "," : "{", 1);
            text_add_u64(out, batch->line[i].from);
            text_add(out, ",", 1);
            first = pieces == 0 ? batch->line[i].from : first;
            pieces++;
        }
        end = batch->line[i].to;
    }
    if (pieces == 0) {
        text_add(out, "{", 1);
    } else {
        text_add_u64(out, end);
    }
    text_add(out, "}", 1);
    return pieces != 1 || batch->again || first != batch->from || end != batch->to;
}

uint32_t member_batch_lose_artist(struct member_batch *batch, uint32_t artist) {
    uint32_t lost = 0;
    for (uint32_t i = 0; i < batch->lines; i++) {
        if (batch->line[i].artist == artist && !batch->line[i].lost) {
            batch->line[i].lost = batch->line[i].late = true;
            lost++;
        }
    }
    return lost;
}

uint32_t member_batch_lose(struct member_batch *batch, const char *bits, size_t length) {
    uint32_t lost = 0, chunk = 0, bit = 0;
    for (uint32_t i = 0; i < batch->lines; i++) {
        batch->line[i].late = false;
    }
    for (size_t i = 0; i < length && chunk < batch->chunks; i++) {
        if (bits[i] != '0' && bits[i] != '1') {
            continue;
        }
        if (bits[i] == '1') {
            lost += member_batch_lose_artist(batch, batch->chunk[chunk] * MEMBER_CHUNK + bit);
        }
        bit = (bit + 1) % MEMBER_CHUNK;
        chunk += bit == 0;
    }
    return lost;
}

void member_batch_free(struct member_batch *batch) {
    text_free(&batch->text);
}
