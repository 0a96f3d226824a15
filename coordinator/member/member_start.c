// The beginning of a member: the run in the database, and the arena.
#include "member/member.h"

#include "member/member_identity.h"
#include "member/member_settings.h"
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/digest.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/output_sync.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROTOCOL 3

static void digest_input(const struct input_index *index, char out[DIGEST_SIZE]) {
    struct digest *digest = digest_new();
    out[0] = '\0';
    if (digest == NULL) {
        return;
    }
    digest_begin(digest);
    for (size_t i = 0; i < index->places; i++) {
        digest_add(digest, (const char *)&index->place[i].proof, sizeof(index->place[i].proof));
    }
    digest_add(digest, (const char *)&index->artists, sizeof(index->artists));
    digest_end(digest, out);
    digest_free(digest);
}

static bool is_alike(const struct member *member, const struct member_answer *answer, const char *artists,
                     const char *input, const char *settings) {
    struct member_settings_difference difference;
    bool differ = member_settings_differ(answer->text[4], settings, &difference);
    bool other = strcmp(answer->text[2], artists) != 0 || strcmp(answer->text[3], input) != 0;
    if (other && !(differ && strcmp(difference.name, "limit") == 0)) { // which cuts the same rows otherwise
        log_fatal("fleet",
                  "%s: its input is another one: it has %s artists%s; give the same input, or another "
                  "--fleet-name",
                  member->name, answer->text[2],
                  strcmp(answer->text[2], artists) == 0 ? ", and other rows" : "");
        return false;
    }
    if (differ) {
        log_fatal("fleet",
                  "%s: its %s is %s, and here it is %s; give all machines the same options, or another "
                  "--fleet-name",
                  member->name, difference.name,
                  difference.theirs[0] != '\0' ? difference.theirs : "not told",
                  difference.own[0] != '\0' ? difference.own : "not told");
        return false;
    }
    if (member_settings_elsewhere(answer->text[4], settings)) {
        log_warn(
            "fleet",
            "%s: it was begun with another --base-url than the one here; its limits are shared as those of "
            "one account",
            member->name);
    }
    return true;
}

static int begin_run(struct member *member, const struct member_open *open, bool *wrong) {
    struct text settings = {0};
    struct member_values values;
    struct member_answer answer;
    char input[DIGEST_SIZE], artists[24];
    member_settings_make(open->options, open->config, &settings);
    text_add(&settings, "", 1);
    digest_input(open->index, input);
    (void)snprintf(artists, sizeof(artists), "%" PRIu32, open->index->artists);
    if (settings.failed || input[0] == '\0') {
        text_free(&settings);
        log_fatal("fleet", "out of memory");
        return -1;
    }
    member_values_begin(&values);
    member_values_number(&values, PROTOCOL);
    member_values_text(&values, open->options->fleet_name);
    member_values_text(&values, artists);
    member_values_text(&values, input);
    member_values_text(&values, settings.bytes);
    int status = member_ask(member, LINK_BEGIN, &values, &answer, wrong);
    text_free(&values.text);
    if (status == 0 && answer.count >= 5) {
        member->run = (int)strtol(answer.text[0], NULL, 10);
        member->generation = (int)strtol(answer.text[1], NULL, 10);
        *wrong = !is_alike(member, &answer, artists, input, settings.bytes);
        status = *wrong ? -1 : 0;
    }
    member_ask_forget(&answer);
    text_free(&settings);
    return status;
}

static int find_bucket(struct member *member, struct member_bucket *bucket, const char *session,
                       bool *wrong) {
    struct member_values values;
    struct member_answer answer;
    char window[32];
    (void)snprintf(window, sizeof(window), "%.3f", (double)bucket->window / (double)CLOCK_SECOND);
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, session);
    member_values_number(&values, bucket->unit);
    member_values_text(&values, window);
    member_values_number(&values, (int64_t)bucket->limit);
    int status = member_ask(member, LINK_BUCKET, &values, &answer, wrong);
    text_free(&values.text);
    if (status == 0 && answer.count > 0) {
        bucket->bucket = (int)strtol(answer.text[0], NULL, 10);
    }
    member_ask_forget(&answer);
    return status;
}

