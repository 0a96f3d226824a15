// A providers file: what is taken comes to a worker as it is; what is refused leaves nothing behind and is
// told on one line.
#include "config/providers_file.h"
#include "fuzz_bytes.h"

#define MOST 8U

static void check_row(const struct provider_row *row) {
    struct provider_row again;
    const struct provider *provider = &row->provider;
    FUZZ_CHECK(provider->name != NULL && provider->base_url != NULL && provider->path[0] == '/');
    char *text = provider_json_encode(provider);
    FUZZ_CHECK(text != NULL && provider_json_decode(text, &again) == 0);
    char *second = provider_json_encode(&again.provider);
    FUZZ_CHECK(second != NULL && strcmp(text, second) == 0);
    free(text);
    free(second);
    provider_row_free(&again);
}

int fuzz_providers(const uint8_t *data, size_t size) {
    static const struct provider_row nothing[MOST];
    static struct provider_row row[MOST];
    char problem[PROVIDERS_FILE_PROBLEM_SIZE] = "";
    size_t count = 0;
    if (providers_file_parse((const char *)data, size, row, MOST, &count, problem) != 0) {
        FUZZ_CHECK(count == 0 && memcmp(row, nothing, sizeof(row)) == 0 && problem[0] != '\0');
        FUZZ_CHECK(memchr(problem, '\0', sizeof(problem)) != NULL &&
                   strpbrk(problem, "\n\r\t\033\\") == NULL);
        return 0;
    }
    FUZZ_CHECK(count >= 1 && count <= MOST);
    for (size_t i = 0; i < count; i++) {
        check_row(&row[i]);
        provider_row_free(&row[i]);
    }
    return 0;
}
