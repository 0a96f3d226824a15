#include "sim_beat.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define TENTH_NS UINT64_C(100000000)

void sim_beat_open(struct beat *b, const char *path, uint64_t now_ns) {
    static const char head[] = "tenth\tworst_us\tbeats\n";

    *b = (struct beat){.fd = -1, .due_ns = UINT64_MAX};
    if (!path)
        return;
    b->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (b->fd < 0 || write(b->fd, head, sizeof(head) - 1) < 0)
        err(1, "fatal: cannot write the lateness to %s", path);
    b->due_ns = now_ns + BEAT_EVERY_NS;
}

static void write_tenth(const struct beat *b, uint64_t tenth) {
    char line[96];
    int len = snprintf(line, sizeof(line), "%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", tenth,
                       b->worst_ns / 1000, b->beats);

    while (write(b->fd, line, (size_t)len) < 0)
        if (errno != EINTR)
            err(1, "fatal: cannot write the lateness");
}

void sim_beat(struct beat *b, uint64_t now_ns, uint64_t clock_ns) {
    uint64_t tenth = clock_ns / TENTH_NS, late_ns;

    if (now_ns < b->due_ns)
        return;
    late_ns = now_ns - b->due_ns;
    if (!b->tenth)
        b->tenth = tenth;
    /* The tenths in which it should have come are as late as the one in which it does. */
    while (b->tenth < tenth) {
        if ((clock_ns - late_ns) / TENTH_NS <= b->tenth && late_ns > b->worst_ns)
            b->worst_ns = late_ns;
        write_tenth(b, b->tenth++);
        b->worst_ns = 0;
        b->beats = 0;
    }
    if (late_ns > b->worst_ns)
        b->worst_ns = late_ns;
    b->beats++;
    b->due_ns += BEAT_EVERY_NS * (1 + late_ns / BEAT_EVERY_NS);
}

void sim_beat_close(struct beat *b) {
    if (b->fd < 0)
        return;
    if (b->tenth)
        write_tenth(b, b->tenth);
    close(b->fd);
    b->fd = -1;
}
