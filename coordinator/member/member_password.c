#include "member/member_password.h"

#include <stddef.h>
#include <string.h>

#define WORD_MOST 64 // bytes of a keyword; libpq's are shorter

static const char blanks[] = " \t\n\r\f\v";

static bool is_secret(const char *word) {
    return strstr(word, "password") != NULL || strstr(word, "secret") != NULL;
}

// ---- words: host=h user = 'u' ----

// Behind the value at `at`; NULL: its quote does not end.
static const char *skip_value(const char *at) {
    bool quoted = *at == '\'';
    at += quoted;
    while (*at != '\0' && (quoted ? *at != '\'' : strchr(blanks, *at) == NULL)) {
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    }
    if (quoted) {
        return *at == '\'' ? at + 1 : NULL;
    }
    return at;
}

static bool words_have_one(const char *at) {
    for (at += strspn(at, blanks); *at != '\0'; at += strspn(at, blanks)) {
        char word[WORD_MOST] = "";
        size_t length = strcspn(at, "= \t\n\r\f\v");
        memcpy(word, at, length < sizeof(word) ? length : sizeof(word) - 1);
        if (is_secret(word)) {
            return true;
        }
        const char *sign = at + length + strspn(at + length, blanks);
        const char *value = *sign == '=' ? sign + 1 + strspn(sign + 1, blanks) : NULL;
        const char *end = value != NULL ? skip_value(value) : NULL;
        if (end == NULL) {
            return is_secret(at); // no such words
        }
        at = end;
    }
    return false;
}

// ---- a URL: postgresql://user:password@host/database?word=value ----

static int digit(char c) {
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;
    return found != NULL ? (int)((found - digits) % 16) : -1;
}

// One word of a query may be written with %XX.
static bool is_secret_word(const char *at, size_t length) {
    char word[WORD_MOST];
    size_t size = 0;
    for (size_t i = 0; i < length && size < sizeof(word) - 1; i++) {
        int high = at[i] == '%' && i + 2 < length ? digit(at[i + 1]) : -1;
        int low = high >= 0 ? digit(at[i + 2]) : -1;
        word[size++] = low >= 0 ? (char)(high * 16 + low) : at[i];
        i += low >= 0 ? 2 : 0;
    }
    word[size] = '\0';
    return is_secret(word);
}

static bool url_has_one(const char *at) {
    size_t length = strcspn(at, "@/");
    if (at[length] == '@' && memchr(at, ':', length) != NULL) {
        return true;
    }
    while ((at = strpbrk(at, "?&")) != NULL) {
        at++;
        if (is_secret_word(at, strcspn(at, "=&"))) {
            return true;
        }
    }
    return false;
}

bool member_password_in(const char *place) {
    static const char *const schemes[] = {"postgresql://", "postgres://"};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (strncmp(place, schemes[i], strlen(schemes[i])) == 0) {
            return url_has_one(place + strlen(schemes[i]));
        }
    }
    return strchr(place, '=') != NULL && words_have_one(place);
}
