#include "ration/request_cache.h"

#include "ration/digest.h"
#include "ration/json_edit.h"
#include "ration/json_walk.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MARK "\"cache_control\":{\"type\":\"ephemeral\"}"
#define KEY "prompt_cache_key"
#define PATH_SIZE 64U
#define SPLIT_LEAST 1024U // a shorter head is not worth a block of its own, where something stands before it

// A text of the form, in the order in which the model reads them: a string, or the part of a list.
struct block {
    char path[PATH_SIZE]; // of the string, or of the list
    size_t part;          // of the list
    bool listed;
    const char *list;       // where the list begins
    const char *text;       // without its quotes
    const char *end;        // likewise
    const char *part_begin; // of a listed one: its object
    const char *part_end;
};

struct walk {
    struct block last;  // that is the same in all requests; text NULL: there was none
    struct block split; // that is so up to `head`; text NULL: there was none
    const char *head;
    struct digest *digest;
    uint64_t bytes;
    bool ended; // a column came
};

// Where a column begins in [at, end); NULL: nowhere.
static const char *place_in(const char *at, const char *end) {
    while ((at = memmem(at, (size_t)(end - at), "{{", 2)) != NULL) {
        if (end - at < 4 || memcmp(at, "{{{{", 4) != 0) {
            return at;
        }
        at += 4;
    }
    return NULL;
}

static void keep(struct walk *walk, const struct block *block, const char *end) {
    walk->bytes += (uint64_t)(end - block->text);
    digest_add(walk->digest, block->text, (size_t)(end - block->text));
}

static void take_text(struct walk *walk, const struct block *block) {
    const char *place = place_in(block->text, block->end);
    if (place == NULL) {
        if (block->end > block->text) { // what is empty cannot be marked
            keep(walk, block, block->end);
            walk->last = *block;
        }
        return;
    }
    walk->ended = true;
    if (place > block->text) {
        keep(walk, block, place);
        walk->split = *block;
        walk->head = place;
    }
}

static bool is_string(const struct json_member *member) {
    return *member->value == '"';
}

static void take_part(struct walk *walk, struct block *block, const struct json_member *part) {
    struct json_member text;
    if (*part->value == '{' && json_walk_find(part->value, "text", &text) && is_string(&text)) {
        block->text = text.value + 1;
        block->end = text.value_end - 1;
        block->part_begin = part->value;
        block->part_end = part->value_end;
        take_text(walk, block);
    } else {
        walk->ended = place_in(part->value, part->value_end) != NULL; // a picture
    }
    block->part++;
}

// A string, or a list of parts.
static void take_content(struct walk *walk, const struct json_member *content, const char *path) {
    struct block block = {.list = content->value, .listed = *content->value == '['};
    struct json_member part;
    (void)snprintf(block.path, sizeof(block.path), "%s", path);
    if (walk->ended) {
        return;
    }
    if (is_string(content)) {
        block.text = content->value + 1;
        block.end = content->value_end - 1;
        take_text(walk, &block);
    } else if (block.listed && json_walk_first(content->value, &part)) {
        do {
            take_part(walk, &block, &part);
        } while (!walk->ended && json_walk_next(&part));
    }
}

static void take_messages(struct walk *walk, const struct json_member *list, const char *name) {
    struct json_member message, content;
    if (*list->value != '[' || !json_walk_first(list->value, &message)) {
        return;
    }
    size_t at = 0;
    do {
        char path[PATH_SIZE];
        (void)snprintf(path, sizeof(path), "%s.%zu.content", name, at++);
        if (*message.value == '{' && json_walk_find(message.value, "content", &content)) {
            take_content(walk, &content, path);
        }
    } while (!walk->ended && json_walk_next(&message));
}

// Tools stand before everything else.
static void walk_form(struct walk *walk, const char *form, enum provider_shape shape) {
    const char *system = shape == PROVIDER_RESPONSES ? "instructions" : "system";
    const char *list = shape == PROVIDER_RESPONSES ? "input" : "messages";
    struct json_member member;
    if (json_walk_find(form, "tools", &member)) {
        walk->ended = place_in(member.value, member.value_end) != NULL;
        digest_add(walk->digest, member.value, (size_t)(member.value_end - member.value));
    }
    if (shape != PROVIDER_CHAT && json_walk_find(form, system, &member)) {
        take_content(walk, &member, system);
    }
    if (!walk->ended && json_walk_find(form, list, &member)) {
        if (is_string(&member)) {
            take_content(walk, &member, list);
        } else {
            take_messages(walk, &member, list);
        }
    }
}

// ---- marks ----

static void add_part(struct text *out, const char *text, const char *end, bool marked) {
    text_add_string(out, "{\"type\":\"text\",\"text\":\"");
    text_add(out, text, (size_t)(end - text));
    text_add_string(out, marked ? "\"," MARK "}" : "\"}");
}

