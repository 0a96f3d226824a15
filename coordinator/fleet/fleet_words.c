#include "fleet/fleet_words.h"

#include "config/suggest.h"
#include "fleet/fleet_tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORKERS_MOST 64U

static const char *const commands[FLEET_COMMANDS] = {
    [FLEET_INIT] = "init",     [FLEET_STATUS] = "status", [FLEET_WORKERS] = "workers",
    [FLEET_PAUSE] = "pause",   [FLEET_RESUME] = "resume", [FLEET_STOP] = "stop",
    [FLEET_EXPORT] = "export", [FLEET_DROP] = "drop",     [FLEET_LOST] = "lost",
};

void fleet_words_help(void) {
    (void)puts(
        "usage: ration fleet init DATABASE                prepares it, or brings it up to this version\n"
        "       ration fleet status DATABASE [--json]     the run, its machines, its limits\n"
        "       ration fleet workers DATABASE N           on each machine, 1 to 64\n"
        "       ration fleet pause|resume|stop DATABASE   all machines; waits until they have heard it\n"
        "       ration fleet export DATABASE --to FILE    all lines; options of ration export\n"
        "       ration fleet export DATABASE --table NAME\n"
        "                 [--from FILE…]                  … of a run with --fleet-keep local: outputs of its "
        "machines\n"
        "       ration fleet lost DATABASE MACHINE [--yes] the outputs of this machine are gone for good\n"
        "       ration fleet drop DATABASE [--yes] [--force] a run with all its lines\n\n"
        "DATABASE is what ration run --fleet takes: postgresql://HOST/DATABASE, or service=NAME. A password "
        "never\n"
        "stands there: it is in the file that PGPASSFILE names, in ~/.pgpass or in the service.\n\n"
        "  --fleet-name NAME\n        the run, where the database has several\n"
        "  --json\n        status as one JSON object\n"
        "  --table NAME\n        export: into this table of the database, artist_id, answer, failed; made if "
        "it is not there,\n        in the schema public where NAME has none. Again: what is new or has "
        "changed\n"
        "  --from FILE…\n        export: outputs of machines, copied together, whatever they are called; as "
        "many as follow\n"
        "  --yes\n        lost: what stood only there is asked again; without it, how much that is. MACHINE "
        "is a "
        "host, HOST:OUTPUT\n        or the first eight digits of a member, as status shows them\n        "
        "drop: also "
        "lines that no export has had\n"
        "  --force\n        drop, lost: though machines are at work, which are known to be gone\n\n"
        "exit status: 0 done; 1 some machines have not heard it; export: as ration export; 2 something is "
        "wrong: the\nwords, the login or its rights, the run, the schema or its version; 3 stopped by a "
        "signal; 4 the database\ncannot be asked: give the command again");
}

static int unknown(const char *word, const char *what) {
    struct suggest suggest;
    suggest_begin(&suggest, word);
    for (size_t i = 0; i < FLEET_COMMANDS; i++) {
        suggest_offer(&suggest, commands[i]);
    }
    const char *near = suggest_best(&suggest);
    fleet_tell("unknown %s \"%s\"; %s%s%ssee ration fleet --help", what, word,
               near != NULL ? "did you mean " : "", near != NULL ? near : "", near != NULL ? "? " : "");
    return -1;
}

static int find_command(const char *word, struct fleet_words *out) {
    for (int i = 0; i < FLEET_COMMANDS; i++) {
        if (strcmp(commands[i], word) == 0) {
            out->command = (enum fleet_command)i;
            return 0;
        }
    }
    return unknown(word, "command");
}

// --NAME VALUE and --NAME=VALUE. 1: *value, and *at stands on its last word; 0: it is another option; -1
// after telling.
static int take_value(char **words, int *at, const char *name, const char **value) {
    size_t length = strlen(name);
    const char *word = words[*at];
    if (strncmp(word, name, length) != 0 || (word[length] != '\0' && word[length] != '=')) {
        return 0;
    }
    *value = word[length] == '=' ? word + length + 1 : words[*at + 1];
    if (*value == NULL || (*value)[0] == '\0') {
        fleet_tell("%s needs a value; see ration fleet --help", name);
        return -1;
    }
    *at += word[length] != '=';
    return 1;
}

static bool is_flag(const char *word, const char *name, bool *flag) {
    if (strcmp(word, name) != 0) {
        return false;
    }
    *flag = true;
    return true;
}

