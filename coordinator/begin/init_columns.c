#include "begin/init_columns.h"

#include "begin/stand_in.h"
#include "config/config.h"
#include "config/options.h"
#include "config/options_environment.h"
#include "config/options_table.h"
#include "export/export_tell.h"
#include "input/record_at.h"
#include "input/run_input.h"
#include "ration/log.h"
#include "ration/record_reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BY_LINE "@line"

static void show(enum log_level level) {
    const struct log_config config = {.process = "ration", .stderr_level = level, .json_fd = -1};
    log_configure(&config);
}

static int take(size_t count, const char *const *name, struct init_columns *columns) {
    columns->name = calloc(count > 0 ? count : 1, sizeof(*columns->name));
    for (size_t i = 0; columns->name != NULL && i < count; i++) {
        columns->name[i] = strdup(name[i]);
        if (columns->name[i] == NULL) {
            return -1;
        }
        columns->count++;
    }
    return columns->name != NULL ? 0 : -1;
}

// Of CSV those of its header; of JSON Lines the keys of the first record.
static int take_columns(const struct input_index *index, int fd, const char *input,
                        struct init_columns *columns) {
    if (index->columns > 0 || index->total == 0) {
        return take(index->columns, (const char *const *)index->column, columns);
    }
    struct record record;
    struct record_reader *reader = record_at(index, fd, input, 0, &record);
    int result = reader != NULL ? take(record.columns, record.column, columns) : -1;
    record_reader_free(reader);
    return result;
}

// As a run with that --id. The columns are noted the first time.
static int look(const struct options *options, const char *id, struct init_columns *columns) {
    struct options with = *options;
    struct config config = {0};
    struct input_open source = {.fd = -1, .original = -1};
    struct input_index index = {0};
    with.id = id != NULL ? id : with.id;
    int result = config_make(&with, &config);
    if (result == 0) {
        result = run_input_take(&with, &config.settings, &source, &index, NULL);
    }
    if (result == 0 && columns->name == NULL && take_columns(&index, source.fd, with.input, columns) != 0) {
        log_fatal("run", "out of memory");
        result = -1;
    }
    input_index_free(&index);
    config_free(&config);
    const int descriptors[] = {source.fd, source.original};
    for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++) {
        if (descriptors[i] >= 0) {
            (void)close(descriptors[i]);
        }
    }
    return result;
}

// Where nothing is taken for an id by itself: the first column, if no two rows have the same in it, else the
// line.
static int choose(const struct options *options, struct init_columns *columns) {
    show(LOG_LEVEL_NONE);
    if (look(options, NULL, columns) == 0) {
        return 0;
    }
    show(LOG_LEVEL_FATAL);
    if (look(options, BY_LINE, columns) != 0) {
        return -1;
    }
    show(LOG_LEVEL_NONE);
    bool known = columns->count > 0 && look(options, columns->name[0], columns) == 0;
    columns->id = strdup(known ? columns->name[0] : BY_LINE);
    return columns->id != NULL ? 0 : -1;
}

static bool reads_input(const char *option) {
    static const char *const each[] = {"id", "name", "input-format", "delimiter", "encoding"};
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        if (strcmp(each[i], option) == 0) {
            return true;
        }
    }
    return false;
}

// Of the environment counts how the input is read; all else is for the run, and may not be there yet.
static void forget_others(void) {
    for (size_t i = 0; i < options_row_count; i++) {
        char name[OPTIONS_ENVIRONMENT_SIZE];
        if (!reads_input(options_rows[i].name)) {
            options_environment_name(&options_rows[i], name);
            (void)unsetenv(name);
        }
    }
    for (size_t i = 0; i < options_alias_count; i++) {
        (void)unsetenv(options_aliases[i].variable);
    }
}

// What a run needs beside its input stands for itself: it is not looked at.
static int read_with(const char *input, char *prompt, struct init_columns *columns) {
    char *words[] = {"init", "--provider=openai-chat", "--model=any", NULL};
    struct options options;
    forget_others();
    if (options_parse((int)(sizeof(words) / sizeof(words[0])) - 1, words, &options) != 0) {
        return -1;
    }
    options.input = input;
    options.output = "ration-init.jsonl";
    options.prompt_file = prompt;
    options.base_url = STAND_IN_URL;
    options.keyless = true;
    return choose(&options, columns);
}

int init_columns_read(const char *input, struct init_columns *columns) {
    char prompt[STAND_IN_PATH];
    *columns = (struct init_columns){0};
    int fd = stand_in_prompt("any", prompt); // which names no column
    if (fd < 0) {
        export_tell("out of memory");
        return -1;
    }
    int result = read_with(input, prompt, columns);
    show(LOG_LEVEL_WARN);
    (void)close(fd);
    return result;
}

void init_columns_free(struct init_columns *columns) {
    for (size_t i = 0; i < columns->count; i++) {
        free(columns->name[i]);
    }
    free(columns->name);
    free(columns->id);
    *columns = (struct init_columns){0};
}
