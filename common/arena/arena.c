#include "ration/arena.h"

#include "arena/layout.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void arena_name(dev_t device, ino_t inode, char out[ARENA_NAME_SIZE]) {
    (void)snprintf(out, ARENA_NAME_SIZE, "/ration-%" PRIxMAX "-%" PRIxMAX, (uintmax_t)device,
                   (uintmax_t)inode);
}

static uint64_t place(uint64_t *end, uint64_t bytes) {
    uint64_t at = *end;
    *end = (at + bytes + LAYOUT_LINE - 1) / LAYOUT_LINE * LAYOUT_LINE;
    return at;
}

static struct layout_header plan(const struct arena_config *config) {
    struct layout_header header = {
        .magic = LAYOUT_MAGIC,
        .version = LAYOUT_VERSION,
        .slots = config->slots,
        .sessions = config->sessions,
        .artists = config->artists,
        .coordinator = getpid(),
        .input_mark = config->input_mark,
    };
    uint64_t end = 0;
    (void)place(&end, sizeof(struct layout_header));
    header.ledger = place(&end, sizeof(struct layout_ledger));
    header.session = place(&end, config->sessions * sizeof(struct layout_session));
    header.slot = place(&end, config->slots * sizeof(struct layout_slot));
    uint64_t words = ((uint64_t)config->artists + LAYOUT_BOARD_WORD - 1) / LAYOUT_BOARD_WORD;
    header.verdict = place(&end, words * sizeof(guarded_word));
    header.progress = place(&end, config->artists);
    header.gossip = place(&end, sizeof(struct layout_gossip));
    uint64_t groups = ((uint64_t)config->artists + RECORD_GROUP - 1) / RECORD_GROUP;
    header.proof = place(&end, groups * sizeof(uint64_t));
    header.size = end;
    return header;
}

uint64_t arena_needs(const struct arena_config *config) {
    return plan(config).size;
}

static struct arena *map(int fd, size_t size, int protection) {
    struct arena *arena = calloc(1, sizeof(*arena));
    if (arena == NULL) {
        return NULL;
    }
    void *memory = mmap(NULL, size, protection, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        free(arena);
        return NULL;
    }
    arena->header = memory;
    arena->size = size;
    arena->fd = fd;
    return arena;
}

static int fill(struct arena *arena, const struct layout_header *header, const struct arena_config *config) {
    memcpy(arena->header, header, offsetof(struct layout_header, synced_at));
    (void)strlcpy(arena->header->run_id, config->run_id, sizeof(arena->header->run_id));
    (void)strlcpy(arena->header->output, config->output != NULL ? config->output : "",
                  sizeof(arena->header->output));
    for (int id = 0; id < GUARDS; id++) {
        if (sem_init(&arena->header->guard[id].token, 1, 1) != 0) {
            return -1;
        }
    }
    return 0;
}

struct arena *arena_create(const struct arena_config *config) {
    struct layout_header header = plan(config);
    struct arena *arena = NULL;
    int error;
    int fd = shm_open(config->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return NULL;
    }
    // It belongs to the open file, and a mapping holds that, too: as long as any process of the run lives,
    // whoever asks arena_abandoned() is told no. A worker closes its descriptor, but not its mapping.
    while (flock(fd, LOCK_SH) != 0) {
        if (errno != EINTR) {
            goto unlink;
        }
    }
    // Allocated now, not at the first touch: a full /dev/shm must be an error here, not a SIGBUS later.
    error = posix_fallocate(fd, 0, (off_t)header.size);
    if (error != 0) {
        errno = error;
        goto unlink;
    }
    arena = map(fd, header.size, PROT_READ | PROT_WRITE);
    if (arena == NULL) {
        goto unlink;
    }
    if (fill(arena, &header, config) != 0) {
        goto unmap;
    }
    return arena;

unmap:
    error = errno;
    arena_close(arena);
    (void)shm_unlink(config->name);
    errno = error;
    return NULL;
unlink:
    error = errno;
    (void)close(fd);
    (void)shm_unlink(config->name);
    errno = error;
    return NULL;
}

