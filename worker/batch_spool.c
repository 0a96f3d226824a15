#include "batch_spool.h"

#include "ration/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXTS 4

// As it stands before a row's texts.
struct head {
    uint32_t artist, counted, uncounted, spare;
    uint64_t cost;
    uint64_t length[TEXTS];
    char hash[REQUEST_HASH_SIZE];
};

static struct text *text_at(struct batch_row_data *data, int i) {
    struct text *const texts[TEXTS] = {&data->id, &data->name, &data->head, &data->body};
    return texts[i];
}

void batch_row_data_free(struct batch_row_data *data) {
    for (int i = 0; i < TEXTS; i++) {
        text_free(text_at(data, i));
    }
}

static bool make_room(struct batch_spool *spool) {
    if (spool->count < spool->capacity) {
        return true;
    }
    uint32_t capacity = spool->capacity * 2 + 256;
    struct batch_row *grown = realloc(spool->row, capacity * sizeof(*grown));
    if (grown != NULL) {
        spool->row = grown;
        spool->capacity = capacity;
    }
    return grown != NULL;
}

int batch_spool_add(struct batch_spool *spool, const struct batch_row_data *data) {
    const struct text *const texts[TEXTS] = {&data->id, &data->name, &data->head, &data->body};
    struct head head;
    if (!make_room(spool)) {
        return ENOMEM;
    }
    memset(&head, 0, sizeof(head));
    head.artist = data->artist;
    head.counted = data->counted;
    head.uncounted = data->uncounted;
    head.cost = data->cost;
    memcpy(head.hash, data->hash, sizeof(head.hash));
    uint64_t at = spool->end + sizeof(head);
    for (int i = 0; i < TEXTS; i++) {
        head.length[i] = texts[i]->length;
        int error =
            texts[i]->length > 0 ? file_io_write(spool->fd, texts[i]->bytes, texts[i]->length, at) : 0;
        if (error != 0) {
            return error;
        }
        at += texts[i]->length;
    }
    int error = file_io_write(spool->fd, &head, sizeof(head), spool->end);
    if (error != 0) {
        return error;
    }
    spool->row[spool->count++] = (struct batch_row){.offset = spool->end, .artist = data->artist};
    spool->end = at;
    spool->sorted = false;
    return 0;
}

static int get_text(int fd, struct text *text, uint64_t length, uint64_t at) {
    static const char blanks[4096];
    text_clear(text);
    for (uint64_t left = length; left > 0 && !text->failed;) { // room for it
        size_t size = left < sizeof(blanks) ? (size_t)left : sizeof(blanks);
        text_add(text, blanks, size);
        left -= size;
    }
    if (text->failed) {
        return ENOMEM;
    }
    return length > 0 ? file_io_read(fd, text->bytes, (size_t)length, at) : 0;
}

int batch_spool_get(const struct batch_spool *spool, uint32_t row, struct batch_row_data *data) {
    struct head head;
    int error = file_io_read(spool->fd, &head, sizeof(head), spool->row[row].offset);
    uint64_t at = spool->row[row].offset + sizeof(head);
    if (error != 0) {
        return error;
    }
    data->artist = head.artist;
    data->counted = head.counted;
    data->uncounted = head.uncounted;
    data->cost = head.cost;
    memcpy(data->hash, head.hash, sizeof(data->hash));
    for (int i = 0; i < TEXTS && error == 0; i++) {
        error = get_text(spool->fd, text_at(data, i), head.length[i], at);
        at += head.length[i];
    }
    return error;
}

static int compare(const void *left, const void *right) {
    const struct batch_row *a = left, *b = right;
    return a->artist < b->artist ? -1 : a->artist > b->artist;
}

void batch_spool_sort(struct batch_spool *spool) {
    if (!spool->sorted && spool->count > 1) {
        qsort(spool->row, spool->count, sizeof(*spool->row), compare);
    }
    spool->sorted = true;
}

uint32_t batch_spool_find(const struct batch_spool *spool, uint32_t artist) {
    uint32_t low = 0, high = spool->count;
    while (!spool->sorted && low < high && spool->row[low].artist != artist) {
        low++;
    }
    while (spool->sorted && low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (spool->row[middle].artist < artist) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < spool->count && spool->row[low].artist == artist ? low : spool->count;
}

void batch_spool_clear(struct batch_spool *spool) {
    int ignored = ftruncate(spool->fd, 0);
    (void)ignored; // what stands there is written over
    free(spool->row);
    *spool = (struct batch_spool){.fd = spool->fd};
}

int batch_spool_file(int beside) {
    char link[40], path[PATH_MAX];
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", beside);
    ssize_t n = readlink(link, path, sizeof(path) - 1);
    if (n <= 0) {
        return -1;
    }
    path[n] = '\0';
    return file_io_nameless(dirname(path));
}
