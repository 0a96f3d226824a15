#include "quota/quota_clock.h"

#include "ration/clock.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FOLLOWED ((int64_t)CLOCK_SECOND)
#define TOLD ((int64_t)(CLOCK_MINUTE))

// Left empty where the system does not tell.
static void read_boot(char boot[QUOTA_POLICY_BOOT_SIZE]) {
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, boot, QUOTA_POLICY_BOOT_SIZE - 1) : 0;
    size_t length = 0;
    while (n > 0 && length < (size_t)n && (isxdigit((unsigned char)boot[length]) || boot[length] == '-')) {
        length++;
    }
    boot[length] = '\0';
    if (fd >= 0) {
        (void)close(fd);
    }
}

static int64_t read_clocks(const struct quota_clock *clock, struct quota_policy_moment *moment) {
    *moment = (struct quota_policy_moment){.wall = clock_wall(), .since_boot = clock_boot()};
    memcpy(moment->boot, clock->boot, sizeof(moment->boot));
    return (int64_t)(moment->wall - moment->since_boot);
}

void quota_clock_begin(struct quota_clock *clock, struct quota_policy_moment *moment) {
    read_boot(clock->boot);
    clock->apart = read_clocks(clock, moment);
}

int64_t quota_clock_follow(struct quota_clock *clock, struct quota_policy_moment *moment) {
    int64_t moved = read_clocks(clock, moment) - clock->apart;
    if (moved > -FOLLOWED && moved < FOLLOWED) {
        return 0;
    }
    clock->apart += moved;
    return moved;
}

bool quota_clock_stands(const struct quota_clock *clock) {
    struct quota_policy_moment moment;
    int64_t moved = read_clocks(clock, &moment) - clock->apart;
    return moved > -FOLLOWED && moved < FOLLOWED;
}

bool quota_clock_odd(int64_t moved) {
    return moved > TOLD || moved < -TOLD;
}

bool quota_clock_near(uint64_t a, uint64_t b) {
    return (a > b ? a - b : b - a) < (uint64_t)FOLLOWED;
}
