#include "input/identical.h"

#include "input/id_hash.h"
#include "input/identical_hash.h"
#include "input/record_at.h"
#include "ration/record_group.h"
#include "system/signals.h"
#include "system/temp_map.h"

#include <errno.h>
#include <stdlib.h>

// Of each artist. Numbers are one more than what they mean, so that a file of zeros says nothing.
struct place {
    uint32_t group;  // of its group the first artist: that one's place has the leader
    uint32_t leader; // of a group, at its first artist
    uint32_t first;  // at a leader: the first of its followers, which stand one after another
};

struct leader {
    uint64_t high; // of the hash of its id
    uint32_t low;
    uint32_t artist; // + 1; 0: a free place
};

struct identical {
    struct temp_map places, followers, leaders;
    size_t room; // of leaders: a power of two
    uint32_t count, leading;
};

static struct place *places_of(const struct identical *identical) {
    return identical->places.at;
}

// ---- groups ----

struct groups {
    struct identical *identical;
    uint32_t artists;
};

static int join(void *context, uint32_t first, uint32_t again) {
    struct groups *groups = context;
    if (groups->identical->places.at == NULL) {
        int error = temp_map_make(&groups->identical->places, groups->artists * sizeof(struct place));
        if (error != 0) {
            return error;
        }
    }
    struct place *place = places_of(groups->identical);
    place[first].group = place[again].group = first + 1;
    return 0;
}

static int find_groups(const struct identical_input *input, struct identical *identical) {
    struct groups groups = {identical, input->index->artists};
    return identical_hash_pairs(input, join, &groups);
}

// ---- who leads, who follows ----

static void choose_leaders(struct identical *identical, uint32_t artists,
                           const struct identical_calls *calls) {
    struct place *place = places_of(identical);
    for (uint32_t artist = 0; artist < artists; artist++) {
        if (place[artist].group == 0) {
            continue;
        }
        uint32_t *leader = &place[place[artist].group - 1].leader;
        enum identical_part part = calls->part(calls->context, artist);
        bool answered = *leader != 0 && calls->part(calls->context, *leader - 1) == IDENTICAL_ANSWERED;
        if ((part == IDENTICAL_ANSWERED && !answered) || (part != IDENTICAL_NONE && *leader == 0)) {
            *leader = artist + 1;
        }
    }
}

// Its leader + 1; 0: it leads itself, or does neither.
static uint32_t followed_by(const struct identical *identical, const struct identical_calls *calls,
                            uint32_t artist) {
    const struct place *place = places_of(identical);
    uint32_t group = place[artist].group;
    uint32_t leader = group != 0 ? place[group - 1].leader : 0;
    bool follows =
        leader != 0 && leader != artist + 1 && calls->part(calls->context, artist) == IDENTICAL_ASKED;
    return follows ? leader : 0;
}

// At a leader `first` is how many they are, at first.
static void count_followers(struct identical *identical, uint32_t artists,
                            const struct identical_calls *calls) {
    struct place *place = places_of(identical);
    for (uint32_t artist = 0; artist < artists; artist++) {
        uint32_t leader = followed_by(identical, calls, artist);
        if (leader != 0) {
            identical->count++;
            identical->leading += place[leader - 1].first == 0;
            place[leader - 1].first++;
        }
    }
}

// Those of a leader are read one after another when it has its answer, so they get places side by side: then
// that comes from a few pages, however many artists there are.
static void give_places(const struct identical *identical, uint32_t artists) {
    struct place *place = places_of(identical);
    uint32_t first = 1;
    for (uint32_t artist = 0; artist < artists; artist++) {
        uint32_t followers = place[artist].first;
        if (followers != 0) {
            place[artist].first = first;
            first += followers;
        }
    }
}

// Each follower moved its leader's `first` on by one: now that is where the next leader's begin.
static void move_back(const struct identical *identical, uint32_t artists) {
    struct place *place = places_of(identical);
    uint32_t first = 1;
    for (uint32_t artist = 0; artist < artists; artist++) {
        uint32_t end = place[artist].first;
        if (end != 0) {
            place[artist].first = first;
            first = end;
        }
    }
}

// ---- where their records stand ----

static struct leader *leader_place(const struct identical *identical, struct id_hash hash) {
    struct leader *leaders = identical->leaders.at;
    size_t at = (size_t)hash.high & (identical->room - 1);
    while (leaders[at].artist != 0 && (leaders[at].high != hash.high || leaders[at].low != hash.low)) {
        at = (at + 1) & (identical->room - 1);
    }
    return &leaders[at];
}

static void add_follower(struct identical *identical, uint32_t artist, uint32_t leader,
                         const struct record *record) {
    struct identical_follower *follower = identical->followers.at;
    uint32_t number = places_of(identical)[leader - 1].first++;
    follower[number - 1] = (struct identical_follower){record->offset, record->line,
                                                       record_group_hash(record), artist, leader - 1};
}

