#include "output/last_run.h"

#include "ration/digest.h"
#include "ration/json_scan.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The members that are texts, and numbers, in the order of the file.
#define TEXT(member) \
    { #member, offsetof(struct last_run, member), sizeof(((struct last_run *)NULL)->member) }
static const struct {
    const char *name;
    size_t offset, size;
} texts[] = {TEXT(run_id),  TEXT(boot),     TEXT(begun),  TEXT(written),  TEXT(ended),  TEXT(how),
             TEXT(output),  TEXT(input),    TEXT(errors), TEXT(log),      TEXT(arena),  TEXT(folder),
             TEXT(command), TEXT(provider), TEXT(model),  TEXT(base_url), TEXT(prompt), TEXT(summary)},
  // Records of earlier versions have not all of these.
    later[] = {TEXT(cause),           TEXT(schema),         TEXT(input_format),  TEXT(input_id),
               TEXT(input_delimiter), TEXT(input_encoding), TEXT(output_format), TEXT(asked),
               TEXT(shape),           TEXT(providers),      TEXT(sessions),      TEXT(limits_found)};
#define NUMBER(member) \
    { #member, offsetof(struct last_run, member) }
static const struct {
    const char *name;
    size_t offset;
} numbers[] = {NUMBER(device),        NUMBER(inode),    NUMBER(artists),  NUMBER(done),
               NUMBER(failed),        NUMBER(before),   NUMBER(requests), NUMBER(input_tokens),
               NUMBER(output_tokens), NUMBER(in_doubt), NUMBER(cost)};
static const struct {
    const char *name;
    size_t offset;
} more[] = {NUMBER(answers),
            NUMBER(others),
            NUMBER(price_input),
            NUMBER(price_output),
            NUMBER(cost_doubt),
            NUMBER(cost_before),
            NUMBER(cost_before_doubt),
            NUMBER(cost_booked),
            NUMBER(cached_tokens),
            NUMBER(cache_write_tokens),
            NUMBER(cache_write_1h_tokens),
            NUMBER(reasoning_tokens)}; // likewise
#define MORE (sizeof(more) / sizeof(more[0]))
#define TEXTS (sizeof(texts) / sizeof(texts[0]))
#define LATER (sizeof(later) / sizeof(later[0]))
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

uint64_t last_run_left(const struct last_run *last) {
    uint64_t ended = last->done + last->failed + last->others;
    return last->artists > ended ? last->artists - ended : 0;
}

void last_run_set_tokens(struct last_run *last, const struct tokens *tokens) {
    last->input_tokens = tokens->input;
    last->cached_tokens = tokens->cached;
    last->cache_write_tokens = tokens->written;
    last->cache_write_1h_tokens = tokens->written_hour;
    last->output_tokens = tokens->output;
    last->reasoning_tokens = tokens->reasoning;
}

struct tokens last_run_tokens(const struct last_run *last) {
    return (struct tokens){.input = last->input_tokens,
                           .cached = last->cached_tokens,
                           .written = last->cache_write_tokens,
                           .written_hour = last->cache_write_1h_tokens,
                           .output = last->output_tokens,
                           .reasoning = last->reasoning_tokens};
}

static bool add_number(cJSON *object, const struct last_run *last, const char *name, size_t offset) {
    char text[24]; // a double would not hold each inode
    uint64_t number;
    memcpy(&number, (const char *)last + offset, sizeof(number));
    (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    return cJSON_AddRawToObject(object, name, text) != NULL;
}

char *last_run_encode(const struct last_run *last) {
    cJSON *object = cJSON_CreateObject();
    bool good = cJSON_AddNumberToObject(object, "version", LAST_RUN_VERSION) != NULL &&
                cJSON_AddNumberToObject(object, "pid", last->pid) != NULL &&
                cJSON_AddNumberToObject(object, "exit", last->exit) != NULL &&
                cJSON_AddBoolToObject(object, "priced", last->priced) != NULL &&
                cJSON_AddNumberToObject(object, "seconds", last->seconds) != NULL;
    for (size_t i = 0; good && i < TEXTS; i++) {
        good = cJSON_AddStringToObject(object, texts[i].name, (const char *)last + texts[i].offset) != NULL;
    }
    for (size_t i = 0; good && i < NUMBERS; i++) {
        good = add_number(object, last, numbers[i].name, numbers[i].offset);
    }
    for (size_t i = 0; good && i < MORE; i++) {
        good = add_number(object, last, more[i].name, more[i].offset);
    }
    for (size_t i = 0; good && i < LATER; i++) {
        good = cJSON_AddStringToObject(object, later[i].name, (const char *)last + later[i].offset) != NULL;
    }
    char *text = good ? cJSON_Print(object) : NULL;
    cJSON_Delete(object);
    return text;
}

static bool take_number(const cJSON *object, const char *name, double least, double most, double *out) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= least) || !(item->valuedouble <= most)) {
        return false;
    }
    *out = item->valuedouble;
    return true;
}

