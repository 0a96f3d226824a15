#include "config/providers_file.h"

#include "config/sessions_json.h"

#include <stdio.h>
#include <string.h>

// The rows before that which is read.
struct before {
    const struct provider_row *row;
    size_t count;
};

static const struct provider *find(const void *context, const char *name) {
    const struct before *before = context;
    for (size_t i = 0; i < before->count; i++) {
        if (strcmp(before->row[i].provider.name, name) == 0) {
            return &before->row[i].provider;
        }
    }
    return provider_find(name);
}

static bool stands_before(const struct before *before, const char *name) {
    const struct provider *provider = find(before, name);
    return provider != NULL && provider != provider_find(name);
}

static int read_list(const char *text, size_t length, const cJSON *list, struct provider_row *row,
                     size_t *count, char *problem) {
    const cJSON *object;
    cJSON_ArrayForEach(object, list) {
        char wrong[PROVIDER_ROW_PROBLEM_SIZE];
        struct before before = {row, *count};
        struct provider_row *one = &row[(*count)++];
        int result = provider_json_read(object, find, &before, one, wrong);
        const char *name = one->provider.name;
        if (result == 0 && stands_before(&before, name)) {
            (void)snprintf(wrong, sizeof(wrong), "its name is another provider's already");
            result = -1;
        }
        if (result != 0) {
            (void)snprintf(problem, PROVIDERS_FILE_PROBLEM_SIZE, "line %zu: provider %zu%s%s%s: %s",
                           sessions_json_line(text, length, *count - 1), *count, name != NULL ? " (" : "",
                           name != NULL ? name : "", name != NULL ? ")" : "", wrong);
            return -1;
        }
    }
    return 0;
}

int providers_file_parse(const char *text, size_t length, struct provider_row *row, size_t most,
                         size_t *count, char problem[PROVIDERS_FILE_PROBLEM_SIZE]) {
    size_t line = 0;
    int result = -1;
    *count = 0;
    cJSON *root = sessions_json_parse(text, length, &line);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "providers");
    int held = cJSON_GetArraySize(list);
    if (root == NULL) {
        (void)snprintf(problem, PROVIDERS_FILE_PROBLEM_SIZE, "line %zu: is not JSON", line);
    } else if (!cJSON_IsArray(list) || cJSON_GetArraySize(root) != 1) {
        (void)snprintf(problem, PROVIDERS_FILE_PROBLEM_SIZE,
                       "must be {\"providers\": [{\"name\": …, \"base_url\": …}, …]} and no more");
    } else if (held < 1 || (size_t)held > most) {
        (void)snprintf(problem, PROVIDERS_FILE_PROBLEM_SIZE, "holds %d providers; it must be 1 to %zu", held,
                       most);
    } else {
        result = read_list(text, length, list, row, count, problem);
    }
    sessions_json_free(root);
    for (size_t i = 0; result != 0 && i < *count; i++) {
        provider_row_free(&row[i]);
    }
    *count = result == 0 ? *count : 0;
    return result;
}
