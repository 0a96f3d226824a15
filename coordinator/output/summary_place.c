#include "output/summary_place.h"

#include "config/config.h"
#include "output/output_name.h"
#include "ration/log.h"
#include "system/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int summary_place_check(const struct options *options) {
    if (options->summary == NULL || strcmp(options->summary, "-") == 0) {
        return 0;
    }
    char *errors = options->output != NULL ? config_errors(options) : NULL;
    int status = output_name_apart(options, errors, "summary", options->summary);
    free(errors);
    if (status != 0) {
        return -1;
    }
    struct whole_file *file = whole_file_open(options->summary);
    if (file == NULL) {
        log_fatal("config", "--summary %s: %s", options->summary, strerror(errno));
        return -1;
    }
    whole_file_free(file);
    return 0;
}
