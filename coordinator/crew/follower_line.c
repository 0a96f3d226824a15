#include "crew/follower_line.h"

void follower_line_add(struct text *out, const struct result_format *format, enum result_kind kind,
                       const struct text *head, const struct result_read *leader, const char *created) {
    struct result_line line = leader->line;
    line.attempts = line.cost = 0;
    line.latency_ms = 0;
    line.tokens = (struct tokens){0};
    line.total_tokens = 0;
    line.estimated = false;
    line.created = created;
    if (line.same_as == NULL) { // else its leader's answer is that of yet another one, of an earlier run
        line.same_as = leader->id;
    }
    result_line_add(out, format, kind, head, &line);
}
