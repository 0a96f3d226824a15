#include "input/run_input.h"

#include "input/column_case.h"
#include "input/columns_told.h"
#include "input/input_check.h"
#include "input/input_delimiter.h"
#include "input/input_kind.h"
#include "input/request_check.h"
#include "input/sample_copy.h"
#include "ration/line_reader.h"
#include "ration/log.h"
#include "ration/provider.h"
#include "ration/record_reader.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static int no_memory(void) {
    log_fatal("run", "out of memory");
    return -1;
}

// What nobody told is found out, and told.
static int take_delimiter(const char *told, const struct input_open *input, struct settings *settings) {
    char head[INPUT_KIND_HEAD];
    ssize_t length;
    if (told != NULL && input->format != SETTINGS_CSV) {
        log_fatal("config",
                  "--delimiter: %s is JSON Lines, which have none; leave it out, or say --input-format csv",
                  input->name);
        return -1;
    }
    if (told != NULL) {
        settings->delimiter = (uint32_t)(unsigned char)input_delimiter_read(told);
        if (settings->delimiter == 0) {
            log_fatal("config", "--delimiter: \"%s\" is not one of comma, semicolon, tab, pipe", told);
        }
        return settings->delimiter != 0 ? 0 : -1;
    }
    if (input->format != SETTINGS_CSV) {
        return 0;
    }
    do {
        length = pread(input->fd, head, sizeof(head), 0);
    } while (length < 0 && errno == EINTR);
    char found = length > 0 ? input_delimiter_find(head, (size_t)length, settings->id_column) : ',';
    if (found != ',') {
        settings->delimiter = (uint32_t)(unsigned char)found;
        log_info("input", "%s: between its columns stands %s; if that is wrong, say --delimiter", input->name,
                 input_delimiter_name(found));
    }
    return 0;
}

static int copy(const char *from, char **to) {
    *to = strdup(from);
    return *to != NULL ? 0 : no_memory();
}

// What a row's id and its name are called in its line: as their columns, but for those of an artist.
static int take_keys(const struct input_index *index, struct settings *settings) {
    const char *id = index->id_column != NULL ? index->id_column : "artist_id";
    bool artist = strcasecmp(id, "artist_id") == 0;
    const char *name = artist ? "artist_name" : index->name_column;
    const char *key = strcmp(id, RECORD_SHAPE_LINE) == 0 ? "line" : id;
    if (!artist && copy(key, &settings->id_key) != 0) {
        return -1;
    }
    // Where the names are the ids, the id says it all.
    bool own =
        index->name_column != NULL && (settings->name_column != NULL || strcmp(index->name_column, id) != 0);
    return own ? copy(name, &settings->name_key) : 0;
}