static bool take_text(const cJSON *object, const char *name, char *out, size_t size) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL && strlcpy(out, text, size) < size;
}

// To the digit where it is written so: an inode may be more than a double holds.
static void put_number(const struct json_piece *text, const char *name, struct last_run *last, size_t offset,
                       double number) {
    struct json_piece piece;
    char digits[24] = "";
    uint64_t whole = (uint64_t)number;
    if (text->length > 0 && json_scan_find(text, name, &piece) && piece.length < sizeof(digits) - 1 &&
        strspn(piece.text, "0123456789") >= piece.length) {
        (void)snprintf(digits, sizeof(digits), "%.*s", (int)piece.length, piece.text);
        whole = strtoull(digits, NULL, 10);
    }
    memcpy((char *)last + offset, &whole, sizeof(whole));
}

int last_run_decode(const char *text, size_t length, struct last_run *last) {
    cJSON *object = cJSON_ParseWithLength(text, length);
    double version, pid, exit_status, number;
    struct json_piece piece = {NULL, 0};
    memset(last, 0, sizeof(*last));
    if (!json_scan_whole(text, length, &piece)) {
        piece.length = 0;
    }
    bool good = take_number(object, "version", LAST_RUN_VERSION, LAST_RUN_VERSION, &version) &&
                take_number(object, "pid", 1, INT_MAX, &pid) &&
                take_number(object, "exit", -1, 255, &exit_status) &&
                take_number(object, "seconds", 0, 1e12, &last->seconds) &&
                cJSON_IsBool(cJSON_GetObjectItemCaseSensitive(object, "priced"));
    for (size_t i = 0; good && i < TEXTS; i++) {
        good = take_text(object, texts[i].name, (char *)last + texts[i].offset, texts[i].size);
    }
    for (size_t i = 0; good && i < LATER; i++) {
        (void)take_text(object, later[i].name, (char *)last + later[i].offset, later[i].size);
    }
    for (size_t i = 0; good && i < NUMBERS; i++) {
        good = take_number(object, numbers[i].name, 0, 0x1p63, &number);
        put_number(&piece, numbers[i].name, last, numbers[i].offset, good ? number : 0);
    }
    for (size_t i = 0; good && i < MORE; i++) {
        bool there = take_number(object, more[i].name, 0, 0x1p63, &number);
        put_number(&piece, more[i].name, last, more[i].offset, there ? number : 0);
    }
    if (good) {
        last->pid = (pid_t)pid;
        last->exit = (int)exit_status;
        last->priced = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "priced"));
    }
    cJSON_Delete(object);
    return good ? 0 : -1;
}

void last_run_asked(uint64_t longest, const struct settings *settings, char out[LAST_RUN_ASKED]) {
    char pattern[DIGEST_SIZE] = "-";
    struct digest *digest = settings->must_match != NULL ? digest_new() : NULL;
    if (digest != NULL) {
        digest_begin(digest);
        digest_add(digest, settings->must_match, strlen(settings->must_match));
        digest_end(digest, pattern);
        digest_free(digest);
    }
    (void)snprintf(out, LAST_RUN_ASKED, "%" PRIu64 " %" PRIu64 " %s", longest, settings->min_chars, pattern);
}

void last_run_ask_on(const struct last_run *before, struct last_run *now, bool redone) {
    if (!redone && before->asked[0] != '\0' && strcmp(before->asked, now->asked) != 0) {
        (void)strlcpy(now->asked, "several", sizeof(now->asked));
    }
}

