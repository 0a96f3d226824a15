#include "base/provider_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MOST 6

static const char *const words[][WORDS_MOST] = {
    [PROVIDER_WORDS_SHAPE] = {"responses", "chat", "messages"},
    [PROVIDER_WORDS_CHARGING] = {"estimate", "most", "actual"},
    [PROVIDER_WORDS_CACHING] = {"unknown", "itself", "key", "marks"},
    [PROVIDER_WORDS_CACHED] = {"counted", "free", "returned"},
    [PROVIDER_WORDS_AUTH] = {"bearer", "header", "query", "none", "aws"},
    [PROVIDER_WORDS_BATCHES] = {"shape", "openai", "anthropic", "mistral", "together", "none"},
    [PROVIDER_WORDS_DIALECT] = {"none", "openai", "azure", "anthropic", "groq", "mistral"},
};

int provider_words_find(enum provider_words_kind kind, const char *word) {
    for (int i = 0; i < WORDS_MOST && words[kind][i] != NULL; i++) {
        if (strcmp(words[kind][i], word) == 0) {
            return i;
        }
    }
    return -1;
}

const char *provider_words_name(enum provider_words_kind kind, int value) {
    return words[kind][value];
}

bool provider_words_printable(const char *text, bool spaces) {
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < ' ' || *c > '~' || (*c == ' ' && !spaces)) {
            return false;
        }
    }
    return *text != '\0' && strlen(text) <= PROVIDER_WORDS_MOST;
}

const char *provider_words_shown(const char *name) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
    return name[length] == '\0' && length < 32 ? name : "…";
}

const char *provider_words_variable(const char *text) {
    char name[256];
    size_t length = strlen(text);
    if (length < 4 || memcmp(text, "${", 2) != 0 || text[length - 1] != '}') {
        return text;
    }
    if (length - 3 >= sizeof(name)) {
        return NULL;
    }
    memcpy(name, text + 2, length - 3);
    name[length - 3] = '\0';
    return getenv(name);
}

// RFC 3986: what is unreserved stands as it is.
static char *add_encoded(char *to, const char *text) {
    static const char digits[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        if (strchr(PROVIDER_WORDS_NAME "~", *text) != NULL) {
            *to++ = *text;
        } else {
            *to++ = '%';
            *to++ = digits[(unsigned char)*text >> 4];
            *to++ = digits[(unsigned char)*text & 15];
        }
    }
    return to;
}

char *provider_words_query(const char *query, const char *name, const char *value) {
    if (!provider_words_printable(name, true) || (*value != '\0' && !provider_words_printable(value, true))) {
        return NULL;
    }
    size_t kept = query != NULL ? strlen(query) : 0;
    char *one = malloc(3 * strlen(name) + 3 * strlen(value) + 2);
    char *all = malloc(kept + 3 * strlen(name) + 3 * strlen(value) + 3);
    if (one == NULL || all == NULL) {
        free(one);
        free(all);
        return NULL;
    }
    char *end = add_encoded(one, name);
    *end++ = '=';
    size_t key = (size_t)(end - one);
    *add_encoded(end, value) = '\0';
    char *to = all;
    for (const char *part = query; part != NULL && *part != '\0';) {
        size_t length = strcspn(part, "&");
        if (length < key || memcmp(part, one, key) != 0) {
            memcpy(to, part, length);
            to += length;
            *to++ = '&';
        }
        part += length + (part[length] == '&');
    }
    memcpy(to, one, strlen(one) + 1);
    free(one);
    return all;
}
