#include "ration/batch_rows.h"

#include <errno.h>
#include <stdlib.h>

static bool add_range(struct batch_rows *rows, struct range range) {
    if (rows->range == NULL || rows->count == rows->capacity) {
        size_t capacity = rows->capacity * 2 + 16;
        struct range *grown = realloc(rows->range, capacity * sizeof(*grown));
        if (grown == NULL) {
            return false;
        }
        rows->range = grown;
        rows->capacity = capacity;
    }
    rows->range[rows->count++] = range;
    rows->rows += range_size(range);
    return true;
}

bool batch_rows_add(struct batch_rows *rows, uint32_t artist) {
    struct range *last = rows->count > 0 ? &rows->range[rows->count - 1] : NULL;
    if (last != NULL && last->end == artist) {
        last->end++;
        rows->rows++;
        return true;
    }
    return add_range(rows, (struct range){artist, artist + 1});
}

static int compare(const void *left, const void *right) {
    const struct range *a = left, *b = right;
    return a->first < b->first ? -1 : a->first > b->first;
}

void batch_rows_sort(struct batch_rows *rows) {
    if (rows->count > 1) {
        qsort(rows->range, rows->count, sizeof(*rows->range), compare);
    }
}

bool batch_rows_has(const struct batch_rows *rows, uint32_t artist) {
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (artist >= rows->range[middle].end) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < rows->count && artist >= rows->range[low].first;
}

void batch_rows_text(const struct batch_rows *rows, struct text *out) {
    for (size_t i = 0; i < rows->count; i++) {
        text_add(out, ",", i > 0 ? 1 : 0);
        text_add_u64(out, rows->range[i].first);
        if (range_size(rows->range[i]) > 1) {
            text_add(out, "-", 1);
            text_add_u64(out, rows->range[i].end - 1);
        }
    }
}

// The number at *at; false: there is none, or no artist has it.
static bool read_index(const char *text, size_t length, size_t *at, uint32_t *out) {
    uint64_t number = 0;
    size_t first = *at;
    for (; *at < length && text[*at] >= '0' && text[*at] <= '9'; (*at)++) {
        number = number * 10 + (uint64_t)(text[*at] - '0');
        if (number >= RANGE_MAX_ARTISTS) {
            return false;
        }
    }
    *out = (uint32_t)number;
    return *at > first;
}

static bool parse(const char *text, size_t length, struct batch_rows *rows) {
    for (size_t at = 0; at < length; at++) {
        uint32_t first, last;
        if (!read_index(text, length, &at, &first)) {
            return false;
        }
        last = first;
        if (at < length && text[at] == '-') {
            at++;
            if (!read_index(text, length, &at, &last) || last < first) {
                return false;
            }
        }
        if ((at < length && text[at] != ',') || !add_range(rows, (struct range){first, last + 1})) {
            return false;
        }
    }
    return true;
}

bool batch_rows_parse(const char *text, size_t length, struct batch_rows *rows) {
    *rows = (struct batch_rows){0};
    errno = 0;
    bool good = parse(text, length, rows);
    rows->ascending = true;
    for (size_t i = 1; i < rows->count; i++) {
        rows->ascending = rows->ascending && rows->range[i].first >= rows->range[i - 1].end;
    }
    batch_rows_sort(rows);
    for (size_t i = 1; good && i < rows->count; i++) {
        good = rows->range[i].first >= rows->range[i - 1].end;
    }
    if (!good) {
        int error = errno;
        batch_rows_free(rows);
        errno = error == ENOMEM ? ENOMEM : EINVAL;
    }
    return good;
}

void batch_rows_free(struct batch_rows *rows) {
    free(rows->range);
    *rows = (struct batch_rows){0};
}
