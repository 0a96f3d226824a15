#include "export/export_options.h"

#include "config/options.h"
#include "export/export_tell.h"
#include "export/export_words.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum word { WORD_HELP = 'h', WORD_TO = 256, WORD_FORMAT, WORD_ORDER, WORD_COLUMNS, WORD_FLATTEN };

static const struct option words_known[] = {
    {"to", required_argument, NULL, WORD_TO},
    {"format", required_argument, NULL, WORD_FORMAT},
    EXPORT_WORDS_SHARED,
    {"order", required_argument, NULL, WORD_ORDER},
    {"columns", required_argument, NULL, WORD_COLUMNS},
    {"flatten", no_argument, NULL, WORD_FLATTEN},
    {"help", no_argument, NULL, WORD_HELP},
    {0},
};

static const char *const orders[] = {"", "input", "id", "arrival", NULL};
static const char *const formats[] = {"csv", "jsonl", "sqlite", "openai-batch", NULL};

void export_options_help(void) {
    (void)puts("usage: ration export OUTPUT --to FILE [--format csv|jsonl|sqlite|openai-batch] [options]\n\n"
               "Brings a run's answers and its input together, as people use them. OUTPUT is what ration run "
               "wrote; the\n"
               "run may be at work. FILE appears whole, or not at all.\n\n"
               "  --to FILE\n        where it is written; - is standard output (csv, jsonl)\n"
               "  --format csv|jsonl|sqlite|openai-batch\n        default: by the name of --to (.csv, "
               ".jsonl, .sqlite, .db)\n" EXPORT_WORDS_HELP
               "  --order input|id|arrival\n        input: as the input, also what has no answer yet; id: "
               "likewise, by the id's bytes; arrival: as\n"
               "        answered, then what failed (default: input; without an input, arrival)\n"
               "  --columns NAME,…\n        these, in this order; a field of the answer's JSON as "
               "response_json.NAME\n"
               "  --flatten\n        each field of the answer's JSON is a column, with dots between names\n"
               "\nexit status: 0 done; 1 done, but for lines that are none of ration's, which are told; 2 "
               "nothing was written:\n"
               "options or files wrong; 3 stopped by a signal; 4 it could not be written");
}

static bool ends(const char *name, const char *with) {
    size_t length = strlen(name), end = strlen(with);
    return length > end && strcmp(name + length - end, with) == 0;
}

static int format_of_name(const char *to) {
    static const struct {
        const char *end;
        enum export_format format;
    } names[] = {{".csv", EXPORT_CSV},       {".jsonl", EXPORT_JSONL},    {".ndjson", EXPORT_JSONL},
                 {".sqlite", EXPORT_SQLITE}, {".sqlite3", EXPORT_SQLITE}, {".db", EXPORT_SQLITE}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ends(to, names[i].end)) {
            return (int)names[i].format;
        }
    }
    return -1;
}

static int take(int word, const char *text, struct export_options *options, int *format) {
    int found = 0;
    switch (word) {
    case WORD_TO:
        options->to = text;
        break;
    case WORD_COLUMNS:
        options->columns = text;
        break;
    case WORD_FLATTEN:
        options->flatten = true;
        break;
    case WORD_HELP:
        options->help = true;
        break;
    case WORD_FORMAT:
        *format = found = export_words_choice("format", text, formats);
        break;
    case WORD_ORDER:
        found = export_words_choice("order", text, orders);
        options->order = found < 0 ? EXPORT_ORDER_USUAL : (enum export_order)found;
        break;
    default:
        return export_words_shared(word, text, &options->files);
    }
    return found < 0 ? -1 : 0;
}

// What does not go together.
static int check(struct export_options *options, int format) {
    if (options->files.output == NULL || options->to == NULL) {
        export_tell("%s; see ration export --help", options->files.output == NULL
                                                        ? "the OUTPUT of a run is needed"
                                                        : "--to FILE is needed; - is standard output");
        return -1;
    }
    format = format >= 0 ? format : format_of_name(options->to);
    if (format < 0) {
        export_tell("--format csv|jsonl|sqlite|openai-batch is needed: the name of --to does not tell it");
        return -1;
    }
    options->format = (enum export_format)format;
    if (strcmp(options->to, "-") == 0 && format != EXPORT_CSV && format != EXPORT_JSONL) {
        export_tell("--to - is for csv and jsonl; name a file for %s", formats[format]);
        return -1;
    }
    if (options->files.without_input && options->order == EXPORT_ORDER_INPUT) {
        export_tell("--no-input and --order input exclude each other");
        return -1;
    }
    if (format == EXPORT_BATCH && (options->columns != NULL || options->flatten)) {
        export_tell("--format openai-batch has no columns; leave out %s",
                    options->columns != NULL ? "--columns" : "--flatten");
        return -1;
    }
    return export_words_shared_check(&options->files);
}

int export_options_parse(int count, char **words, struct export_options *options) {
    int found, format = -1;
    *options = (struct export_options){.files.input_format = OPTIONS_FORMAT_AUTO};
    optind = 0; // glibc: start afresh
    opterr = 0;
    while ((found = getopt_long(count, words, ":h", words_known, NULL)) != -1) {
        if (found == '?' || found == ':') {
            return export_words_unexpected(words, found, words_known);
        }
        if (take(found, optarg, options, &format) != 0) {
            return -1;
        }
    }
    if (options->help) {
        return 0;
    }
    if (optind < count) {
        options->files.output = words[optind++];
    }
    if (optind < count) {
        export_tell("\"%s\" is not expected here; see ration export --help", words[optind]);
        return -1;
    }
    return check(options, format);
}
