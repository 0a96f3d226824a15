#include "input/run_input.h"

#include "input/input_check.h"
#include "ration/log.h"
#include "ration/prompt.h"

#include <string.h>

int run_input_take(const struct options *options, struct settings *settings, struct input_open *input,
                   struct input_index *index, struct id_table **ids) {
    char message[512];
    if (input_open(options, input) != 0 ||
        input_check(input->fd, input->name, input->format, options->limit, index, ids) != 0) {
        return -1;
    }
    const char *const *columns = (const char *const *)index->column;
    if (prompt_check(settings, columns, index->columns, message, sizeof(message)) != 0) {
        log_fatal("config", "%s", message);
        return -1;
    }
    settings->format = input->format;
    for (size_t i = 0; i < index->columns; i++) {
        settings->column[i] = strdup(index->column[i]);
        if (settings->column[i] == NULL) {
            log_fatal("run", "out of memory");
            return -1;
        }
        settings->columns++;
    }
    return 0;
}
