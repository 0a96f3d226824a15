#include "sim_cache.h"

#include "sim_text.h"

#include <cjson/cJSON.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_TIMES 12u

struct walk {
    struct cache_marks *marks;
    uint64_t hash, chars, least;
    size_t breakpoints;
    bool steps; /* marks at every step, not at breakpoints */
    const char *wrong;
};

static void mix(struct walk *w, const char *bytes, size_t len) {
    for (size_t i = 0; i < len; i++)
        w->hash = (w->hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
}

static void mix_text(struct walk *w, const char *text) {
    mix(w, text ? text : "", strlen(text ? text : "") + 1);
}

static void mark(struct walk *w, bool hour) {
    uint64_t tokens = (w->chars + 3) / 4;

    if (tokens < w->least || w->marks->count == CACHE_MARKS)
        return;
    w->marks->of[w->marks->count].hash = w->hash;
    w->marks->of[w->marks->count].tokens = tokens;
    w->marks->of[w->marks->count++].hour = hour;
}

static void add_text(struct walk *w, const char *text) {
    size_t len = strlen(text);

    if (!w->steps) {
        w->chars += sim_text_count_chars(text, len);
        mix(w, text, len + 1);
        return;
    }
    for (size_t at = 0; at < len; at++) {
        bool begins = ((unsigned char)text[at] & 0xC0) != 0x80;

        if (begins && w->chars > 0 && w->chars % (4UL * CACHE_STEP) == 0)
            mark(w, false);
        w->chars += begins;
        mix(w, text + at, 1);
    }
}

/* A block of the API of messages may end a beginning. */
static void breakpoint(struct walk *w, const cJSON *block, const char *text) {
    const cJSON *control = cJSON_GetObjectItemCaseSensitive(block, "cache_control");
    const char *ttl = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(control, "ttl"));
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(control, "type"));

    if (w->steps || !control || cJSON_IsNull(control))
        return;
    if (!type || strcmp(type, "ephemeral") != 0 || (ttl && strcmp(ttl, "5m") != 0 && strcmp(ttl, "1h") != 0))
        w->wrong = "cache_control: Input should be {\"type\": \"ephemeral\"}, with a ttl of 5m or 1h";
    else if (!*text)
        w->wrong = "cache_control cannot be set for empty text blocks";
    else if (++w->breakpoints > CACHE_BREAKPOINTS)
        w->wrong = "A maximum of 4 blocks with cache_control may be provided.";
    else
        mark(w, ttl && !strcmp(ttl, "1h"));
}

static void add_content(struct walk *w, const char *role, const cJSON *content) {
    const cJSON *part;

    mix_text(w, role);
    if (cJSON_IsString(content))
        add_text(w, content->valuestring);
    cJSON_ArrayForEach(part, content) {
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(part, "text"));

        if (text) {
            add_text(w, text);
            breakpoint(w, part, text);
        }
    }
}

static void add_list(struct walk *w, const cJSON *list) {
    const cJSON *m;

    cJSON_ArrayForEach(m, list)
        add_content(w, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(m, "role")),
                    cJSON_GetObjectItemCaseSensitive(m, "content"));
}

bool sim_cache_marks(const struct cache *c, const struct ask *a, enum api api, uint32_t account,
                     struct cache_marks *marks, const char **wrong) {
    static const char *const parts[] = {
        [API_RESPONSES] = "input", [API_CHAT] = "messages", [API_MESSAGES] = "messages"};
    struct walk w = {.marks = marks,
                     .hash = UINT64_C(0xCBF29CE484222325) ^ account,
                     .least = c->least_tokens,
                     .steps = api != API_MESSAGES};
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(a->tree, parts[api]);

    marks->count = 0;
    mix_text(&w, a->model);
    if (w.steps)
        mix_text(&w, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(a->tree, "prompt_cache_key")));
    if (cJSON_GetObjectItemCaseSensitive(a->tree, "prompt") && api == API_RESPONSES)
        return true; /* what a stored prompt says is not known here */
    if (api == API_MESSAGES)
        add_content(&w, "system", cJSON_GetObjectItemCaseSensitive(a->tree, "system"));
    if (api == API_RESPONSES)
        add_content(&w, "system", cJSON_GetObjectItemCaseSensitive(a->tree, "instructions"));
    if (cJSON_IsString(list))
        add_content(&w, "user", list);
    add_list(&w, list);
    *wrong = w.wrong;
    if (!c->least_tokens)
        marks->count = 0;
    return !w.wrong;
}

static struct cache_place *place_of(struct cache *c, uint64_t hash) {
    if (!c->place && !(c->place = calloc(CACHE_PLACES, sizeof(*c->place))))
        err(1, "fatal: no memory for the cache");
    return &c->place[(hash ^ hash >> 32) % CACHE_PLACES];
}

struct cached sim_cache_look(struct cache *c, const struct cache_marks *marks, enum api api,
                             uint64_t now_ns) {
    struct cached cached = {0};

    for (size_t i = 0; i < marks->count; i++) {
        struct cache_place *p = place_of(c, marks->of[i].hash);
        uint64_t tokens = marks->of[i].tokens;

        if (p->hash == marks->of[i].hash && now_ns >= p->from_ns && now_ns < p->until_ns) {
            p->until_ns = now_ns + c->life_ns * (marks->of[i].hour ? HOUR_TIMES : 1);
            cached = (struct cached){.read = tokens};
        } else if (api == API_MESSAGES && marks->of[i].hour) {
            cached.written_hour = tokens - cached.read - cached.written;
        } else if (api == API_MESSAGES) {
            cached.written = tokens - cached.read - cached.written_hour;
        }
    }
    return cached;
}

void sim_cache_store(struct cache *c, const struct cache_marks *marks, uint64_t from_ns) {
    for (size_t i = 0; i < marks->count; i++) {
        struct cache_place *p = place_of(c, marks->of[i].hash);

        if (p->hash == marks->of[i].hash && p->until_ns > from_ns)
            continue;
        *p = (struct cache_place){marks->of[i].hash, from_ns,
                                  from_ns + c->life_ns * (marks->of[i].hour ? HOUR_TIMES : 1)};
    }
}

void sim_cache_free(struct cache *c) {
    free(c->place);
    c->place = NULL;
}
