// The words behind `ration fleet COMMAND`.
#ifndef RATION_FLEET_WORDS_H
#define RATION_FLEET_WORDS_H

#include <stdbool.h>
#include <stdint.h>

enum fleet_command {
    FLEET_INIT,
    FLEET_STATUS,
    FLEET_WORKERS,
    FLEET_PAUSE,
    FLEET_RESUME,
    FLEET_STOP,
    FLEET_EXPORT,
    FLEET_DROP,
    FLEET_LOST,
    FLEET_COMMANDS
};

#define FLEET_WORDS_FROM 1024U

struct fleet_words {
    enum fleet_command command;
    const char *database;
    const char *name;                        // of the run; "": the only one
    const char *table;                       // of `export`; NULL: a file
    const char *machine;                     // of `lost`
    const char *from[FLEET_WORDS_FROM + 1U]; // of `export`: outputs of machines, NULL at the end
    uint32_t workers;                        // of `workers`, 1..
    bool json, force, sure, help;
    char **others; // of `export`: words of `ration export`, NULL at the end
};

// 0, or -1 after telling. words[0] is "fleet", NULL ends them. `others` takes the place of words.
int fleet_words_parse(int count, char **words, struct fleet_words *out);
void fleet_words_help(void);

#endif
