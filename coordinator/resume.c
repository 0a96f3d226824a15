#include "resume.h"

#include "bits.h"
#include "errors_file.h"
#include "ration/log.h"
#include "ration/utf8.h"
#include "result_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CLASS_SIZE 64

struct resume {
    struct resume_config config;
    struct result_file answers;
    struct result_file errors;
    struct bits done;   // by artist
    struct bits failed; // by artist
    struct bits retry;  // by line of the errors file: its class is asked again
    struct bits keep;   // by line of the errors file
    struct resume_counts counts;
};

// Lines that cannot be: the first of them, and how many.
struct wrong {
    uint32_t line;
    uint32_t other; // the earlier line of the same artist
    uint64_t total;
};

static void note_wrong(struct wrong *wrong, uint32_t line, uint32_t other) {
    if (wrong->total++ == 0 || line < wrong->line) {
        wrong->line = line;
        wrong->other = other;
    }
}

static int note_duplicate(void *context, uint32_t first, uint32_t again) {
    note_wrong(context, again, first);
    return 0;
}

static bool asks_again(const struct resume_config *config, const char *class) {
    switch (config->retry) {
    case RESUME_RETRY_ALL:
        return true;
    case RESUME_RETRY_NONE:
        return false;
    case RESUME_RETRY_LISTED:
        for (size_t i = 0; i < config->class_count; i++) {
            if (strcmp(config->classes[i], class) == 0) {
                return true;
            }
        }
        return false;
    case RESUME_RETRY_USUAL:
    default:
        return strcmp(class, "refused") != 0 && strcmp(class, "in_doubt") != 0;
    }
}

static int take_error(void *context, uint32_t number, const char *text, size_t size) {
    struct resume *resume = context;
    char class[CLASS_SIZE];
    if (!result_line_class(text, size, class, sizeof(class))) {
        return EBADMSG;
    }
    return asks_again(&resume->config, class) ? bits_set(&resume->retry, number) : 0;
}

static int failed(const struct result_file *file, int error) {
    log_fatal("input", "%s: cannot be compared with the input: %s", file->name, strerror(error));
    return -1;
}

static int check_duplicates(const struct result_file *file) {
    struct wrong wrong = {.total = 0};
    int error = id_table_duplicates(file->ids, note_duplicate, &wrong);
    if (error != 0) {
        return failed(file, error);
    }
    if (wrong.total == 0) {
        return 0;
    }
    char id[UTF8_PRINTABLE_SIZE];
    result_file_show_id(file, wrong.line, id, sizeof(id));
    log_fatal("input",
              "%s:%" PRIu32 ": artist_id \"%s\" is already on line %" PRIu32 " (%" PRIu64
              " such lines); remove one of each",
              file->name, wrong.line, id, wrong.other, wrong.total);
    return -1;
}

struct join {
    struct resume *resume;
    struct wrong unknown;
};

static int join_answer(void *context, uint32_t artist, uint32_t line) {
    struct join *join = context;
    struct resume *resume = join->resume;
    if (artist == ID_TABLE_NONE) {
        note_wrong(&join->unknown, line, 0);
        return 0;
    }
    if (artist < resume->config.artists) {
        resume->counts.done++;
    } else {
        resume->counts.beyond++;
    }
    return bits_set(&resume->done, artist);
}

static int join_error(void *context, uint32_t artist, uint32_t line) {
    struct join *join = context;
    struct resume *resume = join->resume;
    if (artist == ID_TABLE_NONE) {
        note_wrong(&join->unknown, line, 0);
        return 0;
    }
    bool in_run = artist < resume->config.artists;
    if (bits_get(&resume->done, artist)) {
        return 0;
    }
    if (in_run && bits_get(&resume->retry, line)) {
        resume->counts.again++;
        return 0;
    }
    int error = bits_set(&resume->keep, line);
    if (error == 0 && in_run) {
        resume->counts.failed++;
        error = bits_set(&resume->failed, artist);
    }
    return error;
}

static int join_file(struct resume *resume, const struct result_file *file,
                     int (*take)(void *context, uint32_t artist, uint32_t line)) {
    struct join join = {.resume = resume};
    int error = id_table_join(resume->config.ids, file->ids, take, &join);
    if (error != 0) {
        return failed(file, error);
    }
    if (join.unknown.total == 0) {
        return 0;
    }
    char id[UTF8_PRINTABLE_SIZE];
    result_file_show_id(file, join.unknown.line, id, sizeof(id));
    log_fatal("input",
              "%s:%" PRIu32 ": artist_id \"%s\" is not in the input (%" PRIu64
              " such lines); give the input of that run, or another output",
              file->name, join.unknown.line, id, join.unknown.total);
    return -1;
}

static int scan(struct resume *resume) {
    const struct resume_config *config = &resume->config;
    struct result_file *answers = &resume->answers;
    struct result_file *errors = &resume->errors;
    if (result_file_scan(answers, config->output_fd, config->output_name, RESULT_ANSWER, NULL, NULL) != 0) {
        return -1;
    }
    if (config->errors_fd >= 0 && result_file_scan(errors, config->errors_fd, config->errors_name,
                                                   RESULT_ERROR, take_error, resume) != 0) {
        return -1;
    }
    if (check_duplicates(answers) != 0 || join_file(resume, answers, join_answer) != 0) {
        return -1;
    }
    if (config->errors_fd >= 0 &&
        (check_duplicates(errors) != 0 || join_file(resume, errors, join_error) != 0)) {
        return -1;
    }
    return 0;
}

struct resume *resume_scan(const struct resume_config *config) {
    struct resume *resume = calloc(1, sizeof(*resume));
    if (resume == NULL) {
        log_fatal("run", "out of memory");
        return NULL;
    }
    resume->config = *config;
    int status = scan(resume);
    // What they were for is known now.
    result_file_close(&resume->answers);
    result_file_close(&resume->errors);
    bits_free(&resume->retry);
    if (status != 0) {
        resume_free(resume);
        return NULL;
    }
    return resume;
}

struct resume_counts resume_counts(const struct resume *resume) {
    return resume->counts;
}

void resume_mark(const struct resume *resume,
                 void (*mark)(void *context, uint32_t artist, enum board_verdict verdict), void *context) {
    for (uint32_t artist = 0; artist < resume->config.artists; artist++) {
        if (bits_get(&resume->done, artist)) {
            mark(context, artist, BOARD_DONE);
        } else if (bits_get(&resume->failed, artist)) {
            mark(context, artist, BOARD_FAILED);
        }
    }
}

static bool keeps_all(const struct resume *resume) {
    for (uint32_t line = 1; line <= resume->errors.lines; line++) {
        if (!bits_get(&resume->keep, line)) {
            return false;
        }
    }
    return true;
}

int resume_repair(struct resume *resume, bool *errors_replaced) {
    *errors_replaced = false;
    if (result_file_mend(&resume->answers) != 0) {
        return -1;
    }
    if (resume->config.errors_fd < 0) {
        return 0;
    }
    if (keeps_all(resume)) {
        return result_file_mend(&resume->errors);
    }
    if (errors_file_rewrite(&resume->errors, &resume->keep) != 0) {
        return -1;
    }
    *errors_replaced = true;
    return 0;
}

void resume_free(struct resume *resume) {
    if (resume != NULL) {
        bits_free(&resume->done);
        bits_free(&resume->failed);
        bits_free(&resume->keep);
        free(resume);
    }
}
