#include "recorder.h"

#include "loop_events.h"
#include "ration/descriptor.h"
#include "ration/output_rescue.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_MOST ((size_t)256 << 10) // bytes of one append: the guard is held while they are written
#define TEXT_KEPT ((size_t)512 << 10)

static const enum result_kind kinds[OUTPUT_FILES] = {
    [OUTPUT_ANSWERS] = RESULT_ANSWER,
    [OUTPUT_ERRORS] = RESULT_ERROR,
};

void recorder_open(struct recorder *recorder, struct arena *arena, uint32_t slot,
                   const struct result_format *format,
                   void (*recorded)(void *context, struct artist *artist, enum output_file file),
                   void (*rescued)(void *context, struct artist *artist, enum output_file file),
                   void *context) {
    *recorder = (struct recorder){
        .output = {.arena = arena,
                   .fd = {[OUTPUT_ANSWERS] = DESCRIPTOR_OUTPUT, [OUTPUT_ERRORS] = DESCRIPTOR_ERRORS},
                   .rescue = DESCRIPTOR_RESCUE},
        .slot = slot,
        .format = format,
        .context = context,
        .recorded = recorded,
        .rescued = rescued,
    };
    output_attach(&recorder->output);
}

void recorder_close(struct recorder *recorder) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        text_free(&recorder->queue[file].text);
        free(recorder->queue[file].entry);
    }
}

// The line stands in the queue's text from `start` on. -1: out of memory, and it is gone.
static int queue_line(struct recorder_queue *queue, struct artist *artist, size_t start) {
    if (!queue->text.failed && queue->entries == queue->capacity) {
        size_t capacity = queue->capacity * 2 + 64;
        struct recorder_entry *grown = realloc(queue->entry, capacity * sizeof(*grown));
        if (grown == NULL) {
            queue->text.failed = true;
        } else {
            queue->entry = grown;
            queue->capacity = capacity;
        }
    }
    if (queue->text.failed) {
        queue->text.length = start;
        queue->text.failed = false;
        return -1;
    }
    queue->entry[queue->entries++] =
        (struct recorder_entry){.artist = artist, .length = queue->text.length - start};
    return 0;
}

int recorder_add(struct recorder *recorder, enum output_file file, struct artist *artist,
                 const struct result_line *line) {
    struct recorder_queue *queue = &recorder->queue[file];
    size_t start = queue->text.length;
    result_line_add(&queue->text, recorder->format, kinds[file], &artist->head, line);
    return queue_line(queue, artist, start);
}

void recorder_keep(const struct recorder *recorder, struct artist *artist, const struct result_line *line) {
    text_clear(&artist->line);
    result_line_add(&artist->line, recorder->format, RESULT_ERROR, &artist->head, line);
}

int recorder_add_kept(struct recorder *recorder, struct artist *artist, bool unproven) {
    struct recorder_queue *queue = &recorder->queue[OUTPUT_ERRORS];
    size_t start = queue->text.length;
    if (artist->line.failed || artist->line.length == 0) {
        return -1;
    }
    if (unproven) {
        result_line_add_unproven(&queue->text, recorder->format, &artist->line);
    } else {
        text_add(&queue->text, artist->line.bytes, artist->line.length);
    }
    return queue_line(queue, artist, start);
}

// One append from entry `first`, whose line stands at `offset`. The number of lines, 0 with *error.
static size_t append(struct recorder *recorder, enum output_file file, size_t first, size_t offset,
                     uint64_t deadline, size_t *length, int *error) {
    struct recorder_queue *queue = &recorder->queue[file];
    uint32_t artist[OUTPUT_MAX_LINES];
    size_t lines = 0;
    struct output_bill bill = {0};
    *length = 0;
    while (lines < OUTPUT_MAX_LINES && first + lines < queue->entries) {
        const struct recorder_entry *entry = &queue->entry[first + lines];
        if (lines > 0 && *length + entry->length > BATCH_MOST) {
            break;
        }
        artist[lines++] = entry->artist->index;
        if (entry->artist->usage.recorded) {
            bill.cost += entry->artist->usage.cost;
            bill.reserve += entry->artist->booking.cost;
        }
        *length += entry->length;
    }
    recorder->output.bill = bill;
    *error = output_append(&recorder->output, recorder->slot, file, queue->text.bytes + offset, *length,
                           artist, lines, deadline);
    return *error == 0 ? lines : 0;
}

static void drop_front(struct recorder_queue *queue, size_t entries, size_t bytes) {
    queue->entries -= entries;
    queue->text.length -= bytes;
    if (queue->entries > 0) {
        memmove(queue->entry, queue->entry + entries, queue->entries * sizeof(*queue->entry));
        memmove(queue->text.bytes, queue->text.bytes + bytes, queue->text.length);
    }
    text_shrink(&queue->text, TEXT_KEPT);
}

// All that waits for a file that is no longer the run's, or that the disk does not take. 0 or an errno: it
// stays queued, and may be saved twice.
static int rescue(struct recorder *recorder, enum output_file file, uint64_t deadline) {
    struct recorder_queue *queue = &recorder->queue[file];
    if (file == OUTPUT_ANSWERS && queue->entries > 0) {
        // Who saves first after the coordinator's death saves what only its descriptors keep alive: it must
        // not take the coordinator for alive because its own round began before.
        bool orphaned = recorder->orphaned || loop_events_orphaned();
        int error = output_rescue(&recorder->output, recorder->slot, orphaned, queue->text.bytes,
                                  queue->text.length, deadline);
        if (error != 0) {
            return error;
        }
    }
    for (size_t i = 0; i < queue->entries; i++) {
        recorder->rescued(recorder->context, queue->entry[i].artist, file);
    }
    drop_front(queue, queue->entries, queue->text.length);
    return 0;
}

static int flush_file(struct recorder *recorder, enum output_file file, uint64_t deadline) {
    struct recorder_queue *queue = &recorder->queue[file];
    size_t entries = 0, bytes = 0;
    int error = 0;
    while (entries < queue->entries && error == 0) {
        size_t length;
        size_t lines = append(recorder, file, entries, bytes, deadline, &length, &error);
        for (size_t i = 0; i < lines; i++) {
            queue->entry[entries + i].artist->number =
                recorder->output.recorded[file] - (uint32_t)(lines - i - 1);
            recorder->recorded(recorder->context, queue->entry[entries + i].artist, file);
        }
        entries += lines;
        bytes += error == 0 ? length : 0;
    }
    if (entries > 0) {
        drop_front(queue, entries, bytes);
    }
    if (error == OUTPUT_CHANGED) {
        recorder->changed = true;
        return rescue(recorder, file, deadline);
    }
    return error;
}

int recorder_flush(struct recorder *recorder, uint64_t deadline) {
    int answers = flush_file(recorder, OUTPUT_ANSWERS, deadline);
    int errors = flush_file(recorder, OUTPUT_ERRORS, deadline);
    return answers != 0 ? answers : errors;
}

int recorder_rescue(struct recorder *recorder, uint64_t deadline) {
    int answers = rescue(recorder, OUTPUT_ANSWERS, deadline);
    return answers != 0 ? answers : rescue(recorder, OUTPUT_ERRORS, deadline);
}

size_t recorder_waiting(const struct recorder *recorder) {
    return recorder->queue[OUTPUT_ANSWERS].entries + recorder->queue[OUTPUT_ERRORS].entries;
}
