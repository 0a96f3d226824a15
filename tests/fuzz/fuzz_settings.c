// The settings as a worker reads them: what was read, written and read again is the same.
#include "fuzz_bytes.h"
#include "ration/settings.h"

int fuzz_settings(const uint8_t *data, size_t size) {
    struct settings settings, again;
    if (settings_decode((const char *)data, size, &settings) != 0) {
        FUZZ_CHECK(settings.provider == NULL && settings.columns == 0 && settings.variables == 0);
        return 0;
    }
    FUZZ_CHECK(settings.columns <= SETTINGS_MAX_COLUMNS && settings.variables <= SETTINGS_MAX_COLUMNS);
    char *text = settings_encode(&settings);
    FUZZ_CHECK(text != NULL && settings_decode(text, strlen(text), &again) == 0);
    char *second = settings_encode(&again);
    FUZZ_CHECK(second != NULL && strcmp(text, second) == 0);
    free(text);
    free(second);
    settings_free(&settings);
    settings_free(&again);
    return 0;
}