// *next is the artist whose record the reader gives next.
static int read_record(const struct identical_input *input, struct record_reader *reader, uint32_t artist,
                       uint32_t *next, struct record *record) {
    if (artist / INPUT_INDEX_STEP != *next / INPUT_INDEX_STEP || *next == 0) {
        uint64_t offset, line;
        input_index_locate(input->index, artist, &offset, &line, next);
        record_reader_seek(reader, offset, line);
    }
    do {
        if (record_reader_next(reader, record) != RECORD_OK) {
            return identical_hash_changed(input);
        }
    } while ((*next)++ < artist);
    return 0;
}

static int read_records(const struct identical_input *input, const struct identical_calls *calls,
                        struct record_reader *reader, struct identical *identical) {
    const struct place *place = places_of(identical);
    uint32_t next = 0;
    for (uint32_t artist = 0; artist < input->index->artists; artist++) {
        uint32_t leader = followed_by(identical, calls, artist);
        struct record record;
        if (leader == 0 && place[artist].first == 0) {
            continue;
        }
        if (signals_caught() || read_record(input, reader, artist, &next, &record) != 0) {
            return -1;
        }
        if (leader != 0) {
            add_follower(identical, artist, leader, &record);
            continue;
        }
        struct id_hash hash = id_hash(record.id.text, record.id.length);
        *leader_place(identical, hash) = (struct leader){hash.high, hash.low, artist + 1};
    }
    return 0;
}

static int keep_records(const struct identical_input *input, const struct identical_calls *calls,
                        struct identical *identical) {
    identical->room = 64;
    while (identical->room < (size_t)identical->leading * 2) {
        identical->room *= 2;
    }
    int error = temp_map_make(&identical->followers, identical->count * sizeof(struct identical_follower));
    if (error == 0) {
        error = temp_map_make(&identical->leaders, identical->room * sizeof(struct leader));
    }
    if (error != 0) {
        return identical_hash_failed(error);
    }
    struct record_reader *reader = record_at_reader(input->index, input->fd, input->name);
    if (reader == NULL) {
        return -1;
    }
    give_places(identical, input->index->artists);
    int status = read_records(input, calls, reader, identical);
    move_back(identical, input->index->artists);
    record_reader_free(reader);
    return status;
}

// ---- all of it ----

static struct identical *group(const struct identical_input *input, const struct identical_calls *calls) {
    struct identical *identical = calloc(1, sizeof(*identical));
    if (identical == NULL) {
        (void)identical_hash_failed(ENOMEM);
        return NULL;
    }
    if (find_groups(input, identical) != 0) {
        identical_free(identical);
        return NULL;
    }
    if (identical->places.at != NULL) {
        choose_leaders(identical, input->index->artists, calls);
        count_followers(identical, input->index->artists, calls);
    }
    return identical;
}

int identical_find(const struct identical_input *input, const struct identical_calls *calls,
                   struct identical **found) {
    *found = NULL;
    struct identical *identical = group(input, calls);
    if (identical == NULL) {
        return -1;
    }
    if (identical->count == 0) {
        identical_free(identical);
        return 0;
    }
    if (keep_records(input, calls, identical) != 0) {
        identical_free(identical);
        return -1;
    }
    // Only now: whoever is told may answer otherwise of it from here on.
    const struct identical_follower *follower = identical->followers.at;
    for (uint32_t i = 0; i < identical->count; i++) {
        calls->follows(calls->context, follower[i].artist, follower[i].leader);
    }
    *found = identical;
    return 0;
}

static enum identical_part asked(void *context, uint32_t artist) {
    (void)context;
    (void)artist;
    return IDENTICAL_ASKED;
}

int identical_count(const struct identical_input *input, uint32_t *followers) {
    struct identical *identical = group(input, &(struct identical_calls){.part = asked});
    *followers = identical != NULL ? identical->count : 0;
    int status = identical != NULL ? 0 : -1;
    identical_free(identical);
    return status;
}

void identical_free(struct identical *identical) {
    if (identical != NULL) {
        temp_map_free(&identical->places);
        temp_map_free(&identical->followers);
        temp_map_free(&identical->leaders);
        free(identical);
    }
}

uint32_t identical_followers(const struct identical *identical) {
    return identical->count;
}

const struct identical_follower *identical_first(const struct identical *identical, const char *id,
                                                 size_t length) {
    const struct identical_follower *follower = identical->followers.at;
    const struct leader *leader = leader_place(identical, id_hash(id, length));
    return leader->artist == 0 ? NULL : &follower[places_of(identical)[leader->artist - 1].first - 1];
}

const struct identical_follower *identical_next(const struct identical *identical,
                                                const struct identical_follower *follower) {
    const struct identical_follower *end =
        (const struct identical_follower *)identical->followers.at + identical->count;
    const struct identical_follower *next = follower + 1;
    return next < end && next->leader == follower->leader ? next : NULL;
}
