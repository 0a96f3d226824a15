#include "config/listen_names.h"

#include <bsd/string.h>
#include <string.h>
#include <strings.h>

#define NAME_MOST 253U // of a name in DNS
#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-._"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const char *fault_of(const char *name, size_t length) {
    if (length == 0 || length > NAME_MOST) {
        return "has an empty name, or one that is longer than 253 characters";
    }
    if (strspn(name, LETTERS CAPITALS) < length || name[0] == '.' || name[0] == '-') {
        return "is no list of names such as ration.example.com, with a comma between two; a name has neither "
               "port nor http://";
    }
    return NULL;
}

int listen_names_parse(const char *text, struct listen_names *names, const char **wrong) {
    *wrong = NULL;
    for (const char *at = text; *wrong == NULL; at++) {
        size_t length = strcspn(at, ",");
        *wrong = fault_of(at, length);
        at += length;
        if (*at == '\0') {
            break;
        }
    }
    if (*wrong == NULL && strlcpy(names->text, text, sizeof(names->text)) >= sizeof(names->text)) {
        *wrong = "is longer than 1023 characters";
    }
    if (*wrong != NULL) {
        names->text[0] = '\0';
        return -1;
    }
    for (char *c = names->text; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    return 0;
}

bool listen_names_has(const struct listen_names *names, const char *host) {
    size_t length = strcspn(host, ":");
    const char *port = host + length;
    bool plain = *port == '\0' || strspn(port + 1, "0123456789") == strlen(port + 1);
    if (names == NULL || names->text[0] == '\0' || length == 0 || !plain) {
        return false;
    }
    for (const char *at = names->text;; at++) {
        size_t one = strcspn(at, ",");
        if (one == length && strncasecmp(at, host, length) == 0) {
            return true;
        }
        at += one;
        if (*at == '\0') {
            return false;
        }
    }
}