// A word as a shell reads it. False: no room.
static bool add_word(const char *word, char *out, size_t size) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
    size_t length = strlen(out);
    if (length > 0 && strlcat(out, " ", size) >= size) {
        return false;
    }
    if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
        return strlcat(out, word, size) < size;
    }
    bool good = strlcat(out, "'", size) < size;
    for (; good && *word != '\0'; word++) {
        const char one[2] = {*word, '\0'};
        good = strlcat(out, *word == '\'' ? "'\\''" : one, size) < size;
    }
    return good && strlcat(out, "'", size) < size;
}

// Options whose value may be a secret, and what stands instead: the address that alerts are posted to, a
// header, a parameter of the URL. Options may be shortened: a beginning that fits no other one counts.
static const struct {
    const char *name, *least, *shown;
} secrets[] = {
    {"--alert-webhook", "--alert-w", " --alert-webhook URL"},
    {"--header", "--he", " --header 'NAME: VALUE'"},
    {"--query", "--que", " --query NAME=VALUE"},
};

// What stands instead of it, or NULL; *value: the value that stands in the same word.
static const char *is_secret(const char *word, const char **value) {
    size_t length = strcspn(word, "=");
    *value = word[length] == '=' ? word + length + 1 : NULL;
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        if (length >= strlen(secrets[i].least) && length <= strlen(secrets[i].name) &&
            strncmp(word, secrets[i].name, length) == 0) {
            return secrets[i].shown;
        }
    }
    return NULL;
}

// A header's value that the environment holds is none.
static bool from_environment(const char *text) {
    const char *value = strchr(text, ':');
    size_t length = strlen(text);
    return value != NULL && strncmp(value + 1 + strspn(value + 1, " "), "${", 2) == 0 &&
           text[length - 1] == '}';
}

void last_run_command(char *const *words, char *out, size_t size) {
    bool resumes = false;
    bool good = strlcpy(out, "ration", size) < size;
    for (size_t i = 0; good && words[i] != NULL; i++) {
        const char *value;
        resumes = resumes || strcmp(words[i], "--resume") == 0;
        if (strcmp(words[i], "--cancel") == 0) { // whoever goes on means the rest
            continue;
        }
        const char *shown = is_secret(words[i], &value);
        const char *text = value != NULL ? value : words[i + 1];
        if (shown == NULL || (text != NULL && from_environment(text))) {
            good = add_word(words[i], out, size);
        } else {
            good = strlcat(out, shown, size) < size;
            i += value == NULL && words[i + 1] != NULL;
        }
    }
    good = good && (resumes || strlcat(out, " --resume", size) < size);
    if (!good) {
        out[0] = '\0';
    }
}

// `none`: what is said where there is no text.
static void add_difference(const char *what, const char *before, const char *now, const char *none, char *out,
                           size_t size) {
    char text[1200];
    if (strcmp(before, now) == 0) {
        return;
    }
    (void)snprintf(text, sizeof(text), "%s%s %.400s, now %.400s", out[0] != '\0' ? "; " : "", what,
                   before[0] != '\0' ? before : none, now[0] != '\0' ? now : none);
    (void)strlcat(out, text, size);
}

void last_run_differs(const struct last_run *before, const struct last_run *now, char *out, size_t size) {
    out[0] = '\0';
    add_difference("provider", before->provider, now->provider, "the prompt's own", out, size);
    add_difference("model", before->model, now->model, "the prompt's own", out, size);
    add_difference("base URL", before->base_url, now->base_url, "the prompt's own", out, size);
    add_difference("prompt", before->prompt, now->prompt, "the prompt's own", out, size);
    add_difference("schema", before->schema, now->schema, "none", out, size);
}

enum last_run_state last_run_judge(const struct last_run_facts *facts) {
    if (facts->coordinator) {
        return LAST_RUN_AT_WORK;
    }
    if (facts->ended) {
        return LAST_RUN_ENDED;
    }
    if (facts->workers) {
        return LAST_RUN_FINISHING;
    }
    return facts->same_boot ? LAST_RUN_KILLED : LAST_RUN_REBOOTED;
}

const char *last_run_state_name(enum last_run_state state) {
    static const char *const names[] = {
        [LAST_RUN_AT_WORK] = "running", [LAST_RUN_ENDED] = "ended",       [LAST_RUN_FINISHING] = "finishing",
        [LAST_RUN_KILLED] = "killed",   [LAST_RUN_REBOOTED] = "rebooted",
    };
    return names[state];
}
