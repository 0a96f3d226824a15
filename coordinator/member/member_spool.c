#include "member/member_spool.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

void member_spool_seek(struct member_spool *spool, uint64_t offset) {
    int fd = spool->tail.fd;
    // Lines of earlier runs are known by their numbers: they are counted from the beginning on.
    bool counted = offset < spool->before_end;
    committed_tail_end(&spool->tail);
    committed_tail_begin(&spool->tail, fd, counted ? 0 : offset);
    spool->at = counted ? 0 : offset;
    spool->line = 0;
    spool->skip = offset;
    spool->shipped = offset;
}

int member_spool_next(struct member_spool *spool, uint64_t committed, const char **line, size_t *length) {
    for (;;) {
        int error = committed_tail_next(&spool->tail, committed, line, length);
        if (error != 0) {
            return error;
        }
        // A CR before the end was cut off: the reader knows where it stands.
        spool->from = spool->at;
        spool->at = spool->tail.at - (spool->tail.filled - spool->tail.begin);
        spool->line++;
        if (spool->at > spool->skip) {
            return 0;
        }
    }
}

void member_spool_free(struct member_spool *spool) {
    committed_tail_end(&spool->tail);
    free(spool->before);
    spool->before = NULL;
}