// The list again, with one part marked, and split there where `head` is inside.
static void add_list(struct text *out, const struct block *block, const char *head) {
    struct json_member part;
    size_t at = 0;
    text_add(out, "[", 1);
    if (json_walk_first(block->list, &part)) {
        do {
            text_add(out, ",", at > 0 ? 1 : 0);
            if (at++ != block->part) {
                text_add(out, part.value, (size_t)(part.value_end - part.value));
            } else if (head != NULL) {
                add_part(out, block->text, head, true);
                text_add(out, ",", 1);
                add_part(out, head, block->end, false);
            } else {
                text_add(out, part.value, (size_t)(part.value_end - 1 - part.value));
                text_add_string(out, "," MARK "}");
            }
        } while (json_walk_next(&part));
    }
    text_add(out, "]", 1);
}

static void mark(struct text *out, const char *form, const struct walk *walk) {
    struct text value = {0};
    bool splits = walk->split.text != NULL &&
                  (walk->last.text == NULL || (size_t)(walk->head - walk->split.text) >= SPLIT_LEAST);
    const struct block *block = splits ? &walk->split : &walk->last;
    if (block->listed) {
        add_list(&value, block, splits ? walk->head : NULL);
    } else {
        text_add(&value, "[", 1);
        add_part(&value, block->text, splits ? walk->head : block->end, true);
        if (splits) {
            text_add(&value, ",", 1);
            add_part(&value, walk->head, block->end, false);
        }
        text_add(&value, "]", 1);
    }
    text_add(&value, "", 1);
    out->failed = out->failed || value.failed;
    if (!out->failed) {
        json_edit_set(out, form, block->path, value.bytes);
    }
    text_free(&value);
}

static void add_key(struct text *out, const char *form, const char digest[DIGEST_SIZE]) {
    char value[DIGEST_SIZE + 16];
    (void)snprintf(value, sizeof(value), "\"ration-%s\"", digest);
    json_edit_set(out, form, KEY, value);
}

// ---- all together ----

static void add_as_it_is(struct text *out, const char *form) {
    text_add(out, form, (size_t)(json_walk_value(form) - form));
}

// What stands so in a text has a backslash before its last quote.
static bool has_own(const char *form, enum provider_caching caching) {
    struct json_member member;
    return caching == PROVIDER_CACHES_MARKED ? strstr(form, "\"cache_control\"") != NULL
                                             : json_walk_find(form, KEY, &member);
}

static struct request_cache finish(struct text *out, const char *form, const struct provider *provider,
                                   struct walk *walk) {
    char digest[DIGEST_SIZE];
    struct json_member prompt;
    bool stored = provider->shape == PROVIDER_RESPONSES && json_walk_find(form, "prompt", &prompt);
    struct request_cache cache = {REQUEST_CACHE_MARKED, stored ? UINT64_MAX : walk->bytes};
    if (stored) {
        const char *end = place_in(prompt.value, prompt.value_end);
        digest_add(walk->digest, prompt.value,
                   (size_t)((end != NULL ? end : prompt.value_end) - prompt.value));
    }
    digest_end(walk->digest, digest);
    if (!stored && walk->bytes == 0) {
        cache.mark = REQUEST_CACHE_NONE;
        add_as_it_is(out, form);
    } else if (provider->caching == PROVIDER_CACHES_MARKED) {
        mark(out, form, walk);
    } else {
        add_key(out, form, digest);
    }
    return cache;
}

struct request_cache request_cache_add(struct text *out, const char *form, const struct provider *provider,
                                       const char *model) {
    struct walk walk = {.digest = digest_new()};
    struct request_cache cache = {REQUEST_CACHE_ITSELF, 0};
    form = json_walk_blank(form);
    if (walk.digest == NULL) {
        out->failed = true;
        return cache;
    }
    digest_begin(walk.digest);
    digest_add(walk.digest, model != NULL ? model : "", model != NULL ? strlen(model) : 0);
    walk_form(&walk, form, provider->shape);
    bool asked = provider->caching == PROVIDER_CACHES_MARKED || provider->caching == PROVIDER_CACHES_KEYED;
    if (!asked || has_own(form, provider->caching)) {
        cache = (struct request_cache){asked ? REQUEST_CACHE_OWN : REQUEST_CACHE_ITSELF, walk.bytes};
        add_as_it_is(out, form);
    } else {
        cache = finish(out, form, provider, &walk);
    }
    digest_free(walk.digest);
    return cache;
}

// platform.claude.com/docs, prompt caching, 2026-11; the first row whose word is in the model's name.
uint64_t request_cache_least(const struct provider *provider, const char *model) {
    static const struct {
        const char *word;
        uint64_t tokens;
    } rows[] = {
        {"haiku-4-5", 4096}, {"opus-4-5", 4096}, {"opus-4-6", 4096}, {"haiku", 2048}, {"sonnet-4-6", 2048},
    };
    if (provider->caching == PROVIDER_CACHES_MARKED && model != NULL) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            if (strstr(model, rows[i].word) != NULL) {
                return rows[i].tokens;
            }
        }
    }
    return 1024;
}
