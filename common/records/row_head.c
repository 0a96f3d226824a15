#include "ration/row_head.h"

#include "ration/result_line.h"
#include "records/result_list.h"

#include <string.h>

struct result_format *row_head_format(const struct settings *settings) {
    if (settings->output_format == SETTINGS_OUTPUT_BATCH) {
        return result_format_keyed(result_format_batch(), "custom_id", NULL);
    }
    if (settings->output_format == SETTINGS_OUTPUT_COOKBOOK) {
        return result_format_keyed(result_format_cookbook(), "id", NULL);
    }
    return result_format_keyed(result_format_usual(),
                               settings->id_key != NULL ? settings->id_key : "artist_id", settings->name_key);
}

const char *row_head_format_name(const struct settings *settings) {
    switch (settings->output_format) {
    case SETTINGS_OUTPUT_BATCH:
        return "openai-batch";
    case SETTINGS_OUTPUT_COOKBOOK:
        return "cookbook";
    case SETTINGS_OUTPUT_LINES:
    default:
        return "jsonl";
    }
}

// A value of JSONL stays what it was, one of CSV is a text.
static void add_value(struct text *head, const struct record *record, size_t at) {
    const struct record_field *field = &record->field[at];
    enum record_kind kind = record->kind != NULL ? record->kind[at] : RECORD_TEXT;
    if (kind == RECORD_TEXT) {
        text_add_json(head, field->text, field->length);
    } else if (kind == RECORD_NULL) {
        text_add_string(head, "null");
    } else {
        text_add(head, field->text, field->length);
    }
}

static void add_member(struct text *head, const struct record *record, size_t at, bool *first) {
    text_add(head, ",", *first ? 0 : 1);
    *first = false;
    text_add_json_string(head, record->column[at]);
    text_add(head, ":", 1);
    add_value(head, record, at);
}

// Each column once, however often and in whatever case it is named.
static void add_named(struct text *head, const struct settings *settings, const struct record *record) {
    size_t added[SETTINGS_MAX_COLUMNS];
    size_t count = 0;
    bool first = true;
    for (size_t i = 0; i < settings->kept; i++) {
        size_t at = record_reader_column(settings->keep[i], record->columns, record->column);
        size_t before = 0;
        while (before < count && added[before] != at) {
            before++;
        }
        if (at < record->columns && before == count) { // a JSONL record may lack it
            added[count++] = at;
            add_member(head, record, at, &first);
        }
    }
}

// The metadata of a body that stands in the input is its owner's.
static struct result_text metadata_of(const struct settings *settings, const struct record *record) {
    size_t at = settings->rows == SETTINGS_ROWS_BODIES
                    ? record_reader_column("metadata", record->columns, record->column)
                    : record->columns;
    bool object = at < record->columns && record->kind[at] == RECORD_JSON && record->field[at].text[0] == '{';
    return object ? (struct result_text){record->field[at].text, record->field[at].length}
                  : (struct result_text){0};
}

void row_head_make(struct text *head, const struct result_format *format, const struct settings *settings,
                   const struct record *record, const struct text *request) {
    if (format->list) {
        result_list_head(head, request, metadata_of(settings, record),
                         (struct result_text){record->id.text, record->id.length});
        return;
    }
    result_line_begin(head, format, (struct result_text){record->id.text, record->id.length},
                      (struct result_text){record->name.text, record->name.length});
    if (!settings->keep_all && settings->kept == 0) {
        return;
    }
    text_add_string(head, ",\"" RESULT_FORMAT_KEPT "\":{");
    bool first = true;
    for (size_t i = 0; settings->keep_all && i < record->columns; i++) {
        add_member(head, record, i, &first);
    }
    if (!settings->keep_all) {
        add_named(head, settings, record);
    }
    text_add(head, "}", 1);
}
