// How long a server asks us to wait: three header values, with line ends between; or words for people.
#include "fuzz_bytes.h"
#include "limits/reset_text.h"
#include "limits/retry_after.h"

int fuzz_retry_after(const uint8_t *data, size_t size) {
    char *text = bytes_string(data, size);
    char *value[3];
    uint64_t wait = 0;
    FUZZ_CHECK(!reset_text_read(text, 1700000000000000000ULL, &wait) ||
               (wait > 0 && wait <= RESET_TEXT_LONGEST));
    char *rest = text;
    char none[] = "";
    for (size_t i = 0; i < 3; i++) {
        value[i] = rest != NULL ? strsep(&rest, "\n") : none;
    }
    struct retry_after_headers headers = {value[0], value[1], value[2]};
    struct retry_after read = retry_after_read(&headers, 1700000000000000000ULL);
    FUZZ_CHECK(read.wait <= RETRY_AFTER_LONGEST && read.wait <= read.asked);
    FUZZ_CHECK(read.told || read.wait == 0);
    free(text);
    return 0;
}
