#include "output/summary_place.h"

#include "config/config.h"
#include "output/output_name.h"
#include "ration/log.h"
#include "system/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int check_apart(const struct options *options, const char *errors) {
    const struct {
        const char *option, *path;
    } all[] = {{"input", options->input},
               {"output", options->output},
               {"errors", errors},
               {"log-file", options->log_file},
               {"prompt-file", options->prompt_file},
               {"api-key-file", options->api_key_file},
               {"sessions", options->sessions},
               {"tiers", options->tiers},
               {"quota-state", options->quota_state},
               {"http-token-file", options->http_token_file}};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i].path != NULL && output_name_same(options->summary, all[i].path)) {
            log_fatal("config", "--summary and --%s are the same file, %s; give --summary another name",
                      all[i].option, all[i].path);
            return -1;
        }
    }
    return 0;
}

int summary_place_check(const struct options *options) {
    if (options->summary == NULL || strcmp(options->summary, "-") == 0) {
        return 0;
    }
    char *errors = options->output != NULL ? config_errors(options) : NULL;
    int status = check_apart(options, errors);
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
