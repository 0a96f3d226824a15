#include "input/input_kind.h"

#include "input/input_kind_binary.h"
#include "input/input_target.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct head {
    const char *at;
    size_t length;
    enum settings_format format;
};

#define TEXT "give the artists as CSV or JSONL"
#define CONVERT "convert it"

static bool begins(const struct head *head, size_t offset, const char *bytes, size_t length) {
    return head->length >= offset + length && memcmp(head->at + offset, bytes, length) == 0;
}

static bool say(char message[INPUT_KIND_SIZE], const struct input_target_place *place, const char *what,
                const char *todo, const char *command) {
    const struct input_target_advice advice = {what, todo, command};
    input_target_tell(place, &advice, message, INPUT_KIND_SIZE);
    return true;
}

// ---- text of another kind ----

static struct head behind_blanks(struct head head) {
    if (begins(&head, 0, "\xef\xbb\xbf", 3)) {
        head.at += 3;
        head.length -= 3;
    }
    while (head.length > 0 && isspace((unsigned char)*head.at)) {
        head.at++;
        head.length--;
    }
    return head;
}

static struct head first_line(struct head head) {
    const char *end = memchr(head.at, '\n', head.length);
    head.length = end != NULL ? (size_t)(end - head.at) : head.length;
    while (head.length > 0 && isspace((unsigned char)head.at[head.length - 1])) {
        head.length--;
    }
    return head;
}

static bool is_markup(const struct head *text, const struct input_target_place *name, char *message) {
    static const char *const html[] = {"<!doctype html", "<html", "<head", "<body", "<script", "<table"};
    for (size_t i = 0; i < sizeof(html) / sizeof(html[0]); i++) {
        if (text->length >= strlen(html[i]) && strncasecmp(text->at, html[i], strlen(html[i])) == 0) {
            return say(message, name, "is a web page",
                       "perhaps a login page was saved instead of the file: fetch it again, as CSV or JSONL",
                       NULL);
        }
    }
    return (begins(text, 0, "<?xml", 5) || begins(text, 0, "<!--", 4)) &&
           say(message, name, "is XML", TEXT, NULL);
}

// The first line ends with the object that it begins, as far as its end tells.
static bool one_object_a_line(const struct head *line) {
    return line->length > 1 && line->at[line->length - 1] == '}';
}

static bool is_json(const struct head *text, const struct input_target_place *name, char *message) {
    struct head line = first_line(*text);
    bool csv = text->format == SETTINGS_CSV;
    if (begins(text, 0, "[", 1)) {
        struct head inside = behind_blanks((struct head){text->at + 1, text->length - 1, text->format});
        if (!csv || begins(&inside, 0, "{", 1)) {
            return say(message, name, "is one JSON array", "write one object on each line",
                       "jq -c '.[]' %s > artists.jsonl");
        }
    }
    if (!begins(text, 0, "{", 1) ||
        (csv && memchr("\"} \t\r\n", text->length > 1 ? text->at[1] : ' ', 6) == NULL)) {
        return false;
    }
    // A record may well be longer than what is looked at.
    bool whole_line = memchr(text->at, '\n', text->length) != NULL;
    if (whole_line && !one_object_a_line(&line)) {
        return say(message, name, "is JSON whose objects reach over several lines",
                   "write one object on each line (where a list stands inside, jq -c '.KEY[]')",
                   "jq -c . %s > artists.jsonl");
    }
    return csv && say(message, name, "is JSON, and is read as CSV",
                      "name it .jsonl, or say so with --input-format jsonl", NULL);
}

// ---- CSV of another kind ----

static bool is_named(const char *at, size_t length, const char *name) {
    while (length > 0 && (isspace((unsigned char)*at) || *at == '"')) {
        at++;
        length--;
    }
    while (length > 0 && (isspace((unsigned char)at[length - 1]) || at[length - 1] == '"')) {
        length--;
    }
    return length == strlen(name) && strncasecmp(at, name, length) == 0;
}

// How many fields the line has with that separator; *found: one of them is the artist_id.
static size_t fields_of(const struct head *line, char separator, bool *found) {
    size_t fields = 0, at = 0;
    *found = false;
    while (at <= line->length) {
        const char *next = memchr(line->at + at, separator, line->length - at);
        size_t end = next != NULL ? (size_t)(next - line->at) : line->length;
        *found = *found || is_named(line->at + at, end - at, "artist_id");
        fields++;
        at = end + 1;
    }
    return fields;
}

static bool is_other_csv(const struct head *text, const struct input_target_place *name, char *message) {
    struct head line = first_line(*text);
    if (line.length >= 4 && strncasecmp(line.at, "sep=", 4) == 0) {
        bool comma = line.length == 5 && line.at[4] == ',';
        return say(message, name, "begins with a line \"sep=\" for Excel",
                   comma ? "leave it out" : "leave it out, and write the columns with commas",
                   "tail -n +2 %s > artists.csv");
    }
    if (memchr(text->at, '\r', text->length) != NULL && memchr(text->at, '\n', text->length) == NULL) {
        return say(message, name, "ends its lines with carriage returns alone", CONVERT,
                   "tr '\\r' '\\n' < %s > artists.csv");
    }
    return false;
}

static bool is_csv(const struct head *text, const struct input_target_place *name, char *message) {
    struct head line = first_line(*text);
    bool found;
    return fields_of(&line, ',', &found) > 1 && found &&
           say(message, name, "is CSV, and is read as JSONL",
               "name it .csv, or say so with --input-format csv", NULL);
}

bool input_kind_wrong(const char *name, uint32_t number, enum settings_format format, const char *head,
                      size_t length, char message[INPUT_KIND_SIZE]) {
    const struct input_target_place place = {name, format, number};
    struct head whole = {head, length, format};
    if (input_kind_binary_wrong(&place, head, length, message)) {
        return true;
    }
    struct head text = behind_blanks(whole);
    if (is_markup(&text, &place, message) || is_json(&text, &place, message)) {
        return true;
    }
    return format == SETTINGS_CSV ? is_other_csv(&text, &place, message) : is_csv(&text, &place, message);
}
