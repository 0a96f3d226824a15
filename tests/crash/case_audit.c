#include "case_audit.h"

#include "ration/arena.h"
#include "ration/record_reader.h"

#include <cjson/cJSON.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_SIZE 64

// What is known of each artist.
struct ledger {
    unsigned artists;
    char id[CASE_ARTISTS][ID_SIZE];
    unsigned lines[CASE_ARTISTS];
    unsigned asked[CASE_ARTISTS]; // requests that the server admitted
    unsigned failed, refused;
    uint64_t told, billed; // nano-dollars: by the lines, by the server
    struct case_result *result;
};

__attribute__((format(printf, 2, 3))) static void wrong(struct ledger *ledger, const char *format, ...) {
    if (ledger->result->wrong[0] == '\0') {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(ledger->result->wrong, sizeof(ledger->result->wrong), format, arguments);
        va_end(arguments);
    }
}

static void read_artists(struct ledger *ledger, const char *input) {
    int fd = open(input, O_RDONLY | O_CLOEXEC);
    struct record_reader *reader = fd >= 0 ? record_reader_new(fd, input, SETTINGS_CSV) : NULL;
    struct record record;
    if (reader == NULL || record_reader_header(reader) != RECORD_OK) {
        err(1, "%s", input);
    }
    while (ledger->artists < CASE_ARTISTS && record_reader_next(reader, &record) == RECORD_OK) {
        (void)snprintf(ledger->id[ledger->artists++], ID_SIZE, "%s", record.id.text);
    }
    record_reader_free(reader);
    (void)close(fd);
    if (ledger->artists != CASE_ARTISTS) {
        errx(1, "%s holds fewer than %u artists", input, CASE_ARTISTS);
    }
}

static unsigned find(const struct ledger *ledger, const char *id) {
    unsigned artist = 0;
    while (artist < ledger->artists && strcmp(ledger->id[artist], id) != 0) {
        artist++;
    }
    return artist;
}

// The whole file, NUL-terminated; "" when there is none.
static char *read_file(const char *directory, const char *name, size_t *length) {
    char path[CASE_PATH];
    struct stat status;
    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    *length = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return strdup("");
    }
    if (fd < 0 || fstat(fd, &status) != 0) {
        err(1, "%s", path);
    }
    char *text = calloc(1, (size_t)status.st_size + 1);
    if (text == NULL || read(fd, text, (size_t)status.st_size) != (ssize_t)status.st_size) {
        err(1, "%s", path);
    }
    (void)close(fd);
    *length = (size_t)status.st_size;
    return text;
}

static uint64_t nano_dollars(const cJSON *dollars) {
    return cJSON_IsNumber(dollars) ? (uint64_t)llround(dollars->valuedouble * 1e9) : 0;
}

static void look_at_line(struct ledger *ledger, const char *name, const char *line, size_t length) {
    cJSON *json = cJSON_ParseWithLength(line, length);
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "artist_id"));
    unsigned artist = id != NULL ? find(ledger, id) : CASE_ARTISTS;
    if (artist == CASE_ARTISTS) {
        wrong(ledger, "%s holds a line that is no artist's: %.60s", name, line);
    } else if (++ledger->lines[artist] > 1) {
        wrong(ledger, "artist %s has more than one line", id);
    }
    ledger->told += nano_dollars(cJSON_GetObjectItemCaseSensitive(json, "cost"));
    cJSON_Delete(json);
}

static unsigned look_at_file(struct ledger *ledger, const char *directory, const char *name) {
    size_t length;
    unsigned lines = 0;
    char *text = read_file(directory, name, &length);
    if (length > 0 && text[length - 1] != '\n') {
        wrong(ledger, "%s ends with a torn line", name);
    }
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        look_at_line(ledger, name, line, (size_t)(end - line));
        lines++;
    }
    free(text);
    return lines;
}

