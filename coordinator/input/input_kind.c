#include "input/input_kind.h"

#include "input/input_target.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct head {
    const char *at;
    size_t length;
    enum settings_format format;
};

// What a file begins with, at an offset.
struct magic {
    size_t offset, length;
    const char *bytes;
    const char *what;    // "is …"
    const char *command; // %s: the file's name; NULL: there is none
    const char *todo;    // what the command does, or what to do instead of it
};

#define MAGIC(offset_, bytes_, what_, todo_, command_)                                         \
    {                                                                                          \
        .offset = (offset_), .length = sizeof(bytes_) - 1, .bytes = (bytes_), .what = (what_), \
        .command = (command_), .todo = (todo_)                                                 \
    }
#define UNPACK "unpack it"
#define EXPORT "export its table as CSV"
#define TEXT "give the artists as CSV or JSONL"
#define CONVERT "convert it"

static const struct magic magics[] = {
    MAGIC(0, "\x1f\x8b", "is packed with gzip", UNPACK, "zcat < %s > artists.csv"),
    MAGIC(0, "\x28\xb5\x2f\xfd", "is packed with zstd", UNPACK, "zstd -dc < %s > artists.csv"),
    MAGIC(0, "BZh", "is packed with bzip2", UNPACK, "bzcat < %s > artists.csv"),
    MAGIC(0,
          "\xfd"
          "7zXZ",
          "is packed with xz", UNPACK, "xzcat < %s > artists.csv"),
    MAGIC(0, "\x04\x22\x4d\x18", "is packed with lz4", UNPACK, "lz4 -dc < %s > artists.csv"),
    MAGIC(0, "7z\xbc\xaf\x27\x1c", "is a 7z archive", UNPACK, "7z x -so %s > artists.csv"),
    MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook or another Office file", EXPORT,
          "libreoffice --headless --convert-to csv --outdir artists/ %s"),
    MAGIC(257, "ustar", "is a tar archive", UNPACK, "tar -xOf %s > artists.csv"),
    MAGIC(0, "\xff\xfe\0\0", "is text in UTF-32", "say --encoding UTF-32, or convert it",
          "iconv -f UTF-32 -t UTF-8 %s > artists.csv"),
    MAGIC(0, "\0\0\xfe\xff", "is text in UTF-32", "say --encoding UTF-32, or convert it",
          "iconv -f UTF-32 -t UTF-8 %s > artists.csv"),
    MAGIC(0, "\xff\xfe", "is text in UTF-16", "say --encoding UTF-16, or convert it",
          "iconv -f UTF-16 -t UTF-8 %s > artists.csv"),
    MAGIC(0, "\xfe\xff", "is text in UTF-16", "say --encoding UTF-16, or convert it",
          "iconv -f UTF-16 -t UTF-8 %s > artists.csv"),
    MAGIC(0, "%PDF-", "is a PDF document", TEXT, NULL),
    MAGIC(0, "{\\rtf", "is an RTF document", "save it as plain text", NULL),
    MAGIC(0, "SQLite format 3\0", "is an SQLite database", EXPORT,
          "sqlite3 -header -csv %s 'SELECT artist_id, name, data FROM TABLE' > artists.csv"),
    MAGIC(0, "PAR1", "is a Parquet file", EXPORT,
          "duckdb -c \"COPY (FROM read_parquet('%s')) TO 'artists.csv' (HEADER)\""),
    MAGIC(0, "ARROW1", "is an Arrow file", EXPORT, NULL),
    MAGIC(0, "ORC", "is an ORC file", EXPORT, NULL),
    MAGIC(0, "Obj\x01", "is an Avro file", EXPORT, NULL),
    MAGIC(0, "\x89PNG", "is an image", TEXT, NULL),
    MAGIC(0, "\xff\xd8\xff", "is an image", TEXT, NULL),
    MAGIC(0,
          "\x7f"
          "ELF",
          "is a program", TEXT, NULL),
    MAGIC(0, "version https://git-lfs.github.com/",
          "is only a pointer of Git LFS, the file itself is elsewhere", "fetch it", "git lfs pull"),
};

static bool begins(const struct head *head, size_t offset, const char *bytes, size_t length) {
    return head->length >= offset + length && memcmp(head->at + offset, bytes, length) == 0;
}

static bool holds(const struct head *head, const char *text) {
    return memmem(head->at, head->length, text, strlen(text)) != NULL;
}

static bool say(char message[INPUT_KIND_SIZE], const struct input_target_place *place, const char *what,
                const char *todo, const char *command) {
    int used = snprintf(message, INPUT_KIND_SIZE, "%s; %s%s", what, todo, command != NULL ? ": " : "");
    if (command != NULL && used > 0 && (size_t)used < INPUT_KIND_SIZE) {
        input_target_fill(place, command, message + used, INPUT_KIND_SIZE - (size_t)used);
    }
    return true;
}

// ---- binary files ----

static bool is_zip(const struct head *head, const struct input_target_place *name, char *message) {
    if (!begins(head, 0, "PK\x03\x04", 4)) {
        return false;
    }
    bool office =
        holds(head, "[Content_Types].xml") || holds(head, "xl/") || holds(head, "opendocument.spreadsheet");
    if (office) {
        return say(message, name, "is a spreadsheet (.xlsx, .ods) or another Office file",
                   "save the sheet as \"CSV UTF-8\" there, or here",
                   "libreoffice --headless --convert-to csv --outdir artists/ %s");
    }
    return say(message, name, "is a zip archive", UNPACK, "unzip -p %s > artists.csv");
}

// Text in UTF-16 without a mark: nearly each other byte is NUL.
static bool is_wide(const struct head *head, const struct input_target_place *name, char *message) {
    size_t nul[2] = {0};
    size_t most = head->length < 400 ? head->length : 400;
    for (size_t i = 0; i < most; i++) {
        nul[i % 2] += head->at[i] == '\0' ? 1 : 0;
    }
    for (size_t i = 0; i < 2; i++) {
        if (most >= 8 && nul[i] >= most / 2 - most / 8 && nul[1 - i] == 0) {
            return say(message, name, "is text in UTF-16",
                       i == 1 ? "say --encoding UTF-16LE, or convert it"
                              : "say --encoding UTF-16BE, or convert it",
                       i == 1 ? "iconv -f UTF-16LE -t UTF-8 %s > artists.csv"
                              : "iconv -f UTF-16BE -t UTF-8 %s > artists.csv");
        }
    }
    return false;
}

static bool is_binary(const struct head *head, const struct input_target_place *name, char *message) {
    if (is_zip(head, name, message)) {
        return true;
    }
    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        const struct magic *magic = &magics[i];
        if (begins(head, magic->offset, magic->bytes, magic->length)) {
            return say(message, name, magic->what, magic->todo, magic->command);
        }
    }
    return is_wide(head, name, message);
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
    if (is_binary(&whole, &place, message)) {
        return true;
    }
    struct head text = behind_blanks(whole);
    if (is_markup(&text, &place, message) || is_json(&text, &place, message)) {
        return true;
    }
    return format == SETTINGS_CSV ? is_other_csv(&text, &place, message) : is_csv(&text, &place, message);
}
