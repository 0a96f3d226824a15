// The process ration-link, as the coordinator has it: started, asked, restarted when it dies, killed when it
// hangs. It is asked one thing of a kind at a time; what was asked of one that has died is answered as lost.
#ifndef RATION_MEMBER_LINK_H
#define RATION_MEMBER_LINK_H

#include "ration/link_frame.h"
#include "ration/text.h"
#include "system/program_held.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct member_link {
    struct program_held program; // ration-link
    char **environment;          // its own: of the database, and no secret of an API
    const char *conninfo;
    int fd; // -1: there is no process
    pid_t pid;
    uint64_t spawn_at; // not before; monotonic
    uint32_t failures; // deaths in a row without an answer
    uint64_t restarts;
    uint64_t number; // of the last call
    struct {
        bool busy;
        uint32_t call;
        uint64_t number, since;
    } lane[2];
    struct text in, out;
};

// An answer to `call`: frame->kind is LINK_ROWS, LINK_REFUSED or LINK_LOST.
typedef void member_link_take(void *context, enum link_call call, const struct link_frame *frame,
                              const struct link_field *field);

// 0, or -1 after telling. `conninfo` stays the caller's.
int member_link_open(struct member_link *link, const char *conninfo);
// Nothing that goes by the same connection as `call` is under way.
bool member_link_is_free(const struct member_link *link, enum link_call call);
// Asks it, where it is free.
void member_link_ask(struct member_link *link, enum link_call call, uint32_t count,
                     const struct link_field *field, uint64_t now);
// Goes on with what is under way, without waiting: `take` is called for each answer.
void member_link_step(struct member_link *link, member_link_take *take, void *context, uint64_t now);
// After waitpid(2). true: it was this process.
bool member_link_reaped(struct member_link *link, pid_t pid, int wait_status, uint64_t now);
// Ends the process, and waits for it no longer than it takes to be killed.
void member_link_close(struct member_link *link);

#endif
