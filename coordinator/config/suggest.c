#include "config/suggest.h"

#include "ration/arithmetic.h"

#include <bsd/string.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static char plain(char c) {
    return c == '_' ? '-' : (char)tolower((unsigned char)c);
}

size_t suggest_distance(const char *a, const char *b, size_t most) {
    size_t rows = strlen(a);
    size_t columns = strlen(b);
    size_t line[3][SUGGEST_LONGEST + 1]; // of the letter before the last, of the last, of this one
    if (rows > SUGGEST_LONGEST || columns > SUGGEST_LONGEST ||
        (rows > columns ? rows - columns : columns - rows) > most) {
        return most + 1;
    }
    size_t *before = line[0], *last = line[1], *now = line[2];
    for (size_t j = 0; j <= columns; j++) {
        last[j] = before[j] = j;
    }
    for (size_t i = 1; i <= rows; i++) {
        size_t *oldest = before;
        now[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            bool same = plain(a[i - 1]) == plain(b[j - 1]);
            now[j] =
                arithmetic_least(arithmetic_least(last[j] + 1, now[j - 1] + 1), last[j - 1] + (same ? 0 : 1));
            if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) && plain(a[i - 2]) == plain(b[j - 1])) {
                now[j] = arithmetic_least(now[j], before[j - 2] + 1);
            }
        }
        before = last;
        last = now;
        now = oldest;
    }
    return arithmetic_least(last[columns], most + 1);
}

// `word` is one or several whole parts of a name with hyphens: "workers" of "max-workers".
static bool is_part(const char *word, const char *known) {
    size_t length = strlen(word);
    if (length < 4) {
        return false;
    }
    for (const char *at = known; *at != '\0'; at++) {
        bool begins = at == known || at[-1] == '-' || at[-1] == '_';
        size_t i = 0;
        while (i < length && at[i] != '\0' && plain(at[i]) == plain(word[i])) {
            i++;
        }
        if (begins && i == length && (at[i] == '\0' || at[i] == '-' || at[i] == '_')) {
            return true;
        }
    }
    return false;
}

// A third of the letters may be wrong, and never more than three.
static size_t most_of(const char *word) {
    size_t third = strlen(word) / 3;
    return third < 1 ? 1 : third > 3 ? 3 : third;
}

// `word` is how `known` begins, whatever stands between the letters: "gpt4o" of "gpt-4o-tier-1".
static bool is_beginning(const char *word, const char *known) {
    size_t letters = 0;
    for (; *word != '\0'; word++) {
        if (isalnum((unsigned char)*word) == 0) {
            continue;
        }
        while (*known != '\0' && isalnum((unsigned char)*known) == 0) {
            known++;
        }
        if (*known == '\0' || plain(*word) != plain(*known)) {
            return false;
        }
        known++;
        letters++;
    }
    return letters >= 4;
}

void suggest_begin(struct suggest *suggest, const char *word) {
    *suggest = (struct suggest){.word = word, .distance = SIZE_MAX};
}

void suggest_offer(struct suggest *suggest, const char *known) {
    size_t most = most_of(suggest->word);
    size_t distance = suggest_distance(suggest->word, known, most);
    if (distance > most && is_part(suggest->word, known)) {
        distance = most + 1;
    } else if (distance > most) {
        // Of several, that with the least behind it.
        distance = is_beginning(suggest->word, known) ? most + 2 + strlen(known) : SIZE_MAX;
    }
    if (suggest->word[0] != '\0' && distance < suggest->distance) {
        suggest->distance = distance;
        suggest->best = known;
    }
}

const char *suggest_best(const struct suggest *suggest) {
    return suggest->best;
}

void suggest_of_list(const char *word, const char *words, char separator, char out[SUGGEST_LONGEST]) {
    const char ends[] = {separator, ' ', '\0'};
    struct suggest suggest;
    size_t distance = SIZE_MAX;
    out[0] = '\0';
    while (*words != '\0') {
        char one[SUGGEST_LONGEST];
        size_t size = strcspn(words, ends);
        if (size > 0 && size < sizeof(one)) {
            (void)strlcpy(one, words, size + 1);
            suggest_begin(&suggest, word);
            suggest_offer(&suggest, one);
            if (suggest.best != NULL && suggest.distance < distance) {
                distance = suggest.distance;
                (void)strlcpy(out, one, SUGGEST_LONGEST);
            }
        }
        words += size;
        words += strspn(words, ends);
    }
}
