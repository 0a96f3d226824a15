// The first bytes of an input, as both formats: what it is, and the ids in it as they look.
#include "fuzz_bytes.h"
#include "input/input_kind.h"
#include "input/lookalikes.h"

int fuzz_input_kind(const uint8_t *data, size_t size) {
    size_t length = size < INPUT_KIND_HEAD ? size : INPUT_KIND_HEAD;
    char *head = malloc(length > 0 ? length : 1); // just as large, so that a byte too far is seen
    FUZZ_CHECK(head != NULL);
    memcpy(head, data, length);
    for (int format = 0; format < 2; format++) {
        char message[INPUT_KIND_SIZE];
        enum settings_format as = format == 0 ? SETTINGS_CSV : SETTINGS_JSONL;
        if (input_kind_wrong("an 'input", 1, as, head, length, message)) {
            FUZZ_CHECK(strnlen(message, sizeof(message)) < sizeof(message) && message[0] != '\0');
        }
    }
    char *plain = malloc(length > 0 ? length : 1);
    FUZZ_CHECK(plain != NULL);
    size_t used = lookalikes_plain(head, length, plain);
    FUZZ_CHECK(used <= length && (used == 0 || plain[used - 1] != ' '));
    free(plain);
    free(head);
    return 0;
}
