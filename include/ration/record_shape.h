// What the columns of an input are. Pure.
#ifndef RATION_RECORD_SHAPE_H
#define RATION_RECORD_SHAPE_H

#include "ration/settings.h"

#include <stdbool.h>

#define RECORD_SHAPE_LINE "@line" // the id is the number of the line on which the record begins

// Which column is what. The texts are the caller's, and outlive the reader. A column that is not named
// exactly so is looked for without regard to case.
struct record_shape {
    char delimiter;   // between the columns of CSV; 0: a comma
    const char *id;   // NULL: artist_id, else id
    const char *name; // which there must be; NULL: name, if there is one
    bool needs_name;  // a record must have a name that is not empty
    bool needs_data;  // and a column data
};

// artist_id or id; name and data, which each record has; commas.
extern const struct record_shape record_shape_artists;

// What the settings say of it; it points into them.
struct record_shape record_shape_of(const struct settings *settings);

#endif
