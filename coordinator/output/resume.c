#include "output/resume.h"

#include "input/bits.h"
#include "output/changed.h"
#include "output/result_file.h"
#include "output/result_ids.h"
#include "output/result_rewrite.h"
#include "ration/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// One of the two files, and which of its lines must go.
struct part {
    struct result_file file;
    struct bits drop; // by line
    uint32_t dropped;
};

struct resume {
    struct resume_config config;
    struct part answers;
    struct part errors;
    struct bits done;        // by artist; those that are asked again because they have changed as well
    struct bits redo;        // by artist: have changed, and their answer must go
    struct bits fresh;       // by artist: have an answer to what they would be sent now
    struct bits failed;      // by artist
    struct bits retry;       // by line of the errors file: its class is asked again
    struct id_table *hashes; // of the answers
    struct changed_artists changed;
    struct resume_counts counts;
};

static int drop_line(struct part *part, uint32_t line) {
    part->dropped++;
    return bits_set(&part->drop, line);
}

static int take_answer(void *context, const struct result_row *row) {
    struct resume *resume = context;
    resume->counts.cost += result_line_cost(row->format, RESULT_ANSWER, row->text, row->size);
    return resume->config.input != NULL ? changed_note(resume->hashes, row) : 0;
}

static int take_error(void *context, const struct result_row *row) {
    struct resume *resume = context;
    struct result_read read;
    if (!result_line_read(row->format, RESULT_ERROR, row->text, row->size, &read)) {
        return EBADMSG;
    }
    resume->counts.cost += read.line.cost;
    bool again = outcome_asked_again(&resume->config.retry, read.line.class, read.line.unproven);
    result_line_free(&read);
    return again ? bits_set(&resume->retry, row->number) : 0;
}

static int note_line(struct resume *resume, enum output_file file, uint32_t artist, uint32_t line) {
    struct resume_lines *lines = resume->config.lines != NULL ? &resume->config.lines[file] : NULL;
    if (lines == NULL) {
        return 0;
    }
    if (line >= lines->count) {
        size_t count = ((size_t)line + 1) * 2;
        uint32_t *grown = reallocarray(lines->artist, count, sizeof(*grown));
        if (grown == NULL) {
            return ENOMEM;
        }
        memset(grown + lines->count, 0xff, (count - lines->count) * sizeof(*grown)); // nobody's
        lines->artist = grown;
        lines->count = count;
    }
    lines->artist[line] = artist;
    return 0;
}

static int join_answer(void *context, uint32_t artist, uint32_t line) {
    struct resume *resume = context;
    if (artist < resume->config.artists) {
        resume->counts.done++;
    } else {
        resume->counts.beyond++;
    }
    int error = note_line(resume, OUTPUT_ANSWERS, artist, line);
    return error != 0 ? error : bits_set(&resume->done, artist);
}

static int join_error(void *context, uint32_t artist, uint32_t line) {
    struct resume *resume = context;
    if (bits_get(&resume->done, artist)) {
        return drop_line(&resume->errors, line);
    }
    if (artist >= resume->config.artists) {
        return 0;
    }
    if (bits_get(&resume->retry, line)) {
        resume->counts.again++;
        return drop_line(&resume->errors, line);
    }
    resume->counts.failed++;
    int error = note_line(resume, OUTPUT_ERRORS, artist, line);
    return error != 0 ? error : bits_set(&resume->failed, artist);
}

struct unmatched {
    struct resume *resume;
    struct bits lines; // whose hash no artist has now
};

static int join_changed(void *context, uint32_t artist, uint32_t line) {
    const struct unmatched *unmatched = context;
    struct resume *resume = unmatched->resume;
    if (artist >= resume->config.artists || !bits_get(&unmatched->lines, line)) {
        return 0;
    }
    changed_add(&resume->changed, artist);
    if (!resume->config.redo_changed) {
        return 0;
    }
    int error = bits_set(&resume->redo, artist);
    return error != 0 ? error : drop_line(&resume->answers, line);
}

