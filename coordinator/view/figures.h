// The figures of a run. One row says all that is said of a figure: its names, its kind, its unit, its help,
// and where in the status it stands. /metrics (metrics_text.c) and the numbers of the status JSON are made of
// the rows; scripts/check-documents compares docs/MONITORING.md and the dashboard with them. A figure that is
// not known is told as null, or by no sample.
#ifndef RATION_FIGURES_H
#define RATION_FIGURES_H

#include "view/run_status.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIGURES_NAME 64U
#define FIGURES_LABELS 3U
#define FIGURES_FLAG "flag"       // a unit: true and false in JSON
#define FIGURES_DOLLARS "dollars" // a unit: not rounded in JSON

// What a value is of: the item of its list, and the value of the row's own label.
struct figures_at {
    const struct run_status *status;
    uint32_t item, which;
};

// A number of an item: 1, 4 or 8 bytes without a sign. Size 0: none.
struct figures_word {
    size_t offset, size;
};
#define FIGURES_WORD(type, path) \
    { offsetof(type, path), sizeof(((const type *)NULL)->path) }

// A label that a row has one sample for each value of. Its member of the JSON is an object with a member for
// each.
struct figures_each {
    const char *label;
    uint32_t count;
    void (*name)(uint32_t which, char out[FIGURES_NAME]);
};

// Rows of one metric stand together, and have the same kind, unit and help. The metrics of a histogram are
// its family's name and "_bucket", "_sum", "_count".
struct figures_row {
    const char *metric, *label, *label_value; // NULL: it has no such name
    const char *member;                       // of the JSON; of the whole run: "object.member"
    const char *kind, *unit, *help;
    // How it is read: by `value`, NAN: not known; or else from the word, UINT64_MAX: not known. Where there
    // is `each`, the word is the first of an array.
    double (*value)(const struct figures_at *at);
    struct figures_word word;
    struct figures_word over;    // which it is divided by
    struct figures_word only_if; // known only while that is not 0
    double per;                  // how many of its units make one that is told; 0: 1
    bool real;                   // the word is a double; below 0: not known
    const struct figures_each *each;
};

// The items that have these figures: sessions, workers, …; or the run itself, which is one item without
// labels.
struct figures_list {
    const char *label[FIGURES_LABELS];                  // of the metrics; NULL: fewer
    uint32_t (*count)(const struct run_status *status); // NULL: 1
    // What the labels say of an item. false: it has no metrics. NULL: no labels.
    bool (*name)(const struct run_status *status, uint32_t item, char name[FIGURES_LABELS][FIGURES_NAME]);
    const void *(*base)(const struct run_status *status, uint32_t item); // of the words; NULL: the status
    const struct figures_row *row;
    size_t rows;
};

// The value as it is told; not finite: it is not known.
double figures_value(const struct figures_list *list, const struct figures_row *row,
                     const struct figures_at *at);

// Adds the members of an item; "object.member" goes to the object of that name, which is made where it is
// missing.
void figures_json(cJSON *object, const struct figures_list *list, const struct run_status *status,
                  uint32_t item);

#endif
