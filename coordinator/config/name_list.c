#include "config/name_list.h"

#include <stdlib.h>
#include <string.h>

char *name_list_next(const char **text) {
    const char *at = *text;
    char *name = malloc(strlen(at) + 1);
    size_t length = 0;
    if (name == NULL) {
        return NULL;
    }
    while (*at != '\0' && *at != ',') {
        at += at[0] == '\\' && (at[1] == ',' || at[1] == '\\');
        name[length++] = *at++;
    }
    name[length] = '\0';
    *text = at + (*at == ',');
    return name;
}
