#include "member/member_judge.h"

#include <stdlib.h>
#include <string.h>

void member_judge_forget(struct member_judge *judge) {
    judge->count = 0;
    judge->looked_at = 0;
}

static struct member_seen *find(struct member_judge *judge, const char *id) {
    for (uint32_t i = 0; i < judge->count; i++) {
        if (strcmp(judge->seen[i].id, id) == 0) {
            return &judge->seen[i];
        }
    }
    return NULL;
}

static struct member_seen read_pair(const struct link_field *field, uint64_t now) {
    struct member_seen seen = {.since = now};
    char number[24] = "";
    uint32_t length = field[0].length < MEMBER_JUDGE_ID ? field[0].length : MEMBER_JUDGE_ID - 1;
    memcpy(seen.id, field[0].bytes, length);
    length = field[1].length < sizeof(number) ? field[1].length : sizeof(number) - 1;
    memcpy(number, field[1].bytes, length);
    seen.beat = strtoll(number, NULL, 10);
    return seen;
}

const struct member_seen *member_judge_look(struct member_judge *judge, const struct link_field *field,
                                            uint32_t pairs, const char *own, uint64_t term, uint64_t now) {
    static struct member_seen fresh[MEMBER_JUDGE_MOST];
    uint32_t count = 0, silent = MEMBER_JUDGE_MOST;
    // Who looks too seldom cannot say that nothing has moved.
    if (judge->looked_at == 0 || now - judge->looked_at > term / 2) {
        member_judge_forget(judge);
    }
    judge->looked_at = now;
    for (uint32_t i = 0; i < pairs && count < MEMBER_JUDGE_MOST; i++) {
        if (field[(size_t)2 * i].bytes == NULL || field[(size_t)2 * i + 1].bytes == NULL) {
            continue;
        }
        struct member_seen one = read_pair(&field[(size_t)2 * i], now);
        const struct member_seen *known = find(judge, one.id);
        one.since = known != NULL && known->beat == one.beat ? known->since : now;
        if (silent == MEMBER_JUDGE_MOST && strcmp(one.id, own) != 0 && now - one.since >= term) {
            silent = count;
        }
        fresh[count++] = one;
    }
    memcpy(judge->seen, fresh, count * sizeof(fresh[0]));
    judge->count = count;
    return silent < count ? &judge->seen[silent] : NULL;
}
