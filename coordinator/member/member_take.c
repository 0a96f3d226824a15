#include "member/member_take.h"

#include "config/config_request.h"
#include "member/member.h"
#include "member/member_kept.h"
#include "member/member_rows.h"
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/file_io.h"
#include "ration/log.h"
#include "system/signals.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BEGINS \
    (2 * CLOCK_SECOND) // so long after it began its run a machine may take until it offers what it shares

// Of a run that has a prompt, what is asked of the model has a digest among its settings.
static bool has_prompt(const char *settings) {
    static const char *const names[] = {"request", "prompt", "prompt-id"};
    cJSON *all = cJSON_Parse(settings);
    bool has = false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        has = has || cJSON_HasObjectItem(all, names[i]);
    }
    cJSON_Delete(all);
    return has;
}

// Looks for it, as long as somebody may still offer it. 0, or -1 after telling.
static int find(struct member_rows *rows, bool needed, bool asked) {
    uint64_t since = clock_now(), span = BEGINS;
    bool told = false;
    do {
        if (member_rows_look(rows) != 0) {
            return -1;
        }
        if (asked && rows->run[0] != '\0' && rows->size == 0) {
            if (member_rows_wish(rows) != 0) {
                return -1;
            }
            span = rows->live > 0 ? rows->term : BEGINS;
            if (rows->live > 0 && !told) {
                log_info("fleet",
                         "%s: its rows are not in the database yet; the machines at work are asked for them",
                         rows->name);
                told = true;
            }
        }
    } while (needed && rows->run[0] != '\0' && rows->size == 0 && clock_now() - since < span &&
             member_rows_wait());
    return 0;
}

// ---- the prompt ----

static enum member_took read_prompt(struct member_rows *rows, int fd, struct member_taken *taken) {
    if (rows->size > MEMBER_PROMPT_MOST || member_rows_fetch(rows, fd, "the run's prompt") != 0) {
        return MEMBER_TOOK_CANNOT;
    }
    char *text = calloc(1, rows->size + 1);
    int error = text == NULL ? ENOMEM : file_io_read(fd, text, rows->size, 0);
    if (error != 0) {
        log_fatal("fleet", "%s: cannot read its prompt: %s", rows->name, strerror(error));
    }
    bool good = error == 0 && member_prompt_unpack(text, &taken->options, &taken->prompt);
    free(text);
    return good ? MEMBER_TOOK : MEMBER_TOOK_CANNOT;
}

static enum member_took take_prompt(struct member *member, struct member_taken *taken) {
    struct member_rows rows = {
        .member = member, .kind = "prompt", .name = member->name, .term = member->term};
    enum member_took took = MEMBER_TOOK;
    if (find(&rows, false, false) != 0 || (rows.size == 0 && rows.settings != NULL &&
                                           has_prompt(rows.settings) && find(&rows, true, false) != 0)) {
        took = rows.wrong ? MEMBER_TOOK_WRONG : MEMBER_TOOK_CANNOT;
    } else if (rows.size > 0) {
        int fd = memfd_create("prompt", MFD_CLOEXEC);
        took = read_prompt(&rows, fd, taken);
        if (fd >= 0) {
            (void)close(fd);
        }
        if (took == MEMBER_TOOK) {
            taken->options.fleet_share_prompt = false;
            log_info("fleet", "%s: its prompt, and what belongs to it, are those that another machine shares",
                     member->name);
        }
    } else if (rows.settings != NULL && has_prompt(rows.settings)) {
        log_fatal("fleet",
                  "%s: it has a prompt, which is not in the database, and here is none; give the same "
                  "--prompt-file, --prompt-id or --request here, or start the machine that has it with "
                  "--fleet-share-prompt",
                  member->name);
        took = MEMBER_TOOK_WRONG;
    }
    member_rows_free(&rows);
    return took;
}

// ---- the rows ----

static enum member_took no_rows(const struct member_rows *rows) {
    if (rows->run[0] == '\0') {
        log_fatal(
            "fleet",
            "%s: nobody has begun it, and here is no --input; begin it on the machine that has the rows, "
            "with --input FILE",
            rows->name);
    } else {
        log_fatal("fleet",
                  "%s: its rows are not in the database, and %s; give --input here, too, or start a machine "
                  "that has them with --fleet-share-input first",
                  rows->name,
                  rows->live > 0 ? "no machine at work puts them there"
                                 : "no machine is at work that has them");
    }
    return MEMBER_TOOK_WRONG;
}

static enum member_took take_rows(struct member *member, struct member_taken *taken) {
    struct member_rows rows = {.member = member, .kind = "input", .name = member->name, .term = member->term};
    struct options *options = &taken->options;
    bool lines = false;
    char delimiter[2] = "";
    enum member_took took = MEMBER_TOOK;
    if (find(&rows, true, true) != 0) {
        took = rows.wrong ? MEMBER_TOOK_WRONG : MEMBER_TOOK_CANNOT;
    } else if (rows.size == 0) {
        took = signals_caught() ? MEMBER_TOOK_CANNOT : no_rows(&rows);
    } else {
        member_share_read_about(rows.about, &lines, delimiter);
        taken->input = member_kept_path(options->output, lines);
        taken->delimiter = delimiter[0] != '\0' ? strdup(delimiter) : NULL;
        taken->held = taken->input != NULL ? member_kept_open(&rows, taken->input) : -1;
        took = taken->held >= 0 ? MEMBER_TOOK : MEMBER_TOOK_CANNOT;
    }
    member_rows_free(&rows);
    if (took == MEMBER_TOOK) {
        options->input = taken->input;
        options->input_format = lines ? OPTIONS_FORMAT_JSONL : OPTIONS_FORMAT_CSV;
        options->delimiter = taken->delimiter;
        options->encoding = NULL; // they are plain
        options->fleet_share_input = OPTIONS_SHARE_NEVER;
    }
    return took;
}

enum member_took member_take(struct member_taken *taken, const struct options **options) {
    const struct options *given = *options;
    bool prompt = config_request_by_rows(given);
    if (given->fleet == NULL || given->output == NULL || (given->input != NULL && !prompt)) {
        return MEMBER_TOOK;
    }
    if (member_check_place(given) != 0) {
        return MEMBER_TOOK_WRONG;
    }
    struct member *member = calloc(1, sizeof(*member));
    if (member == NULL) {
        log_fatal("fleet", "out of memory");
        return MEMBER_TOOK_CANNOT;
    }
    member->name = given->fleet_name;
    member->term = given->fleet_term;
    taken->options = *given;
    enum member_took took =
        member_link_open(&member->link, given->fleet) != 0 ? MEMBER_TOOK_CANNOT : MEMBER_TOOK;
    if (took == MEMBER_TOOK && prompt) {
        took = take_prompt(member, taken);
    }
    if (took == MEMBER_TOOK && given->input == NULL) {
        took = take_rows(member, taken);
    }
    member_link_close(&member->link);
    free(member);
    *options = &taken->options;
    return took;
}

void member_taken_free(struct member_taken *taken) {
    if (taken->held >= 0) {
        (void)close(taken->held);
    }
    free(taken->input);
    free(taken->delimiter);
    member_prompt_free(&taken->prompt);
    *taken = (struct member_taken)MEMBER_TAKEN_NOTHING;
}