// Each kept column by the name that it has; that it is there is known.
static int take_kept(const struct input_index *index, struct settings *settings) {
    for (size_t i = 0; i < settings->kept && index->columns > 0; i++) {
        size_t at =
            record_reader_column(settings->keep[i], index->columns, (const char *const *)index->column);
        free(settings->keep[i]);
        if (copy(index->column[at], &settings->keep[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

static int take_columns(const struct input_index *index, struct settings *settings) {
    for (size_t i = 0; i < index->columns; i++) {
        if (copy(index->column[i], &settings->column[i]) != 0) {
            return -1;
        }
        settings->columns++;
    }
    return 0;
}

// Without a prompt, the input must hold the requests.
static int take_rows(const struct input_open *input, struct settings *settings) {
    static const char *const ids[] = {[SETTINGS_ROWS_OPENAI] = "custom_id",
                                      [SETTINGS_ROWS_ANTHROPIC] = "custom_id",
                                      [SETTINGS_ROWS_BODIES] = RECORD_SHAPE_LINE};
    if (settings->form != NULL) {
        return 0;
    }
    if (input->format == SETTINGS_JSONL) {
        struct line_reader *reader = line_reader_new(input->fd, RECORD_READER_MAX_RECORD);
        struct line line;
        if (reader != NULL && line_reader_next(reader, &line) == LINE_OK) {
            settings->rows = request_rows(line.text, line.length);
        }
        line_reader_free(reader);
    }
    if (settings->rows == SETTINGS_ROWS_TABLE) {
        log_fatal("config", "%s",
                  "give either --prompt-id ID (a stored prompt), --prompt-file FILE (a template) or "
                  "--request FILE (a whole body); without them the input is JSONL of requests: "
                  "{\"custom_id\",\"url\",\"body\"}, {\"custom_id\",\"params\"}, or a body with \"model\" "
                  "and \"messages\" or \"input\"");
        return -1;
    }
    if (settings->rows == SETTINGS_ROWS_ANTHROPIC &&
        provider_shape_of(settings->endpoint[0]) != PROVIDER_MESSAGES) {
        log_fatal("config", "%s: holds requests of Anthropic's batches; give --provider anthropic",
                  input->name);
        return -1;
    }
    return settings->id_column == NULL ? copy(ids[settings->rows], &settings->id_column) : 0;
}

struct looks {
    struct request_check request;
    struct columns_told *columns; // of JSON Lines; else NULL
};

static bool check_record(void *context, const struct record *record, char *message, size_t size) {
    struct looks *looks = context;
    if (looks->columns != NULL && columns_told_look(looks->columns, record) != 0) {
        (void)snprintf(message, size, "out of memory while looking at its columns");
        return false;
    }
    return request_check_record(&looks->request, record, message, size);
}

// What the requests of the input set in all of them is set from here on.
static int take_requests(struct request_check *check, struct settings *settings) {
    if (check->limit > settings->max_output_tokens) { // for what a request is booked with at least
        settings->max_output_tokens = check->limit;
    }
    settings->row_dear = check->dear;
    if (check->models.length > 0) {
        text_add(&check->models, "", 1);
        settings->row_models = check->models.failed ? NULL : strdup(check->models.bytes);
    }
    return check->models.length > 0 && settings->row_models == NULL ? no_memory() : 0;
}

// The whole input, and the requests that are made of it.
static int check_all(const struct options *options, struct settings *settings, const struct input_open *input,
                     struct input_index *index, struct id_table **ids) {
    struct record_shape shape = record_shape_of(settings);
    struct looks looks = {0};
    if (request_check_begin(&looks.request, settings) != 0) {
        return -1;
    }
    const struct input_check_also also = {check_record, &looks};
    bool lines = input->format == SETTINGS_JSONL;
    int result = -1;
    if (!lines || (looks.columns = columns_told_new(settings)) != NULL) {
        result = input_check(input->fd, input->name, input->format, &shape, &also,
                             options->sample ? 0 : options->limit, index, ids);
    }
    if (result == 0 && (take_requests(&looks.request, settings) != 0 ||
                        columns_told_check(looks.columns, options, settings, index) != 0)) {
        result = -1;
    }
    columns_told_free(looks.columns);
    request_check_end(&looks.request);
    return result;
}

// From here on the sample is the input.
static int take_sample(const struct options *options, const struct settings *settings,
                       struct input_open *input, struct input_index *index, struct id_table **ids) {
    struct record_shape shape = record_shape_of(settings);
    uint32_t whole = index->total;
    if (sample_copy_make(input, index, (uint32_t)options->limit) != 0) {
        return -1;
    }
    input_index_free(index);
    if (ids != NULL) {
        id_table_free(*ids);
        *ids = NULL;
    }
    input->whole = whole;
    return input_check(input->fd, input->name, input->format, &shape, NULL, 0, index, ids);
}

static int check_sample(const struct options *options, const struct settings *settings) {
    const char *why =
        options->limit == 0 ? "say of how many, with --limit N"
        : settings->id_column != NULL && strcmp(settings->id_column, RECORD_SHAPE_LINE) == 0
            ? "rows that are known by their lines cannot be picked; say --limit alone, or --id COLUMN"
            : NULL;
    if (options->sample && why != NULL) {
        log_fatal("config", "--sample: %s", why);
        return -1;
    }
    return 0;
}

int run_input_take(const struct options *options, struct settings *settings, struct input_open *input,
                   struct input_index *index, struct id_table **ids) {
    if (input_open(options, input) != 0 || take_delimiter(options->delimiter, input, settings) != 0 ||
        take_rows(input, settings) != 0 || check_sample(options, settings) != 0 ||
        check_all(options, settings, input, index, ids) != 0) {
        return -1;
    }
    settings->format = input->format;
    if (options->sample && take_sample(options, settings, input, index, ids) != 0) {
        return -1;
    }
    return column_case_tell(settings, index) != 0 || take_keys(index, settings) != 0 ||
                   take_kept(index, settings) != 0
               ? -1
               : take_columns(index, settings);
}
