#include "export/sample_tell.h"

#include "export/result_usual.h"
#include "ration/line_reader.h"
#include "ration/money.h"
#include "ration/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SHOWN 20U          // answers
#define MOST_TEXT ((size_t)600) // bytes of one
#define MAX_LINE ((size_t)64 << 20)

// Line by line, indented; what steers a terminal is shown as a space.
static void print_text(FILE *out, const char *text, size_t length) {
    char *copy = strndup(text, utf8_whole(text, length < MOST_TEXT ? length : MOST_TEXT));
    char *rest = copy;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        utf8_defuse(line);
        (void)fprintf(out, "    %s\n", line);
    }
    if (length > MOST_TEXT) {
        (void)fprintf(out, "    … (%zu bytes more)\n", length - MOST_TEXT);
    }
    free(copy);
}

// The member's text in *room; "" where it has none.
static const char *member(const struct json_piece *object, const char *name, struct result_walk_room *room,
                          size_t *length) {
    struct json_piece value;
    *length = 0;
    bool found = json_scan_find(object, name, &value) && strncmp(value.text, "null", 4) != 0;
    const char *text = found ? result_walk_text(&value, room, length) : NULL;
    return text != NULL ? text : "";
}

static void print_answer(FILE *out, const struct result_walk *walk, struct result_walk_room *room) {
    char shown[UTF8_PRINTABLE_SIZE];
    struct json_piece usage;
    size_t length;
    const char *text = result_walk_text(&walk->id, room, &length);
    (void)fprintf(out, "\n  %s", text != NULL ? utf8_printable(text, length, shown) : "");
    text = member(&walk->object, "finish_reason", room, &length);
    utf8_printable(text, length, shown);
    if (length > 0 && json_scan_find(&walk->object, "usage", &usage) && usage.text[0] == '{') {
        (void)fprintf(out, "  (%s input, ", member(&usage, "input_tokens", room, &length));
        (void)fprintf(out, "%s output tokens, %s)", member(&usage, "output_tokens", room, &length), shown);
    }
    (void)fputc('\n', out);
    text = member(&walk->object, "response_text", room, &length);
    text = length > 0 ? text : member(&walk->object, "response_json", room, &length);
    if (length > 0) {
        print_text(out, text, length);
    }
}

static void print_answers(FILE *out, int fd) {
    struct line_reader *reader = line_reader_new(fd, MAX_LINE);
    struct result_usual usual = {0};
    struct result_walk_room room = {0};
    struct line line;
    for (unsigned shown = 0;
         reader != NULL && shown < MOST_SHOWN && line_reader_next(reader, &line) == LINE_OK; shown++) {
        struct result_walk walk;
        if (result_usual_begin(&usual, line.text, line.length, &walk)) {
            print_answer(out, &walk, &room);
        }
    }
    line_reader_free(reader);
    result_usual_free(&usual);
    free(room.text);
}

// By what this run asked: what an earlier one did is not in its sums.
static void print_whole(FILE *out, const struct summary *summary, const struct snapshot *look,
                        const struct price_rates *rates, uint32_t whole) {
    char cost[MONEY_TEXT_SIZE];
    double times = (double)whole / (double)(look->done + look->failed - summary->before);
    (void)fprintf(out, "\n  the whole     %u artists would take some %.0f input and %.0f output tokens",
                  whole, (double)look->sums.tokens.input * times, (double)look->sums.tokens.output * times);
    if (summary->cost.priced) {
        money_print(cost_of_whole(summary->cost.spent, &look->sums.tokens, look->sums.answers, rates, times),
                    cost);
        (void)fprintf(out, ", and cost %s\n", cost);
    } else {
        (void)fputs("; with --tier, what it would cost is told as well\n", out);
    }
    (void)fputs(
        "                the same command with --resume, without --limit and --sample, asks the rest\n", out);
}

char *sample_tell(const struct summary *summary, const struct snapshot *look, const struct price_rates *rates,
                  int fd, uint32_t whole) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    (void)fprintf(out, "\nsample of %u of %u artists\n", look->artists, whole);
    print_answers(out, fd);
    if (look->done > 0 && look->done + look->failed > summary->before) {
        print_whole(out, summary, look, rates, whole);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
