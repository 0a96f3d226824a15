#include "view/sample_tell.h"

#include "ration/line_reader.h"
#include "ration/money.h"
#include "ration/result_line.h"
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

static void print_answer(FILE *out, const struct result_format *format, const struct line *line) {
    struct result_read read;
    char shown[UTF8_PRINTABLE_SIZE];
    if (!result_line_read(format, RESULT_ANSWER, line->text, line->length, &read)) {
        return;
    }
    const struct result_line *answer = &read.line;
    (void)fprintf(out, "\n  %s", utf8_printable(read.id, strlen(read.id), shown));
    if (answer->finish_reason != NULL) {
        (void)fprintf(out, "  (%" PRIu64 " input, %" PRIu64 " output tokens, %s)", answer->tokens.input,
                      answer->tokens.output,
                      utf8_printable(answer->finish_reason, strlen(answer->finish_reason), shown));
    }
    (void)fputc('\n', out);
    if (answer->text.length > 0) {
        print_text(out, answer->text.bytes, answer->text.length);
    }
    result_line_free(&read);
}

static void print_answers(FILE *out, const struct result_format *format, int fd) {
    struct line_reader *reader = line_reader_new(fd, MAX_LINE);
    struct line line;
    for (unsigned shown = 0;
         reader != NULL && shown < MOST_SHOWN && line_reader_next(reader, &line) == LINE_OK; shown++) {
        print_answer(out, format, &line);
    }
    line_reader_free(reader);
}

// By what this run asked: what an earlier one did is not in its sums.
static void print_whole(FILE *out, const struct summary *summary, const struct snapshot *look,
                        uint32_t whole) {
    char cost[MONEY_TEXT_SIZE];
    double times = (double)whole / (double)(look->done + look->failed - summary->before);
    (void)fprintf(out, "\n  the whole     %u artists would take some %.0f input and %.0f output tokens",
                  whole, (double)look->sums.tokens.input * times, (double)look->sums.tokens.output * times);
    if (summary->cost.priced) {
        money_print((uint64_t)((double)summary->cost.spent * times), cost);
        (void)fprintf(out, ", and cost %s\n", cost);
    } else {
        (void)fputs("; with --tier, what it would cost is told as well\n", out);
    }
    (void)fputs(
        "                the same command with --resume, without --limit and --sample, asks the rest\n", out);
}

char *sample_tell(const struct summary *summary, const struct snapshot *look,
                  const struct result_format *format, int fd, uint32_t whole) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    (void)fprintf(out, "\nsample of %u of %u artists\n", look->artists, whole);
    print_answers(out, format, fd);
    if (look->done > 0 && look->done + look->failed > summary->before) {
        print_whole(out, summary, look, whole);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
