#include "input/input_kind_binary.h"

#include "input/input_kind.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct head {
    const char *at;
    size_t length;
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

#define INPUT " %s"
#define COMMAND_SIZE 128U

static bool ends(const char *name, const char *ending) {
    size_t length = strlen(name), most = strlen(ending);
    return length > most && strcmp(name + length - most, ending) == 0;
}

// iconv takes no packed file: what unpacks it stands before.
static const char *through(const char *name, const char *command, char out[COMMAND_SIZE]) {
    const char *unpack = ends(name, ".gz") ? "zcat" : ends(name, ".zst") ? "zstd -dc" : NULL;
    const char *input = command != NULL ? strstr(command, INPUT) : NULL;
    if (unpack == NULL || input == NULL || strncmp(command, "iconv ", 6) != 0) {
        return command;
    }
    (void)snprintf(out, COMMAND_SIZE, "%s < %%s | %.*s%s", unpack, (int)(input - command), command,
                   input + sizeof(INPUT) - 1);
    return out;
}

static bool say(char message[INPUT_KIND_SIZE], const struct input_target_place *place, const char *what,
                const char *todo, const char *command) {
    char longer[COMMAND_SIZE];
    const struct input_target_advice advice = {what, todo, through(place->name, command, longer)};
    input_target_tell(place, &advice, message, INPUT_KIND_SIZE);
    return true;
}

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

bool input_kind_binary_wrong(const struct input_target_place *name, const char *bytes, size_t length,
                             char *message) {
    const struct head whole = {bytes, length};
    const struct head *head = &whole;
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