static int find_buckets(struct member *member, const struct config_sessions *sessions, bool *wrong) {
    for (uint32_t session = 0; session < sessions->count; session++) {
        for (int row = 0; row < LIMITS_ROWS; row++) {
            const struct limits_kind *kind = limits_kind((enum limits_row)row);
            uint64_t limit = sessions->one[session].limits.told.of[row];
            if (limit == 0 || kind->window > DIMENSION_PACED_MOST) {
                continue;
            }
            struct member_bucket *bucket = &member->bucket[member->buckets++];
            *bucket = (struct member_bucket){
                .session = session, .unit = kind->unit, .window = kind->window, .limit = limit};
            if (find_bucket(member, bucket, sessions->one[session].name, wrong) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

struct member *member_open(const struct member_open *open, bool *wrong) {
    struct member *member = calloc(1, sizeof(*member));
    *wrong = false;
    if (member == NULL || (member->identity = member_identity_path(open->output_name)) == NULL) {
        free(member);
        log_fatal("fleet", "out of memory");
        return NULL;
    }
    member->epoll = member->watched = -1;
    member->look.open = member->look.done = member->look.failed = SNAPSHOT_UNKNOWN;
    member->name = open->options->fleet_name;
    member->term = open->options->fleet_term;
    member->local = open->options->fleet_keep == OPTIONS_FLEET_KEEP_LOCAL;
    member->firm = member->local && open->options->sync != CLOCK_NEVER;
    member->input_fd = open->input_fd;
    member->input_name = open->input_name;
    if (gethostname(member->host, sizeof(member->host) - 1) != 0) {
        (void)strlcpy(member->host, "unknown", sizeof(member->host));
    }
    for (int file = 0; file < OUTPUT_FILES; file++) {
        member->spool[file].before = open->before[file].artist;
        member->spool[file].befores = open->before[file].count;
    }
    member_lend_open(member, open);
    member_identity_read(member->identity, &member->kept);
    memcpy(member->former, member->kept.id, sizeof(member->former));
    if (member_link_open(&member->link, open->options->fleet) != 0 || begin_run(member, open, wrong) != 0 ||
        member_put(member, open, wrong) != 0 || find_buckets(member, &open->config->sessions, wrong) != 0 ||
        !member_budget_open(member, open, wrong)) {
        member_close(member);
        return NULL;
    }
    return member;
}

// ---- the arena ----

static uint64_t end_of(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && status.st_size > 0 ? (uint64_t)status.st_size : 0;
}

// What earlier runs wrote was perhaps never synced. The name of the output is on the disk with that of the
// identity, which stands beside it. 0, or -1 after telling.
static int sync_output(struct crew *crew) {
    int error = output_sync(&crew->output, GUARD_COORDINATOR, 0, clock_now());
    if (error != 0) {
        log_fatal("disk", "the output cannot be synced: %s; mend the disk, then go on with --resume",
                  strerror(error));
    }
    return error != 0 ? -1 : 0;
}

// Whatever it was called by. NULL: it has none any more. malloc'ed.
static char *name_of(int fd) {
    char name[32];
    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    return realpath(name, NULL);
}

int member_begin(struct member *member, struct crew *crew, const struct result_format *format,
                 const char *arena_name, const struct in_doubt_stale *stale) {
    if (member == NULL) {
        return 0;
    }
    member->crew = crew;
    member->format = format;
    member->before = crew_verdicts(crew);
    member->chunks = (arena_artists(crew->arena) + MEMBER_CHUNK - 1) / MEMBER_CHUNK;
    member->adopted = calloc(1, member->chunks / 8 + 1);
    member->elsewhere = calloc(1, arena_artists(crew->arena) / 8 + 1);
    if (member->adopted == NULL || member->elsewhere == NULL || !member_owed_begin(member)) {
        log_fatal("fleet", "out of memory");
        return -1;
    }
    for (int p = 0; p < PRIORITIES; p++) {
        range_table_free(&crew->free[p]); // nothing is ours yet
    }
    for (uint32_t i = 0; i < member->buckets; i++) {
        const struct member_bucket *bucket = &member->bucket[i];
        if (!ledger_meter(crew->arena, bucket->session, bucket->unit, bucket->window)) {
            log_panic("the ledger has no dimension of a limit that was told");
        }
    }
    for (int file = 0; file < OUTPUT_FILES; file++) {
        struct member_spool *spool = &member->spool[file];
        spool->tail.fd = crew->output.fd[file];
        spool->before_end = end_of(spool->tail.fd);
        // It is another file, if it is shorter.
        member->kept.from[file] = member->kept.from[file] <= spool->before_end ? member->kept.from[file] : 0;
        member_spool_seek(spool, member->kept.from[file]);
    }
    if (!member_doubt_begin(member, arena_name, stale)) {
        return -1;
    }
    if (member->firm && sync_output(crew) != 0) {
        return -1;
    }
    member->output = name_of(crew->output.fd[OUTPUT_ANSWERS]);
    member_budget_begin(member);
    crew->fleet = true;
    crew->other_child = member_reaped;
    crew->other = member;
    member->lost_ship = member->former[0] != '\0'; // how far that one had come, the database knows
    member->phase = member->former[0] != '\0' ? MEMBER_SHIPS : MEMBER_JOINS;
    // Without a former member what stands in the output is handed in by this one.
    return member_lease_learn(member, &crew->lost) && (member->former[0] != '\0' || member_become(member))
               ? 0
               : -1;
}
