#include "output/output_name.h"

#include "ration/log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *ending;
    const char *format;
    bool readable;
} formats[] = {
    {".json", "one JSON document", true},
    {".csv", "CSV", false},
    {".tsv", "TSV", false},
    {".xls", "an Excel file", false},
    {".xlsx", "an Excel file", false},
    {".parquet", "Parquet", false},
    {".arrow", "Arrow", false},
    {".feather", "Arrow", false},
    {".avro", "Avro", false},
    {".db", "a database", false},
    {".sqlite", "a database", false},
    {".sqlite3", "a database", false},
    {".xml", "XML", false},
    {".html", "HTML", false},
    {".htm", "HTML", false},
    {".yaml", "YAML", false},
    {".yml", "YAML", false},
    {".md", "Markdown", false},
    {".gz", "a compressed file", false},
    {".bz2", "a compressed file", false},
    {".xz", "a compressed file", false},
    {".zst", "a compressed file", false},
    {".lz4", "a compressed file", false},
    {".zip", "a compressed file", false},
    {".7z", "a compressed file", false},
    {".tar", "an archive", false},
    {".tgz", "a compressed file", false},
};

const char *output_name_last(const char *name) {
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

const char *output_name_format(const char *name, bool *readable) {
    const char *last = output_name_last(name);
    const char *ending = strrchr(last, '.');
    *readable = true;
    for (size_t i = 0; ending != NULL && ending != last && i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcasecmp(ending, formats[i].ending) == 0) {
            *readable = formats[i].readable;
            return formats[i].format;
        }
    }
    return NULL;
}

// The folder that a name stands in, as the kernel knows it. False: there is none.
static bool folder_of(const char *name, char out[PATH_MAX]) {
    char folder[PATH_MAX];
    size_t length = (size_t)(output_name_last(name) - name);
    if (length >= sizeof(folder)) {
        return false;
    }
    (void)snprintf(folder, sizeof(folder), "%.*s", length > 0 ? (int)length : 1, length > 0 ? name : ".");
    return realpath(folder, out) != NULL;
}

bool output_name_same(const char *a, const char *b) {
    struct stat one, other;
    char folder_a[PATH_MAX], folder_b[PATH_MAX];
    bool is_a = stat(a, &one) == 0;
    bool is_b = stat(b, &other) == 0;
    if (is_a && is_b) {
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    }
    return strcmp(a, b) == 0 ||
           (!is_a && !is_b && strcmp(output_name_last(a), output_name_last(b)) == 0 &&
            folder_of(a, folder_a) && folder_of(b, folder_b) && strcmp(folder_a, folder_b) == 0);
}

int output_name_apart(const struct options *options, const char *errors, const char *option,
                      const char *path) {
    const struct {
        const char *option, *path;
    } all[] = {{"output", options->output},
               {"errors", errors},
               {"log-file", options->log_file},
               {"quota-state", options->quota_state},
               {"input", options->input},
               {"config", options->config},
               {"prompt-file", options->prompt_file},
               {"request", options->request},
               {"schema", options->schema},
               {"api-key-file", options->api_key_file},
               {"providers", options->providers},
               {"sessions", options->sessions},
               {"tiers", options->tiers},
               {"http-token-file", options->http_token_file}};
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return 0; // nothing in it is lost
    }
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        bool other =
            all[i].path != NULL && strcmp(all[i].path, "-") != 0 && strcmp(all[i].option, option) != 0;
        if (other && output_name_same(path, all[i].path)) {
            log_fatal("config", "--%s and --%s are the same file, %s; give --%s another name", option,
                      all[i].option, all[i].path, option);
            return -1;
        }
    }
    return 0;
}

// What the run writes to, but for --summary, which is looked at before all.
static int check_apart(const struct options *options, const char *errors) {
    const struct {
        const char *option, *path;
    } written[] = {{"output", options->output},
                   {"errors", errors},
                   {"log-file", options->log_file},
                   {"quota-state", options->quota_state}};
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        if (written[i].path != NULL &&
            output_name_apart(options, errors, written[i].option, written[i].path) != 0) {
            return -1;
        }
    }
    return 0;
}

static bool is_stream(const char *name) {
    static const char *const streams[] = {"-", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty"};
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        if (strcmp(name, streams[i]) == 0) {
            return true;
        }
    }
    return strncmp(name, "/dev/fd/", 8) == 0 || strncmp(name, "/proc/self/fd/", 14) == 0;
}

static const char *kind_of(mode_t mode) {
    return S_ISDIR(mode)    ? "a directory; name a file in it"
           : S_ISFIFO(mode) ? "a FIFO, it is not a regular file; name a file, and read it with tail -f"
           : S_ISSOCK(mode) ? "a socket, it is not a regular file; name a file"
                            : "a device, it is not a regular file; name a file";
}

static int check_place(const char *option, const char *name) {
    struct stat status;
    char folder[PATH_MAX];
    if (is_stream(name)) {
        log_fatal("config",
                  "--%s %s: lines that are to be there exactly once, whatever dies, need a regular file; "
                  "name one, and read it while it grows: tail -f FILE",
                  option, name);
        return -1;
    }
    if (lstat(name, &status) == 0) {
        if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) {
            log_fatal("config", "--%s %s: is %s", option, name, kind_of(status.st_mode));
            return -1;
        }
        return 0;
    }
    if (output_name_last(name)[0] == '\0') {
        log_fatal("config", "--%s %s: ends in /; name a file in that directory", option, name);
        return -1;
    }
    if (!folder_of(name, folder)) {
        log_fatal("config", "--%s %s: its directory: %s%s", option, name, strerror(errno),
                  errno == ENOENT ? "; make it first (mkdir -p)" : "");
        return -1;
    }
    return 0;
}

static int check_format(const struct options *options) {
    bool readable;
    const char *name = options->output;
    const char *format = output_name_format(name, &readable);
    if (format == NULL) {
        return 0;
    }
    // What an earlier version began under such a name can be finished.
    if (readable || (options->resume && access(name, F_OK) == 0)) {
        log_warn("config", "--output %s holds JSON lines, not %s, as its name says; .jsonl is clearer", name,
                 format);
        return 0;
    }
    log_fatal("config",
              "--output %s: its name says that it is %s, but what is written are JSON lines; "
              "name it .jsonl, and convert it after the run (docs/CONFIGURATION.md, Output)",
              name, format);
    return -1;
}

int output_name_check(const struct options *options, const char *errors) {
    return check_place("output", options->output) != 0 || check_place("errors", errors) != 0 ||
                   check_apart(options, errors) != 0 || check_format(options) != 0
               ? -1
               : 0;
}
