#include "view/summary_batches.h"

#include "output/output_name.h"
#include "ration/clock.h"
#include "ration/utf8.h"

#include <limits.h>
#include <string.h>

#define WIDTH 80U
#define INDENT 4U
#define NAMED 8U // parts; of more only how many there are

// "2026-11-28 21:15Z"
static const char *minute_of(uint64_t seconds, char out[CLOCK_RFC3339_SIZE]) {
    clock_rfc3339(seconds * CLOCK_SECOND, out);
    out[10] = ' ';
    (void)memcpy(out + 16, "Z", 2);
    return out;
}

static void print_part(FILE *out, const struct batch_record *part, const char *run) {
    char name[48], until[CLOCK_RFC3339_SIZE];
    (void)fprintf(out, "    %s: %u row%s", batch_list_name(part, run, name), part->rows,
                  part->rows == 1 ? "" : "s");
    if (part->until > 0) {
        (void)fprintf(out, " until %s", minute_of(part->until, until) + strlen("2026-"));
    }
    (void)fprintf(out, ", %s\n", part->batch[0] != '\0' ? part->batch : "perhaps");
}

// The end of a word of a shell's command: a blank that is not quoted.
static size_t word_at(const char *text) {
    bool quoted = false;
    size_t length = 0;
    for (; text[length] != '\0' && (quoted || text[length] != ' '); length++) {
        quoted = text[length] == '\'' ? !quoted : quoted;
        length += !quoted && text[length] == '\\' && text[length + 1] != '\0';
    }
    return length;
}

// A command that may be copied as it stands, broken where a shell takes it as one line.
static void print_command(FILE *out, const char *command) {
    size_t column = INDENT;
    (void)fprintf(out, "%*s", (int)INDENT, "");
    while (*command != '\0') {
        size_t length = word_at(command);
        if (column > INDENT && column + 1 + length + 2 > WIDTH) {
            (void)fprintf(out, " \\\n%*s", (int)INDENT + 4, "");
            column = INDENT + 4;
        } else if (column > INDENT) {
            (void)fputc(' ', out);
            column++;
        }
        (void)fwrite(command, 1, length, out);
        column += length;
        command += length + (command[length] == ' ');
    }
    (void)fputc('\n', out);
}

void summary_batches(FILE *out, const struct summary_batches *what) {
    const struct batch_list *list = what->list;
    char until[CLOCK_RFC3339_SIZE], name[PATH_MAX];
    uint32_t named = 0;
    if (list->parts == 0) {
        return;
    }
    (void)fprintf(out, "  batches       %u part%s with %llu rows stay%s with the API and go%s on there\n",
                  list->parts, list->parts == 1 ? "" : "s", (unsigned long long)list->rows,
                  list->parts == 1 ? "s" : "", list->parts == 1 ? "es" : "");
    for (uint32_t i = 0; i < list->count; i++) {
        if (batch_journal_open(list->part[i].state) && named++ < NAMED) {
            print_part(out, &list->part[i], what->run);
        }
    }
    if (list->parts > NAMED) {
        (void)fprintf(out, "    and %u more%s%s\n", list->parts - NAMED,
                      list->until > 0 ? ", the last until " : "",
                      list->until > 0 ? minute_of(list->until, until) : "");
    }
    (void)fputs("    they are collected by\n", out);
    print_command(out, what->command[0] != '\0' ? what->command : "the same command and --resume");
    (void)fprintf(out, "    looked at by   ration status %s\n", utf8_shown(what->output, name, sizeof(name)));
    (void)fprintf(out, "    cancelled by   ration cancel %s\n", name);
    const char *last = output_name_last(name);
    (void)fprintf(out, "    known from     %.*s.%s.batches; take it along with the output\n",
                  (int)(last - name), name, last);
}
