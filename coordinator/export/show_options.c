#include "export/show_options.h"

#include "config/options.h"
#include "export/export_tell.h"
#include "export/export_words.h"

#include <stdio.h>
#include <string.h>

#define LAST_USUAL 5U

enum word { WORD_HELP = 'h', WORD_LAST = 256, WORD_SAMPLE, WORD_FAILED, WORD_REQUEST };

static const struct option known[] = {
    {"last", required_argument, NULL, WORD_LAST},
    {"sample", required_argument, NULL, WORD_SAMPLE},
    {"failed", no_argument, NULL, WORD_FAILED},
    {"request", no_argument, NULL, WORD_REQUEST},
    EXPORT_WORDS_SHARED,
    {"help", no_argument, NULL, WORD_HELP},
    {0},
};

void show_options_help(void) {
    (void)puts(
        "usage: ration show OUTPUT [ID…] [options]\n\n"
        "Shows answers with what was asked: those of the ids, or the latest. OUTPUT is what ration "
        "run wrote; the run "
        "may be at\nwork. Nothing in a text steers the terminal. Into a pipe or a file, lines are as "
        "long as they are.\n\n"
        "  --last N\n        the N that were answered last (default: 5)\n"
        "  --sample N\n        N of all lines, by chance\n"
        "  --failed\n        what failed for good, and why\n"
        "  --request\n        what would be sent for the one ID, with the key left out\n" EXPORT_WORDS_HELP
        "\nexit status: 0; 1 an id is not known; 2 options or files wrong");
}

struct choice {
    unsigned selections; // of which one may be given
};

static int take(int word, const char *text, struct show_options *options, struct choice *choice) {
    switch (word) {
    case WORD_LAST:
    case WORD_SAMPLE:
        options->what = word == WORD_LAST ? SHOW_LAST : SHOW_SAMPLE;
        choice->selections++;
        return export_words_count(word == WORD_LAST ? "last" : "sample", text, SHOW_MOST, &options->number);
    case WORD_FAILED:
        options->what = SHOW_FAILED;
        choice->selections++;
        return 0;
    case WORD_REQUEST:
        options->request = true;
        return 0;
    case WORD_HELP:
        options->help = true;
        return 0;
    default:
        return export_words_shared(word, text, &options->files);
    }
}

int show_options_parse(int count, char **words, struct show_options *options) {
    struct choice choice = {0};
    int found;
    *options = (struct show_options){.what = SHOW_LAST, .number = LAST_USUAL};
    options->files.input_format = OPTIONS_FORMAT_AUTO;
    optind = 0; // glibc: start afresh
    opterr = 0;
    while ((found = getopt_long(count, words, ":h", known, NULL)) != -1) {
        if (found == '?' || found == ':') {
            return export_words_unexpected(words, found, known);
        }
        if (take(found, optarg, options, &choice) != 0) {
            return -1;
        }
    }
    if (options->help) {
        return 0;
    }
    if (optind >= count) {
        export_tell("the OUTPUT of a run is needed; see ration show --help");
        return -1;
    }
    options->files.output = words[optind++];
    if (optind < count) {
        options->what = SHOW_IDS;
        options->ids = words + optind;
        choice.selections++;
    }
    if (options->request && (options->what != SHOW_IDS || options->ids[1] != NULL)) {
        export_tell("--request shows what would be sent for one row: name one ID");
        return -1;
    }
    if (choice.selections > 1) {
        export_tell("ids, --last, --sample and --failed exclude each other");
        return -1;
    }
    return export_words_shared_check(&options->files);
}