static bool sane(const struct layout_header *header, uint64_t size) {
    if (header->magic != LAYOUT_MAGIC || header->version != LAYOUT_VERSION || header->slots < 1 ||
        header->slots > BOUNDS_SLOTS || header->sessions < 1 || header->sessions > BOUNDS_SESSIONS) {
        return false;
    }
    // The parts stand where this program would put them.
    struct arena_config config = {
        .artists = header->artists, .slots = header->slots, .sessions = header->sessions};
    struct layout_header own = plan(&config);
    return header->size == size && own.size == size && header->ledger == own.ledger &&
           header->session == own.session && header->slot == own.slot && header->verdict == own.verdict &&
           header->progress == own.progress && header->gossip == own.gossip && header->proof == own.proof &&
           memchr(header->run_id, '\0', sizeof(header->run_id)) != NULL &&
           memchr(header->output, '\0', sizeof(header->output)) != NULL;
}

static struct arena *attach(int fd, int protection) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return NULL;
    }
    if ((size_t)status.st_size < sizeof(struct layout_header)) {
        errno = EPROTO;
        return NULL;
    }
    struct arena *arena = map(fd, (size_t)status.st_size, protection);
    if (arena != NULL && !sane(arena->header, (uint64_t)status.st_size)) {
        (void)munmap(arena->header, arena->size);
        free(arena);
        errno = EPROTO;
        return NULL;
    }
    return arena;
}

struct arena *arena_attach_fd(int fd) {
    struct arena *arena = attach(fd, PROT_READ | PROT_WRITE);
    if (arena != NULL) {
        (void)close(fd);
        arena->fd = -1;
    }
    return arena;
}

struct arena *arena_open(const char *name, bool writable) {
    int fd = shm_open(name, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC, 0);
    if (fd < 0) {
        return NULL;
    }
    struct arena *arena = attach(fd, writable ? PROT_READ | PROT_WRITE : PROT_READ);
    if (arena == NULL) {
        int error = errno;
        (void)close(fd);
        errno = error;
    }
    return arena;
}

void arena_close(struct arena *arena) {
    if (arena == NULL) {
        return;
    }
    (void)munmap(arena->header, arena->size);
    if (arena->fd >= 0) {
        (void)close(arena->fd);
    }
    free(arena);
}

bool arena_abandoned(const struct arena *arena) {
    return flock(arena->fd, LOCK_EX | LOCK_NB) == 0;
}

const char *arena_output(const struct arena *arena) {
    return arena->header->output;
}

int arena_remove(const char *name) {
    return shm_unlink(name);
}

int arena_fd(const struct arena *arena) {
    return arena->fd;
}
uint32_t arena_artists(const struct arena *arena) {
    return arena->header->artists;
}
uint32_t arena_slots(const struct arena *arena) {
    return arena->header->slots;
}
uint32_t arena_sessions(const struct arena *arena) {
    return arena->header->sessions;
}
const char *arena_run_id(const struct arena *arena) {
    return arena->header->run_id;
}
pid_t arena_coordinator(const struct arena *arena) {
    return (pid_t)arena->header->coordinator;
}
uint64_t arena_input_mark(const struct arena *arena) {
    return arena->header->input_mark;
}
void arena_set_workers(struct arena *arena, uint32_t workers) {
    atomic_store(&arena->header->workers, workers);
}
uint32_t arena_workers(const struct arena *arena) {
    uint32_t workers = atomic_load(&arena->header->workers);
    return workers < arena->header->slots ? workers : arena->header->slots;
}
void arena_set_in_flight(struct arena *arena, uint32_t in_flight) {
    atomic_store(&arena->header->in_flight, in_flight);
}
uint32_t arena_in_flight(const struct arena *arena) {
    return atomic_load(&arena->header->in_flight);
}
void arena_set_left(struct arena *arena, uint32_t left) {
    atomic_store(&arena->header->left, left);
}
uint32_t arena_left(const struct arena *arena) {
    return atomic_load(&arena->header->left);
}
