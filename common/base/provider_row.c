#include "ration/provider_row.h"

#include "base/provider_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define AT(member) offsetof(struct provider, member)
static const size_t texts[] = {
    AT(name),       AT(base_url),  AT(base_url_env), AT(key_env), AT(auth_name), AT(aws_service),
    AT(query),      AT(path),      AT(models_path),  AT(model),   AT(model_env), AT(model_ends),
    AT(model_next), AT(limit_key), AT(dialect),      AT(tiers),
};

const char *provider_row_own(struct provider_row *row, const char *text) {
    char *copy = row->texts < PROVIDER_ROW_TEXTS ? strdup(text) : NULL;
    if (copy != NULL) {
        row->text[row->texts++] = copy;
    }
    return copy;
}

// ---- headers and parameters ----

static bool same_header(const char *line, const char *other) {
    size_t length = strcspn(line, ":");
    return strcspn(other, ":") == length && strncasecmp(line, other, length) == 0;
}

static int put_header(struct provider_row *row, const char *line, char *problem) {
    size_t i = 0;
    while (i < PROVIDER_HEADERS && row->provider.header[i] != NULL &&
           !same_header(line, row->provider.header[i])) {
        i++;
    }
    const char *copy = i < PROVIDER_HEADERS ? provider_row_own(row, line) : NULL;
    if (copy == NULL) {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE, "there are more than %u headers",
                       PROVIDER_HEADERS);
        return -1;
    }
    row->provider.header[i] = copy;
    return 0;
}

// Those that ration writes itself.
static const char *instead_of(const char *line) {
    static const struct {
        const char *name, *instead;
    } ours[] = {
        {"Authorization:", "the key comes from the provider's variable, --api-key-file or --api-key-command; "
                           "another way to send it is \"auth\" in a file of --providers"},
        {"Content-Type:", "requests are JSON"},
        {"Content-Length:", "it is set for each request"},
        {"Transfer-Encoding:", "it is set for each request"},
        {"Host:", "it is the host of --base-url"},
        {"Expect:", "it is never sent"},
        {"Accept-Encoding:", "answers may come as gzip"},
        {"X-Client-Request-Id:", "each request has its own"},
    };
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (same_header(line, ours[i].name)) {
            return ours[i].instead;
        }
    }
    return NULL;
}

int provider_row_header(struct provider_row *row, const char *line, char problem[PROVIDER_ROW_PROBLEM_SIZE]) {
    char whole[PROVIDER_WORDS_MOST * 2];
    size_t name = strspn(line, PROVIDER_WORDS_NAME "!#$%&'*+^`|~");
    const char *value = line + name + 1;
    if (name == 0 || name > PROVIDER_WORDS_MOST || line[name] != ':') {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE, "a header is written 'Name: value'");
        return -1;
    }
    const char *instead = instead_of(line);
    if (instead != NULL) {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE, "%.*s is not to be given as a header: %s",
                       (int)name, line, instead);
        return -1;
    }
    value += strspn(value, " \t");
    const char *named = provider_words_variable(value);
    if (named == NULL || !provider_words_printable(named, true)) {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE,
                       "the value of %.*s is empty, not printable, or a ${VARIABLE} that is not set",
                       (int)name, line);
        return -1;
    }
    (void)snprintf(whole, sizeof(whole), "%.*s: %s", (int)name, line, named);
    int result = put_header(row, whole, problem);
    explicit_bzero(whole, sizeof(whole));
    return result;
}

int provider_row_query(struct provider_row *row, const char *name, const char *value,
                       char problem[PROVIDER_ROW_PROBLEM_SIZE]) {
    char *query = provider_words_query(row->provider.query, name, value);
    const char *copy = query != NULL ? provider_row_own(row, query) : NULL;
    free(query);
    if (copy == NULL) {
        (void)snprintf(problem, PROVIDER_ROW_PROBLEM_SIZE,
                       "a parameter of the URL is NAME=VALUE, both of printable characters");
        return -1;
    }
    row->provider.query = copy;
    return 0;
}

int provider_row_copy(const struct provider *provider, struct provider_row *row) {
    *row = (struct provider_row){.provider = *provider};
    bool good = true;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char **place = (const char **)((char *)&row->provider + texts[i]);
        if (*place != NULL) {
            *place = provider_row_own(row, *place);
            good = good && *place != NULL;
        }
    }
    for (size_t i = 0; i < PROVIDER_HEADERS && row->provider.header[i] != NULL; i++) {
        row->provider.header[i] = provider_row_own(row, row->provider.header[i]);
        good = good && row->provider.header[i] != NULL;
    }
    return good ? 0 : -1;
}

void provider_row_free(struct provider_row *row) {
    for (size_t i = 0; i < row->texts; i++) {
        explicit_bzero(row->text[i], strlen(row->text[i]));
        free(row->text[i]);
    }
    *row = (struct provider_row){0};
}