static int take_workers(const char *word, struct fleet_words *out, bool *given) {
    char *end = NULL;
    unsigned long number = strtoul(word, &end, 10);
    if (*given || word[0] < '0' || word[0] > '9' || *end != '\0' || number < 1 || number > WORKERS_MOST) {
        fleet_tell("workers takes one number from 1 to %u, not \"%s\"", WORKERS_MOST, word);
        return -1;
    }
    *given = true;
    out->workers = (uint32_t)number;
    return 0;
}

// What goes with each command alone.
static int check(const struct fleet_words *out, bool workers, bool others) {
    if (out->json && out->command != FLEET_STATUS) {
        fleet_tell("--json is for ration fleet status");
    } else if (out->force && out->command != FLEET_DROP && out->command != FLEET_LOST) {
        fleet_tell("--force is for ration fleet drop and lost");
    } else if (out->sure && out->command != FLEET_LOST && out->command != FLEET_DROP) {
        fleet_tell("--yes is for ration fleet lost and drop");
    } else if (out->from[0] != NULL && out->command != FLEET_EXPORT) {
        fleet_tell("--from is for ration fleet export");
    } else if (out->command == FLEET_LOST && out->machine == NULL) {
        fleet_tell("which one? ration fleet lost DATABASE MACHINE: a host, HOST:OUTPUT, or a member of "
                   "ration fleet status");
    } else if (out->table != NULL && (out->command != FLEET_EXPORT || others)) {
        fleet_tell(out->command != FLEET_EXPORT ? "--table is for ration fleet export"
                                                : "--table takes no options of ration export");
    } else if (out->command == FLEET_WORKERS && !workers) {
        fleet_tell("how many? ration fleet workers DATABASE N");
    } else {
        return 0;
    }
    return -1;
}

// --from FILE…, as many as a shell makes of a pattern. 1: *at stands on the last one; 0: it is another
// option; -1 after telling.
static int take_from(char **words, int *at, struct fleet_words *out) {
    const char *first = NULL;
    size_t count = 0;
    int taken = take_value(words, at, "--from", &first);
    while (taken > 0 && out->from[count] != NULL) {
        count++;
    }
    while (taken > 0 && first != NULL) {
        if (count == FLEET_WORDS_FROM) {
            fleet_tell("--from takes %u files at most", FLEET_WORDS_FROM);
            return -1;
        }
        out->from[count++] = first;
        first = words[*at + 1] != NULL && words[*at + 1][0] != '-' ? words[++*at] : NULL;
    }
    return taken;
}

int fleet_words_parse(int count, char **words, struct fleet_words *out) {
    int others = 0;
    bool workers = false;
    *out = (struct fleet_words){.name = "", .others = words};
    for (int i = 1; i < count; i++) {
        out->help = out->help || strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0;
    }
    out->help = out->help || (count > 1 && strcmp(words[1], "help") == 0);
    if (out->help) {
        return 0;
    }
    if (count < 2) {
        fleet_tell(
            "which command? init, status, workers, pause, resume, stop, export, lost or drop; see ration "
            "fleet --help");
        return -1;
    }
    if (find_command(words[1], out) != 0) {
        return -1;
    }
    if (count < 3 || words[2][0] == '-') {
        fleet_tell("ration fleet %s DATABASE: which database? see ration fleet --help", words[1]);
        return -1;
    }
    out->database = words[2];
    for (int i = 3; i < count; i++) {
        int taken = take_value(words, &i, "--fleet-name", &out->name);
        taken = taken != 0 ? taken : take_value(words, &i, "--table", &out->table);
        taken = taken != 0 ? taken : take_from(words, &i, out);
        if (taken < 0) {
            return -1;
        }
        if (taken > 0 || is_flag(words[i], "--json", &out->json) ||
            is_flag(words[i], "--force", &out->force) || is_flag(words[i], "--yes", &out->sure)) {
            continue;
        }
        if (out->command == FLEET_EXPORT) {
            words[others++] = words[i]; // never beyond what was read
        } else if (out->command == FLEET_LOST && out->machine == NULL && words[i][0] != '-') {
            out->machine = words[i];
        } else if (out->command != FLEET_WORKERS || words[i][0] == '-') {
            return unknown(words[i], "word");
        } else if (take_workers(words[i], out, &workers) != 0) {
            return -1;
        }
    }
    words[others] = NULL;
    return check(out, workers, others > 0);
}
