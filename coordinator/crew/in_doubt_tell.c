#include "crew/in_doubt_tell.h"

#include "crew/in_doubt.h"
#include "input/record_at.h"
#include "ration/log.h"

#include <bsd/string.h>

#define TOLD_IDS 20U
#define IDS_SIZE 1200U

static bool add_id(const struct crew *crew, uint32_t artist, char *ids, size_t size) {
    struct record record;
    struct record_reader *reader = record_at(crew->index, crew->fd.input, crew->input_name, artist, &record);
    if (reader == NULL) {
        return false;
    }
    (void)strlcat(ids, ids[0] == '\0' ? "" : ", ", size);
    (void)strlcat(ids, record.id.text, size);
    record_reader_free(reader);
    return true;
}

// "10, 11, 12, …": those behind the first `skip`. false: the input cannot be read.
static bool list(const struct crew *crew, const struct range_table *artists, uint32_t skip,
                 char ids[IDS_SIZE]) {
    uint32_t passed = 0;
    ids[0] = '\0';
    for (size_t i = 0; i < artists->count; i++) {
        for (uint32_t artist = artists->range[i].first; artist < artists->range[i].end; artist++) {
            if (passed++ < skip) {
                continue;
            }
            if (passed > skip + TOLD_IDS) {
                (void)strlcat(ids, ", …", IDS_SIZE);
                return true;
            }
            if (!add_id(crew, artist, ids, IDS_SIZE)) {
                return false;
            }
        }
    }
    return true;
}

// People are told the first ones; the log file has all. false: the input cannot be read.
static bool list_more(const struct crew *crew, const struct range_table *artists, const char *category) {
    const struct log_event event = {.level = LOG_LEVEL_WARN, .category = category, .file_only = true};
    char ids[IDS_SIZE];
    for (uint32_t skip = TOLD_IDS; skip < range_table_size(artists); skip += TOLD_IDS) {
        if (!list(crew, artists, skip, ids)) {
            return false;
        }
        log_event(&event, "in doubt, too: %s", ids);
    }
    return true;
}

bool in_doubt_tell_earlier(const struct crew *crew, const struct range_table *artists, uint32_t unknown) {
    static const char *const what[] = {
        [OPTIONS_IN_DOUBT_RETRY] = "they are asked again",
        [OPTIONS_IN_DOUBT_SKIP] = "they are left out of this run, and kept for the next --resume",
        [OPTIONS_IN_DOUBT_FAIL] = "they go to the errors file",
    };
    char ids[IDS_SIZE];
    if (!list(crew, artists, 0, ids)) {
        return false;
    }
    if (artists->count > 0) {
        log_warn("run",
                 "%u requests of an earlier run are in doubt (sent, perhaps billed, no answer recorded); "
                 "%s: %s",
                 range_table_size(artists), what[crew->in_doubt_policy], ids);
    }
    if (!list_more(crew, artists, "run")) {
        return false;
    }
    if (unknown > 0) {
        log_warn("run",
                 "%u requests of an earlier run are in doubt; "
                 "which ones is not known, because its input was another one",
                 unknown);
    }
    return true;
}

bool in_doubt_tell_fleet(const struct crew *crew, const struct range_table *artists) {
    char ids[IDS_SIZE];
    if (artists->count == 0) {
        return true;
    }
    if (!list(crew, artists, 0, ids)) {
        return false;
    }
    log_warn("fleet",
             "%u requests at most of a machine that died are in doubt (perhaps sent and billed, no answer "
             "handed in); "
             "%s: %s",
             range_table_size(artists),
             crew->in_doubt_policy == OPTIONS_IN_DOUBT_FAIL ? "they go to the errors file"
                                                            : "they are asked again",
             ids);
    return list_more(crew, artists, "fleet");
}

void in_doubt_tell_death(struct crew *crew, uint32_t slot, const struct range_table *artists) {
    const struct range_table *place = in_doubt_place(crew);
    char ids[IDS_SIZE];
    if (artists->count == 0 || place == &crew->lost) {
        return;
    }
    bool listed = list(crew, artists, 0, ids);
    log_warn("run", "%u requests were in flight when W%02u died (sent, perhaps billed); %s%s%s",
             range_table_size(artists), slot + 1,
             place == NULL             ? "they are asked again"
             : place == &crew->skipped ? "they are left out of this run, and kept for the next --resume"
                                       : "they are kept for --resume, which does as its --in-doubt says",
             listed ? ": " : "", listed ? ids : "");
    (void)(listed && list_more(crew, artists, "run"));
}
