#include "sim_utf8.h"

#include <stdint.h>
#include <string.h>

/* Length of the sequence at s, or 0. The second byte's range is what rules out overlong forms and surrogates.
 */
static size_t sequence(const unsigned char *s, size_t left) {
    size_t len = s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
    unsigned char low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;

    if (!len || left < len || s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

bool sim_utf8_valid(const char *bytes, size_t len) {
    size_t i = 0;

    while (i < len) {
        uint64_t word;
        size_t step;

        if (len - i >= sizeof(word)) {
            memcpy(&word, bytes + i, sizeof(word));
            if (!(word & UINT64_C(0x8080808080808080))) {
                i += sizeof(word);
                continue;
            }
        }
        step = (unsigned char)bytes[i] < 0x80 ? 1 : sequence((const unsigned char *)bytes + i, len - i);
        if (!step)
            return false;
        i += step;
    }
    return true;
}
