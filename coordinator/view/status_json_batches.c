#include "view/status_json_batches.h"

#include "ration/clock.h"
#include "view/figures_batches.h"
#include "view/json_fields.h"

#include <stdlib.h>

static void add_part(cJSON *list, const struct run_status *status, uint32_t index) {
    const struct batch_record *part = &status->batches.part[index];
    cJSON *item = json_fields_item(list);
    json_fields_text(item, "run", part->run);
    json_fields_count(item, "part", part->number);
    json_fields_text(item, "state", batch_list_word(part));
    json_fields_text(item, "status", part->status[0] != '\0' ? part->status : NULL);
    json_fields_text(item, "session", part->session);
    json_fields_text(item, "batch", part->batch[0] != '\0' ? part->batch : NULL);
    json_fields_text(item, "file", part->file[0] != '\0' ? part->file : NULL);
    figures_json(item, &figures_batches_parts, status, index);
    json_fields_time(item, "made", part->made * CLOCK_SECOND);
    json_fields_time(item, "ends_by", part->until * CLOCK_SECOND);
    json_fields_time(item, "kept_until", batch_list_kept(part) * CLOCK_SECOND);
    json_fields_time(item, "last_sign", part->at * CLOCK_SECOND);
    json_fields_text(item, "why", part->why[0] != '\0' ? part->why : NULL);
}

void status_json_batches(cJSON *root, const struct run_status *status) {
    char words[BATCH_LIST_WORDS];
    figures_json(root, &figures_batches, status, 0);
    cJSON *batches = json_fields_object(root, "batches");
    json_fields_text(batches, "text", batch_list_words(&status->batches, words));
    json_fields_time(batches, "ends_by", status->batches.until * CLOCK_SECOND);
    cJSON *list = json_fields_array(batches, "parts");
    for (uint32_t i = 0; i < status->batches.count; i++) {
        add_part(list, status, i);
    }
}

void status_json_batches_last(cJSON *root, const struct batch_list *batches) {
    struct run_status *status = calloc(1, sizeof(*status));
    if (status != NULL) {
        status->batches = *batches;
        status->now.wall = clock_wall();
        status_json_batches(root, status);
    }
    free(status);
}
