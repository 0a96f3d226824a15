#include "output/last_run_words.h"

#include <stdbool.h>
#include <string.h>

// The word at *from, to *to, without its quotes. False: a quote has no end.
static bool take(const char **from, char **to) {
    bool quoted = false;
    for (; **from != '\0' && (quoted || **from != ' '); ++*from) {
        if (**from == '\'') {
            quoted = !quoted;
        } else {
            *from += !quoted && (*from)[0] == '\\' && (*from)[1] != '\0';
            *(*to)++ = **from;
        }
    }
    *(*to)++ = '\0';
    return !quoted;
}

int last_run_words(const char *command, char room[LAST_RUN_COMMAND], char *words[LAST_RUN_WORDS + 1]) {
    static const char program[] = "ration ", webhook[] = "--alert-webhook URL";
    const char *from = command;
    int count = 0;
    if (strlen(command) >= LAST_RUN_COMMAND || strncmp(command, program, strlen(program)) != 0) {
        return -1;
    }
    from += strlen(program);
    while (*from != '\0') {
        if (strncmp(from, webhook, strlen(webhook)) == 0) {
            from += strlen(webhook);
        } else {
            char *word = room;
            if (count == LAST_RUN_WORDS || !take(&from, &room)) {
                return -1;
            }
            if (strcmp(word, "--resume") != 0) {
                words[count++] = word;
            }
        }
        from += *from == ' ';
    }
    words[count] = NULL;
    return count;
}
