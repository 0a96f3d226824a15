#include "run/command_line.h"

#include "config/options_environment.h"
#include "control/client.h"
#include "control/run_list.h"
#include "ration/arena.h"
#include "ration/log.h"
#include "run/cancel.h"
#include "view/last_run_tell.h"
#include "view/status.h"
#include "view/top.h"

#include <string.h>

// An option that has the state of a run told in another form.
struct form {
    const char *option; // NULL: no more
    enum status_form form;
};

struct row {
    const char *name;
    const char *number; // how --help calls what the command takes, or NULL
    const char *brief;
    const char *help;
    // It looks at a run; NULL: it steers one, by the control verb of its name.
    int (*look)(const char *run_name, enum status_form form);
    enum status_form form;    // when no option says another
    const struct form *forms; // ends with a NULL
};

static const struct form status_forms[] = {
    {"--json", STATUS_JSON}, {"--metrics", STATUS_METRICS}, {"--list", STATUS_LIST}, {NULL, STATUS_TEXT}};
static const struct form no_forms[] = {{NULL, STATUS_TEXT}};

static int look_live(const char *run_name, enum status_form form) {
    (void)form;
    return top(run_name);
}

extern char **environ;

#define TEXT_OF(number) #number
#define DIGITS_OF(number) TEXT_OF(number)

static const struct row rows[] = {
    {"ps", NULL, "what the workers of a run do",
     "Shows each worker: pid, state, the artists of its range that it has not claimed, requests in flight, "
     "artists done and\n"
     "failed, restarts, memory and age. Also works while the coordinator hangs.\n",
     status, STATUS_WORKERS, no_forms},
    {"status", NULL, "how far, how fast, what limits it, its end",
     "Shows once what ration top shows live: artists, rate, use of the limits, forecast, tokens, cost, "
     "alerts, "
     "sessions,\n"
     "workers. --json prints all of it as one line, --metrics as Prometheus reads it; docs/MONITORING.md "
     "tells\n"
     "what each means. Does not slow the run, and works while the coordinator hangs. When no run at work is "
     "meant: how the\n"
     "last one ended, or that it was killed, and how to go on. --list names all runs that are known: id, "
     "running "
     "or over, output.\n",
     status, STATUS_TEXT, status_forms},
    {"top", NULL, "the same, live",
     "On the whole terminal, twice a second, until q, Ctrl-C or the end of the run. Does not slow the run, "
     "and works\n"
     "while the coordinator hangs.\n",
     look_live, STATUS_TEXT, no_forms},
    {"workers", "N", "how many workers the run is to have",
     "More are started at once; of fewer, the highest ones end what they have in flight and go, and the "
     "others take their\n"
     "work. No request is lost. N is 1 to " DIGITS_OF(BOUNDS_SLOTS) ".\n",
     NULL, STATUS_TEXT, no_forms},
    {"restart-worker", "N|all", "restart workers, one after another",
     "Each ends what it has in flight first; no request is lost. SIGHUP to the coordinator does the same as "
     "\"all\".\n",
     NULL, STATUS_TEXT, no_forms},
    {"kill-worker", "N", "kill a worker with SIGKILL, as a test",
     "Its unfinished artists go to others. Its requests in flight are asked again, and may be billed "
     "twice.\n",
     NULL, STATUS_TEXT, no_forms},
    {"pause", NULL, "send nothing until resume",
     "The workers stay; what is in flight ends and is recorded.\n", NULL, STATUS_TEXT, no_forms},
    {"resume", NULL, "go on; after a daily quota: a new period",
     "The workers go on at once. In the pause of a daily quota this begins a new\n"
     "period: as many requests as the quota allows leave again, and are billed.\n",
     NULL, STATUS_TEXT, no_forms},
    {"cancel", NULL, "cancel a batch's parts, record what is done",
     "What is with a batch API is cancelled there, and what was done by then, which is billed, is recorded. "
     "A run at work\n"
     "ends then with exit status 3. When none is, RUN names the output: its last run's command is begun "
     "again "
     "for that, where\n"
     "it was begun. Its key is needed as for that run, and the RATION_ variables that it had; options behind "
     "RUN are added.\n"
     "Nothing new is asked; --resume goes on with the rest. Exit status 0: nothing is with the API any "
     "more.\n",
     NULL, STATUS_TEXT, no_forms},
    {"stop", NULL, "end the run; go on later with --resume",
     "As SIGTERM: what is in flight ends and is recorded, then the run ends with exit status 3. Once more: "
     "at once.\n",
     NULL, STATUS_TEXT, no_forms},
};

static const struct row *find(const char *word) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].name, word) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

bool command_line_knows(const char *word) {
    return find(word) != NULL;
}

void command_line_offer(struct suggest *suggest) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        suggest_offer(suggest, rows[i].name);
    }
}

void command_line_usage(FILE *out) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char words[40];
        (void)snprintf(words, sizeof(words), "%s %s", rows[i].name,
                       rows[i].number != NULL ? rows[i].number : "");
        (void)fprintf(out, "       ration %-22s %s\n", words, rows[i].brief);
    }
}

// The run may be named without --run. A number before it would be taken for its name.
static bool takes_run(const struct row *row) {
    return row->number == NULL;
}

