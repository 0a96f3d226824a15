#include "view/status_json_failures.h"

#include "ration/outcome.h"
#include "view/json_fields.h"

static void add_class(cJSON *list, const struct run_status *status, enum outcome_class kind) {
    const struct snapshot_words *last = &status->now.gossip.last[kind];
    cJSON *item = json_fields_item(list);
    json_fields_text(item, "class", outcome_name(kind));
    json_fields_text(item, "means", outcome_means(kind));
    json_fields_count(item, "attempts", status->sums.outcome[kind]);
    json_fields_time(item, "time", last->at);
    json_fields_text(item, "text", last->at != 0 ? last->text : NULL);
}

// The one with the most attempts of those that are not told yet; OUTCOME_OF_ATTEMPT: none is left.
static enum outcome_class most(const struct run_status *status, const bool told[OUTCOME_OF_ATTEMPT]) {
    enum outcome_class best = OUTCOME_OF_ATTEMPT;
    for (enum outcome_class kind = 0; kind < OUTCOME_OF_ATTEMPT; kind++) {
        uint64_t count = status->sums.outcome[kind];
        if (kind != OUTCOME_DONE && !told[kind] && count > 0 &&
            (best == OUTCOME_OF_ATTEMPT || count > status->sums.outcome[best])) {
            best = kind;
        }
    }
    return best;
}

void status_json_failures(cJSON *root, const struct run_status *status) {
    bool told[OUTCOME_OF_ATTEMPT] = {false};
    cJSON *list = json_fields_array(root, "failures");
    enum outcome_class kind;
    while ((kind = most(status, told)) != OUTCOME_OF_ATTEMPT) {
        told[kind] = true;
        add_class(list, status, kind);
    }
}