static int find_changed(struct resume *resume) {
    const struct resume_config *config = &resume->config;
    struct unmatched unmatched = {.resume = resume};
    if (id_table_count(resume->hashes) == 0) {
        return 0;
    }
    int status = -1;
    if (changed_find(config->input, &resume->done, resume->hashes, &unmatched.lines, &resume->fresh) == 0 &&
        (unmatched.lines.words == 0 ||
         result_ids_join(config->ids, &resume->answers.file, join_changed, &unmatched) == 0)) {
        status = changed_tell(config->input, &resume->changed, config->redo_changed);
    }
    bits_free(&unmatched.lines);
    resume->counts.changed = resume->changed.total;
    if (config->redo_changed) {
        resume->counts.done -= resume->changed.total;
    }
    return status;
}

static int scan(struct resume *resume) {
    const struct resume_config *config = &resume->config;
    struct result_file *answers = &resume->answers.file;
    struct result_file *errors = &resume->errors.file;
    if (result_file_scan(answers, config->output_fd, config->output_name, config->format, RESULT_ANSWER,
                         take_answer, resume) != 0) {
        return -1;
    }
    if (config->errors_fd >= 0 && result_file_scan(errors, config->errors_fd, config->errors_name,
                                                   config->format, RESULT_ERROR, take_error, resume) != 0) {
        return -1;
    }
    if (result_ids_unique(answers) != 0 || result_ids_join(config->ids, answers, join_answer, resume) != 0) {
        return -1;
    }
    if (config->errors_fd >= 0 &&
        (result_ids_unique(errors) != 0 || result_ids_join(config->ids, errors, join_error, resume) != 0)) {
        return -1;
    }
    return find_changed(resume);
}

struct resume *resume_scan(const struct resume_config *config) {
    struct resume *resume = calloc(1, sizeof(*resume));
    if (resume == NULL) {
        log_fatal("run", "out of memory");
        return NULL;
    }
    resume->config = *config;
    resume->hashes = id_table_new();
    int status = -1;
    if (resume->hashes != NULL) {
        status = scan(resume);
    } else {
        log_fatal("run", "out of memory");
    }
    // What they were for is known now.
    result_file_close(&resume->answers.file);
    result_file_close(&resume->errors.file);
    bits_free(&resume->retry);
    id_table_free(resume->hashes);
    resume->hashes = NULL;
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
        if (bits_get(&resume->redo, artist)) {
            continue;
        }
        if (bits_get(&resume->done, artist)) {
            mark(context, artist, BOARD_DONE);
        } else if (bits_get(&resume->failed, artist)) {
            mark(context, artist, BOARD_FAILED);
        }
    }
}

bool resume_fresh(const struct resume *resume, uint32_t artist) {
    return bits_get(&resume->fresh, artist);
}

// *replaced is the new file, or -1.
static int repair(struct part *part, result_rewrite_lock *lock, void *context, int *replaced) {
    *replaced = -1;
    result_rewrite_clean(part->file.name);
    if (part->dropped == 0) {
        return result_file_mend(&part->file);
    }
    *replaced = result_rewrite(&part->file, &part->drop, lock, context);
    return *replaced < 0 ? -1 : 0;
}

int resume_repair(struct resume *resume, const struct resume_locks *locks, struct resume_replaced *replaced) {
    *replaced = (struct resume_replaced){.output = -1, .errors = -1};
    // Errors first: an artist that is in both files has its answer until its error is gone, so that a death
    // between the two never leaves it with the error alone.
    if (resume->config.errors_fd >= 0 &&
        repair(&resume->errors, locks->errors, locks->context, &replaced->errors) != 0) {
        return -1;
    }
    if (repair(&resume->answers, locks->output, locks->context, &replaced->output) != 0) {
        if (replaced->errors >= 0) {
            (void)close(replaced->errors);
            replaced->errors = -1;
        }
        return -1;
    }
    return 0;
}

void resume_free(struct resume *resume) {
    if (resume != NULL) {
        bits_free(&resume->done);
        bits_free(&resume->redo);
        bits_free(&resume->fresh);
        bits_free(&resume->failed);
        bits_free(&resume->answers.drop);
        bits_free(&resume->errors.drop);
        free(resume);
    }
}