// Options behind the run that are not its own are those of a run.
static bool passes_on(const struct row *row) {
    return strcmp(row->name, control_command_name(CONTROL_CANCEL)) == 0;
}

// What may follow the command, with a blank before each.
static void print_words(FILE *out, const struct row *row) {
    (void)fprintf(out, "usage: ration %s%s%s%s", row->name, row->number != NULL ? " " : "",
                  row->number != NULL ? row->number : "", takes_run(row) ? " [RUN]" : "");
    for (const struct form *form = row->forms; form->option != NULL; form++) {
        (void)fprintf(out, "%s%s%s", form == row->forms ? " [" : "|", form->option,
                      form[1].option == NULL ? "]" : "");
    }
    (void)fprintf(out, " [--run NAME]%s\n", passes_on(row) ? " [OPTIONS of ration run]" : "");
}

static void help(const struct row *row) {
    print_words(stdout, row);
    (void)printf("\n%s\n"
                 "  --run NAME\n        the run, when several are at work: its id (see ration ps), the "
                 "beginning of it, or its output\n"
                 "\nexit status: 0 done; 1 the run refused or did not answer within 5 seconds; 2 usage, or "
                 "no such run\n",
                 row->help);
}

static int usage(const struct row *row) {
    print_words(stderr, row);
    return CLIENT_NO_RUN;
}

// What the words after the command say. `asked_help` ends it.
struct given {
    const char *run;
    const char *number;
    bool asked_help;
    enum status_form form;
    char *const *rest; // options of a run; ends with a NULL
};

static void tell_unexpected(const struct row *row, const char *word) {
    struct suggest suggest;
    if (strcmp(word, "--config") == 0 || strncmp(word, "--config=", strlen("--config=")) == 0) {
        (void)fprintf(stderr, "ration: %s: --config is of ration run; name the OUTPUT of the run%s instead\n",
                      row->name, takes_run(row) ? "" : " with --run");
        return;
    }
    suggest_begin(&suggest, word);
    suggest_offer(&suggest, "--run");
    suggest_offer(&suggest, "--help");
    for (const struct form *form = row->forms; form->option != NULL; form++) {
        suggest_offer(&suggest, form->option);
    }
    const char *near = word[0] == '-' ? suggest_best(&suggest) : NULL;
    (void)fprintf(stderr, "ration: %s: \"%s\" is not expected here%s%s%s\n", row->name, word,
                  near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
}

// The word is one of the row's forms.
static bool takes_form(const struct row *row, const char *word, enum status_form *given) {
    for (const struct form *form = row->forms; form->option != NULL; form++) {
        if (strcmp(form->option, word) == 0) {
            *given = form->form;
            return true;
        }
    }
    return false;
}

// 0, or -1 after telling.
static int read_words(const struct row *row, char *const *words, struct given *given) {
    static const char option[] = "--run=";
    static char *const none[] = {NULL};
    *given = (struct given){.form = row->form, .rest = none};
    for (size_t i = 1; words[i] != NULL; i++) {
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
            given->asked_help = true;
            return 0;
        }
        if (strncmp(words[i], option, sizeof(option) - 1) == 0) {
            given->run = words[i] + sizeof(option) - 1;
        } else if (strcmp(words[i], "--run") == 0 && words[i + 1] != NULL) {
            given->run = words[++i];
        } else if (takes_form(row, words[i], &given->form)) {
            continue;
        } else if (words[i][0] != '-' && takes_run(row) && given->run == NULL) {
            given->run = words[i];
        } else if (words[i][0] == '-' && passes_on(row) && given->run != NULL) {
            given->rest = &words[i];
            return 0;
        } else if (words[i][0] != '-' && row->number != NULL && given->number == NULL) {
            given->number = words[i];
        } else {
            tell_unexpected(row, words[i]);
            return -1;
        }
    }
    return 0;
}

int command_line_obey(char *const *words) {
    const struct row *row = find(words[0]);
    struct control_command command = {0};
    struct given given;
    (void)options_environment_check(environ); // a run at work is steered all the same
    if (row == NULL || read_words(row, words, &given) != 0) {
        return row == NULL ? CLIENT_NO_RUN : usage(row);
    }
    if (given.asked_help) {
        help(row);
        return CLIENT_DONE;
    }
    if (row->look != NULL) {
        return row->look(given.run, given.form);
    }
    if (control_command_find(row->name, &command.verb) != 0) {
        log_panic("%s is no command of a run", row->name);
    }
    if (row->number != NULL &&
        (given.number == NULL || control_command_number(command.verb, given.number, &command.number) != 0)) {
        (void)fprintf(stderr, "ration: %s takes a number from 1 to %d%s\n", row->name, BOUNDS_SLOTS,
                      command.verb == CONTROL_RESTART_WORKER ? ", or all" : "");
        return usage(row);
    }
    if (command.verb == CONTROL_CANCEL && run_list_none(given.run)) {
        return cancel_parts(given.run, given.rest);
    }
    if (given.rest[0] != NULL) {
        tell_unexpected(row, given.rest[0]); // the run at work has its options
        return usage(row);
    }
    int status = client_send(&command, given.run);
    if (status == CLIENT_NO_RUN && (command.verb == CONTROL_RESUME || given.run != NULL)) {
        (void)last_run_tell_way_on(given.run);
    }
    return status;
}
