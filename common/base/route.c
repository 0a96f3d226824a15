#include "ration/route.h"

#include "ration/text.h"

#include <bsd/string.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL_PLACE "{model}"

// In pieces without a copy that would have to be wiped, too.
static bool add_line(struct route_head *head, const char *beginning, const char *between, const char *rest) {
    size_t size = strlen(beginning) + strlen(between) + strlen(rest) + 1;
    char *line = malloc(size);
    if (line == NULL) {
        return false;
    }
    (void)strlcpy(line, beginning, size);
    (void)strlcat(line, between, size);
    (void)strlcat(line, rest, size);
    head->line[head->lines++] = line;
    return true;
}

// RFC 3986: what is unreserved stands as it is.
static void add_encoded(struct text *url, const char *text) {
    static const char kept[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    static const char digits[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        const char code[] = {'%', digits[(unsigned char)*text >> 4], digits[(unsigned char)*text & 15]};
        bool plain = strchr(kept, *text) != NULL;
        text_add(url, plain ? text : code, plain ? 1 : sizeof(code));
    }
}

static void add_path(struct text *url, const char *path, const char *model) {
    const char *place = strstr(path, MODEL_PLACE);
    if (place == NULL) {
        text_add_string(url, path);
        return;
    }
    text_add(url, path, (size_t)(place - path));
    add_encoded(url, model);
    text_add_string(url, place + strlen(MODEL_PLACE));
}

char *route_url(const char *base_url, const char *path, const struct provider *provider, const char *model,
                const struct key *key) {
    struct text url = {0};
    bool keyed = provider->auth == PROVIDER_AUTH_QUERY && key->text[0] != '\0';
    text_add_string(&url, base_url);
    add_path(&url, path, model);
    if (provider->query != NULL) {
        text_add(&url, "?", 1);
        text_add_string(&url, provider->query);
    }
    if (keyed) {
        text_add(&url, provider->query != NULL ? "&" : "?", 1);
        add_encoded(&url, provider->auth_name);
        text_add(&url, "=", 1);
        add_encoded(&url, key->text);
    }
    text_add(&url, "", 1); // its end
    char *made = url.failed ? NULL : strdup(url.bytes);
    if (url.bytes != NULL) {
        explicit_bzero(url.bytes, url.length);
    }
    text_free(&url);
    return made;
}

// ID:SECRET or ID:SECRET:TOKEN. The token is a header, which is signed, too.
static bool add_signing(struct route_head *head, const struct provider *provider, const struct key *key) {
    const char *secret = strchr(key->text, ':');
    const char *token = secret != NULL ? strchr(secret + 1, ':') : NULL;
    size_t length = token != NULL ? (size_t)(token - key->text) : strlen(key->text);
    head->credentials = strndup(key->text, length);
    return head->credentials != NULL && asprintf(&head->signing, "aws:amz:%s", provider->auth_name) >= 0 &&
           (token == NULL || add_line(head, "X-Amz-Security-Token: ", "", token + 1));
}

static bool add_key(struct route_head *head, const struct provider *provider, const struct key *key) {
    if (key->text[0] == '\0') {
        return true;
    }
    switch (provider->auth) {
    case PROVIDER_AUTH_BEARER:
        return add_line(head, "Authorization: Bearer ", "", key->text);
    case PROVIDER_AUTH_HEADER:
        return add_line(head, provider->auth_name, ": ", key->text);
    case PROVIDER_AUTH_AWS:
        return add_signing(head, provider, key);
    case PROVIDER_AUTH_QUERY:
    case PROVIDER_AUTH_NONE:
        break;
    }
    return true;
}

int route_head(struct route_head *head, const struct provider *provider, const struct key *key) {
    *head = (struct route_head){0};
    if (!add_key(head, provider, key)) {
        return -1;
    }
    for (size_t i = 0; i < PROVIDER_HEADERS && provider->header[i] != NULL; i++) {
        if (!add_line(head, provider->header[i], "", "")) {
            return -1;
        }
    }
    return 0;
}

int route_head_add(struct route_head *head, const char *line) {
    return add_line(head, line, "", "") ? 0 : -1;
}

void route_wipe(char *text) {
    if (text != NULL) {
        explicit_bzero(text, strlen(text));
        free(text);
    }
}

void route_head_free(struct route_head *head) {
    for (uint32_t line = 0; line < head->lines; line++) {
        route_wipe(head->line[line]);
    }
    route_wipe(head->credentials);
    free(head->signing);
    *head = (struct route_head){0};
}
