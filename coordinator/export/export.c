#include "export/export.h"

#include "config/suggest.h"
#include "export/export_files.h"
#include "export/export_look.h"
#include "export/export_options.h"
#include "export/export_pass.h"
#include "export/export_target.h"
#include "export/export_tell.h"
#include "export/export_writer.h"
#include "ration/provider.h"
#include "system/exit_code.h"
#include "system/signals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct work {
    struct export_options options;
    struct export_files files;
    struct export_pass *pass;
    const struct export_writer *writer;
    void *writing;
    char *batch_errors; // the file beside --to
    bool cannot;        // what could not be written is no fault of the words
};

// results.jsonl → results.errors.jsonl
static int name_batch_errors(struct work *work) {
    const char *to = work->options.to;
    size_t length = strlen(to);
    length -= length > 6 && strcmp(to + length - 6, ".jsonl") == 0 ? 6 : 0;
    if (asprintf(&work->batch_errors, "%.*s.errors.jsonl", (int)length, to) < 0) {
        work->batch_errors = NULL;
        export_tell("out of memory");
        return -1;
    }
    return export_target_check(work->batch_errors, &work->files);
}

static int choose(struct work *work) {
    char unknown[SUGGEST_LONGEST];
    struct columns *columns = export_pass_columns(work->pass);
    int error = columns_choose(columns, work->options.columns, unknown, sizeof(unknown));
    if (error == 0) {
        return 0;
    }
    if (error != EINVAL) {
        export_tell("%s", strerror(error));
        return -1;
    }
    struct suggest suggest;
    suggest_begin(&suggest, unknown);
    char all[2048] = "";
    for (size_t i = 0; columns_offer(columns, i) != NULL; i++) {
        const char *name = columns_offer(columns, i);
        size_t used = strlen(all);
        suggest_offer(&suggest, name);
        (void)snprintf(all + used, sizeof(all) - used, "%s%s", used > 0 ? ", " : "", name);
    }
    const char *near = suggest_best(&suggest);
    export_tell("--columns: there is no \"%s\"; %s%s%sthere are: %s", unknown,
                near != NULL ? "did you mean " : "", near != NULL ? near : "", near != NULL ? "? " : "", all);
    return -1;
}

static int tell_cannot(struct work *work, const char *why) {
    export_tell("--to %s: %s", work->options.to, why);
    work->cannot = true;
    return -1;
}

static int take_row(void *context, const struct export_row *row) {
    struct work *work = context;
    const char *why = NULL;
    return work->writer->row(work->writing, row, &why) == 0 ? 0 : tell_cannot(work, why);
}

// Bodies as the run's API has them; records of earlier versions have its name alone.
static bool speaks_responses(const struct work *work) {
    const struct last_run *last = work->files.last;
    if (last != NULL && last->shape[0] != '\0') {
        return strcmp(last->shape, LAST_RUN_RESPONSES) == 0;
    }
    const struct provider *provider = last != NULL ? provider_find(last->provider) : NULL;
    return provider != NULL && provider->shape == PROVIDER_RESPONSES;
}

static int write_all(struct work *work) {
    const struct export_target target = {work->options.to, work->batch_errors, speaks_responses(work)};
    const char *why = NULL;
    work->writer = export_writer_of(work->options.format);
    work->writing = work->writer->open(&target, export_pass_columns(work->pass), &why);
    if (work->writing == NULL) {
        export_tell("--to %s: %s", work->options.to, why);
        return -1;
    }
    if (export_pass_rows(work->pass, take_row, work) != 0) {
        return -1;
    }
    return work->writer->commit(work->writing, &why) == 0 ? 0 : tell_cannot(work, why);
}

static int make(struct work *work) {
    const struct export_options *options = &work->options;
    if (export_files_open(&work->files, &options->files) != 0) {
        return -1;
    }
    if (work->files.input == NULL && !options->files.without_input && options->order != EXPORT_ORDER_INPUT) {
        export_tell(
            "the run's input is not known: the answers alone; --input FILE puts its columns before them");
    }
    if (work->files.input == NULL && options->order == EXPORT_ORDER_INPUT) {
        export_tell("--order input needs the run's input; name it with --input FILE");
        return -1;
    }
    if (export_target_check(work->options.to, &work->files) != 0 ||
        (work->options.format == EXPORT_BATCH && name_batch_errors(work) != 0)) {
        return -1;
    }
    work->pass = export_pass_new(&work->options, &work->files.source, work->files.input);
    return work->pass != NULL && export_look(work->pass) == 0 && choose(work) == 0 ? write_all(work) : -1;
}

static void tell_done(const struct work *work) {
    const struct export_counts *counts = export_pass_counts(work->pass);
    export_tell("%" PRIu64 " rows to %s: %" PRIu64 " done, %" PRIu64 " failed, %" PRIu64 " open",
                counts->rows, work->options.to, counts->done, counts->failed, counts->open);
    if (counts->strangers > 0) {
        export_tell("%" PRIu64
                    " of them have an answer and no row in the input: it has changed, or is another one",
                    counts->strangers);
    }
    if (counts->broken > 0) {
        export_tell("%" PRIu64 " lines are none of ration's, and were left out", counts->broken);
    }
}

static int status_of(const struct work *work, int result) {
    if (signals_caught()) {
        export_tell("stopped; --to %s is as it was", work->options.to);
        return EXIT_CODE_STOPPED;
    }
    if (result != 0) {
        return work->cannot ? EXIT_CODE_CANNOT : EXIT_CODE_WRONG;
    }
    return export_pass_counts(work->pass)->broken > 0 ? EXIT_CODE_SOME_FAILED : EXIT_CODE_ALL_DONE;
}

int export_command(int count, char **words) {
    struct work work = {.files.source.fd = {-1, -1}};
    if (export_options_parse(count, words, &work.options) != 0) {
        return EXIT_CODE_WRONG;
    }
    if (work.options.help) {
        export_options_help();
        return EXIT_CODE_ALL_DONE;
    }
    signals_catch();
    int result = make(&work);
    int status = status_of(&work, result);
    if (status <= EXIT_CODE_SOME_FAILED) {
        tell_done(&work);
    }
    if (work.writing != NULL) {
        work.writer->free(work.writing);
    }
    export_pass_free(work.pass);
    export_files_close(&work.files);
    free(work.batch_errors);
    return status;
}