// In place.
static void percent_decode(char *text) {
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (from[0] == '%' && from[1] != '\0' && from[2] != '\0') {
            const char digits[3] = {from[1], from[2], '\0'};
            *to++ = (char)strtol(digits, NULL, 16);
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

// What stands in that column of a line; "": there are fewer.
static const char *field_at(const char *line, unsigned column) {
    for (unsigned i = 0; i < column && line != NULL; i++) {
        line = strchr(line, '\t');
        line = line != NULL ? line + 1 : NULL;
    }
    return line != NULL ? line : "";
}

static unsigned column_of(const char *head, const char *name) {
    size_t length = strlen(name);
    unsigned column = 0;
    for (const char *at = head; at != NULL && *at != '\0'; at = field_at(at, 1), column++) {
        if (strncmp(at, name, length) == 0 && strchr("\t\n", at[length]) != NULL) {
            return column;
        }
    }
    errx(1, "the simulator's log has no column %s", name);
}

// The simulator's log: arrived, answered, run, artist_id, attempt, key, status, …
static void look_at_requests(struct ledger *ledger, const char *directory) {
    size_t length;
    char *text = read_file(directory, "audit.tsv", &length);
    char *rest = NULL;
    unsigned column = column_of(strtok_r(text, "\n", &rest), "bill");
    for (char *line; (line = strtok_r(NULL, "\n", &rest)) != NULL;) {
        char *field[7] = {0};
        ledger->billed += strtoull(field_at(line, column), NULL, 10);
        char *more = line;
        for (int i = 0; i < 7 && more != NULL; i++) {
            field[i] = strsep(&more, "\t");
        }
        if (field[6] == NULL) {
            wrong(ledger, "the simulator's log is cut: %.60s", line);
            break;
        }
        if (strcmp(field[2], "-") == 0) {
            // each request of ours names its run; somebody else looks for a server that had this port before
            continue;
        }
        percent_decode(field[3]);
        unsigned artist = find(ledger, field[3]);
        long status = strtol(field[6], NULL, 10);
        if (artist == CASE_ARTISTS || (status != 200 && status != 429 && status != 503 && status != -1)) {
            wrong(ledger, "an unexpected request: artist %s, status %ld", field[3], status);
        } else if (status == 429) {
            ledger->refused++;
        } else if (status != 503) {
            ledger->asked[artist]++;
        }
    }
    free(text);
}

// A death can cost no more than what the dead process had in flight.
static void judge_repetitions(struct ledger *ledger, const struct crash_case *the) {
    unsigned repeated = 0;
    unsigned allowed = 0;
    for (unsigned artist = 0; artist < ledger->artists; artist++) {
        repeated += ledger->asked[artist] > 1 ? ledger->asked[artist] - 1 : 0;
    }
    char words[sizeof(the->words)];
    char *rest = NULL;
    (void)snprintf(words, sizeof(words), "%s", the->words);
    unsigned i = 0;
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest), i++) {
        if (strncmp(word, "worker:", 7) == 0 && strstr(word, ":pause") == NULL) {
            allowed += (unsigned)ledger->result->struck[i] * case_in_flight(the);
        }
    }
    if (allowed > 0 && ledger->result->coordinator_deaths > 0) {
        // The dead worker may own the output guard for ever: what the others have in flight then cannot be
        // recorded.
        allowed += (CASE_WORKERS - 1) * case_in_flight(the);
    }
    if (repeated > allowed) {
        wrong(ledger, "%u requests were repeated, at most %u may be", repeated, allowed);
    }
}

static void judge_identical(struct ledger *ledger) {
    unsigned asked = 0;
    for (unsigned artist = 0; artist < ledger->artists; artist++) {
        asked += ledger->asked[artist] > 0;
    }
    if (asked != CASE_GENRES) {
        wrong(ledger, "%u artists were asked of %u genres", asked, CASE_GENRES);
    }
}

static void look_for_arena(struct ledger *ledger, const char *directory) {
    char path[CASE_PATH];
    char name[ARENA_NAME_SIZE];
    struct stat status;
    (void)snprintf(path, sizeof(path), "%s/output.jsonl", directory);
    if (stat(path, &status) != 0) {
        wrong(ledger, "there is no output");
        return;
    }
    arena_name(status.st_dev, status.st_ino, name);
    struct arena *arena = arena_open(name, false);
    if (arena != NULL) {
        wrong(ledger, "an arena is left");
        arena_close(arena);
        (void)arena_remove(name);
    }
}

static uint64_t member(const cJSON *record, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(record, name);
    return cJSON_IsNumber(item) ? (uint64_t)item->valuedouble : 0;
}

// What all runs have spent, by the record beside the output: no less than the lines say, no more than the
// server bills, and with what is in doubt no less than that.
static void judge_money(struct ledger *ledger, const char *directory) {
    size_t length;
    char *text = read_file(directory, ".output.jsonl.ration", &length);
    cJSON *record = cJSON_ParseWithLength(text, length);
    uint64_t spent = member(record, "cost") + member(record, "cost_before");
    uint64_t doubt = member(record, "cost_doubt") + member(record, "cost_before_doubt");
    if (record == NULL || ledger->told == 0 || ledger->told > spent || spent > ledger->billed ||
        ledger->billed > spent + doubt) {
        wrong(ledger, "money: lines %ju, spent %ju, billed %ju, in doubt %ju", (uintmax_t)ledger->told,
              (uintmax_t)spent, (uintmax_t)ledger->billed, (uintmax_t)doubt);
    }
    cJSON_Delete(record);
    free(text);
}

void case_audit(const struct crash_case *the, const struct case_places *places, int status,
                struct case_result *result) {
    struct ledger ledger = {.result = result};
    look_for_arena(&ledger, places->directory);
    if (status < 0) {
        return;
    }
    read_artists(&ledger, places->input);
    (void)look_at_file(&ledger, places->directory, "output.jsonl");
    ledger.failed = look_at_file(&ledger, places->directory, "output.errors.jsonl");
    look_at_requests(&ledger, places->directory);
    for (unsigned artist = 0; artist < ledger.artists; artist++) {
        if (ledger.lines[artist] == 0) {
            wrong(&ledger, "artist %s has no line", ledger.id[artist]);
        }
    }
    if (status != (ledger.failed > 0 ? 1 : 0)) {
        wrong(&ledger, "exit status %d with %u failed artists", status, ledger.failed);
    }
    if (ledger.refused > 0) {
        wrong(&ledger, "%u requests were refused: the limits were not kept", ledger.refused);
    }
    judge_repetitions(&ledger, the);
    judge_money(&ledger, places->directory);
    if (the->identical) {
        judge_identical(&ledger);
    }
    size_t length;
    char *log = read_file(places->directory, "run.log", &length);
    char *fatal = strstr(log, "FATAL");
    if (fatal != NULL) {
        fatal[strcspn(fatal, "\n")] = '\0';
        wrong(&ledger, "it said: %s", fatal);
    }
    free(log);
}
