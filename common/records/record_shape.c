#include "ration/record_shape.h"

#include <stddef.h>

const struct record_shape record_shape_artists = {.delimiter = ',', .needs_name = true, .needs_data = true};

struct record_shape record_shape_of(const struct settings *settings) {
    return (struct record_shape){.delimiter = settings->delimiter != 0 ? (char)settings->delimiter : ',',
                                 .id = settings->id_column,
                                 .name = settings->name_column,
                                 .needs_name = settings->needs_name,
                                 .needs_data = settings->needs_data};
}
