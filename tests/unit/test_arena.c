#include "ration/arena.h"

#include "arena/layout.h"
#include "ration/board.h"
#include "ration/bounds.h"
#include "unit_child.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <cmocka.h>

static char name[ARENA_NAME_SIZE];

static int name_it(void **state) {
    (void)state;
    (void)snprintf(name, sizeof(name), "/ration-unit-arena-%ld", (long)getpid());
    (void)shm_unlink(name);
    return 0;
}

static int unlink_it(void **state) {
    (void)state;
    (void)shm_unlink(name);
    return 0;
}

static struct arena *create(uint32_t slots, uint32_t sessions, uint32_t artists) {
    struct arena_config config = {.name = name,
                                  .run_id = "20260131T235959-abcdef",
                                  .artists = artists,
                                  .slots = slots,
                                  .sessions = sessions};
    return arena_create(&config);
}

static void is_named_after_the_output_file(void **state) {
    (void)state;
    char one[ARENA_NAME_SIZE], other[ARENA_NAME_SIZE];
    arena_name(0x1a, 0xffffffffffffffff, one);
    assert_string_equal(one, "/ration-1a-ffffffffffffffff");
    arena_name(0x1, 0xa2, one);
    arena_name(0x1a, 0x2, other);
    assert_string_not_equal(one, other);
}

static size_t size_of(const struct arena *arena) {
    struct stat status;
    assert_int_equal(fstat(arena_fd(arena), &status), 0);
    return (size_t)status.st_size;
}

static void tells_what_it_was_made_for(void **state) {
    (void)state;
    struct arena *arena = create(3, 2, 1000);
    assert_non_null(arena);
    assert_int_equal(arena_artists(arena), 1000);
    assert_int_equal(arena_slots(arena), 3);
    assert_int_equal(arena_sessions(arena), 2);
    assert_string_equal(arena_run_id(arena), "20260131T235959-abcdef");
    assert_int_equal(arena_coordinator(arena), getpid());
    struct stat status;
    assert_int_equal(fstat(arena_fd(arena), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);        // nobody else's business
    assert_true(status.st_blocks * 512 >= status.st_size); // no page is missing when memory gets short
    assert_int_equal(fcntl(arena_fd(arena), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    arena_close(arena);
}

static void a_wide_umask_does_not_open_it(void **state) {
    (void)state;
    mode_t old = umask(0);
    struct arena *arena = create(1, 1, 1);
    (void)umask(old);
    struct stat status;
    assert_int_equal(fstat(arena_fd(arena), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    arena_close(arena);
}

static void its_parts_lie_apart(void **state) {
    (void)state;
    static const uint32_t artists[] = {1, 32, 33, 64, 1000, 100000};
    for (size_t i = 0; i < sizeof(artists) / sizeof(artists[0]); i++) {
        struct arena *arena = create(BOUNDS_SLOTS, BOUNDS_SESSIONS, artists[i]);
        assert_non_null(arena);
        const struct layout_header *header = arena->header;
        assert_true(header->ledger >= sizeof(*header));
        assert_true(header->session >= header->ledger + sizeof(struct layout_ledger));
        assert_true(header->slot >= header->session + BOUNDS_SESSIONS * sizeof(struct layout_session));
        assert_true(header->verdict >= header->slot + BOUNDS_SLOTS * sizeof(struct layout_slot));
        assert_true(header->progress >= header->verdict + (artists[i] + 31) / 32 * 8);
        assert_true(header->size >= header->progress + artists[i]);
        assert_int_equal(header->slot % LAYOUT_LINE, 0);
        // The last one has its place, and all begin empty.
        board_set(arena, artists[i] - 1, BOARD_FAILED);
        board_begin(arena, artists[i] - 1);
        assert_int_equal(board_next(arena, (struct range){0, artists[i]}, board_priority(arena, 0)),
                         artists[i] > 1 ? 0 : 1);
        assert_int_equal(board_failed(arena), 1);
        arena_close(arena);
        assert_int_equal(arena_remove(name), 0);
    }
}

// A million artists: the board and the proof of their records, a byte and three bits each.
static void memory_is_the_boards(void **state) {
    (void)state;
    struct arena *arena = create(64, 16, 1000000);
    assert_non_null(arena);
    assert_true(size_of(arena) < 1000000 + 250000 + 125000 + 400000);
    arena_close(arena);
}

static void is_made_once(void **state) {
    (void)state;
    struct arena *arena = create(1, 1, 5);
    assert_non_null(arena);
    board_set(arena, 2, BOARD_DONE);
    errno = 0;
    assert_null(create(1, 1, 5));
    assert_int_equal(errno, EEXIST);
    assert_int_equal(board_verdict(arena, 2), BOARD_DONE); // untouched
    assert_int_equal(arena_remove(name), 0);
    errno = 0;
    assert_int_equal(arena_remove(name), -1);
    assert_int_equal(errno, ENOENT);
    struct arena *next = create(1, 1, 5);
    assert_non_null(next);
    assert_int_equal(board_verdict(next, 2), BOARD_NONE);
    arena_close(next);
    arena_close(arena);
}

static void is_opened_by_name(void **state) {
    (void)state;
    errno = 0;
    assert_null(arena_open(name, false));
    assert_int_equal(errno, ENOENT);
    struct arena *arena = create(2, 1, 50);
    assert_non_null(arena);
    struct arena *reader = arena_open(name, false);
    struct arena *writer = arena_open(name, true);
    assert_non_null(reader);
    assert_non_null(writer);
    assert_int_equal(arena_artists(reader), 50);
    board_set(writer, 49, BOARD_DONE);
    assert_int_equal(board_verdict(arena, 49), BOARD_DONE);
    assert_int_equal(board_verdict(reader, 49), BOARD_DONE);
    // Closing leaves it standing for the others, removing too.
    arena_close(arena);
    assert_int_equal(arena_remove(name), 0);
    assert_int_equal(board_verdict(reader, 49), BOARD_DONE);
    arena_close(writer);
    arena_close(reader);
    arena_close(NULL);
}

static void is_attached_by_descriptor(void **state) {
    (void)state;
    struct arena *arena = create(2, 1, 50);
    assert_non_null(arena);
    int fd = dup(arena_fd(arena));
    struct arena *worker = arena_attach_fd(fd);
    assert_non_null(worker);
    assert_int_equal(arena_fd(worker), -1);
    assert_int_equal(fcntl(fd, F_GETFD), -1); // closed: the mapping is enough
    board_begin(worker, 7);
    assert_true(board_in_flight(arena, 7));
    arena_close(worker);
    arena_close(arena);
}

// Maps the bytes of the arena called `name`.
static struct layout_header *raw(size_t size) {
    int fd = shm_open(name, O_RDWR | O_CLOEXEC, 0);
    assert_true(fd >= 0);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    (void)close(fd);
    return memory;
}

static void damage(struct layout_header *header, int what) {
    switch (what) {
    case 0:
        header->magic++;
        break;
    case 1:
        header->version++;
        break;
    case 2:
        header->slots = 0;
        break;
    case 3:
        header->slots = BOUNDS_SLOTS + 1;
        break;
    case 4:
        header->sessions = 0;
        break;
    case 5:
        header->sessions = BOUNDS_SESSIONS + 1;
        break;
    case 6:
        header->artists = UINT32_MAX;
        break;
    case 7:
        header->size++;
        break;
    case 8:
        header->progress = UINT64_MAX;
        break;
    case 9:
        header->verdict = header->size;
        break;
    case 10:
        header->slot = UINT64_MAX - 63;
        break;
    case 11:
        header->session = header->size - 8;
        break;
    default:
        header->ledger = header->size;
        break;
    }
}

static void what_is_no_arena_is_refused(void **state) {
    (void)state;
    for (int what = 0; what <= 12; what++) {
        struct arena *arena = create(2, 1, 50);
        assert_non_null(arena);
        size_t size = size_of(arena);
        arena_close(arena);
        struct layout_header *header = raw(size);
        damage(header, what);
        (void)munmap(header, size);
        errno = 0;
        struct arena *opened = arena_open(name, false);
        if (opened != NULL || errno != EPROTO) {
            fail_msg("damage %d was not noticed", what);
        }
        assert_int_equal(arena_remove(name), 0);
    }
}

static void what_is_too_short_is_refused(void **state) {
    (void)state;
    static const off_t sizes[] = {0, 1, (off_t)sizeof(struct layout_header) - 1,
                                  (off_t)sizeof(struct layout_header)};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct arena *arena = create(2, 1, 50);
        assert_non_null(arena);
        assert_int_equal(ftruncate(arena_fd(arena), sizes[i]), 0);
        int fd = dup(arena_fd(arena));
        errno = 0;
        assert_null(arena_open(name, false));
        assert_int_equal(errno, EPROTO);
        errno = 0;
        assert_null(arena_attach_fd(fd));
        assert_int_equal(errno, EPROTO);
        (void)close(fd);
        arena_close(arena);
        assert_int_equal(arena_remove(name), 0);
    }
}

static uint64_t needs(uint32_t sessions, uint32_t artists) {
    const struct arena_config config = {.slots = BOUNDS_SLOTS, .sessions = sessions, .artists = artists};
    return arena_needs(&config);
}

// The figures of docs/DEPLOYMENT.md (Sizing), docs/INSTALL.md and docs/LIMITS.md: who changes the layout
// tells them anew.
static void takes_what_the_documents_tell(void **state) {
    (void)state;
    uint64_t least = needs(1, 1), many = needs(1, 10000000);
    assert_in_range(least, 255000, 265000);
    assert_in_range((many - least) / 10000, 1370, 1380);
    assert_in_range(many, 13500000, 14500000);
    assert_in_range((needs(BOUNDS_SESSIONS, 1) - least) / (BOUNDS_SESSIONS - 1), 4000, 5000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_named_after_the_output_file),
        cmocka_unit_test(takes_what_the_documents_tell),
        cmocka_unit_test_setup_teardown(tells_what_it_was_made_for, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(a_wide_umask_does_not_open_it, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(its_parts_lie_apart, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(memory_is_the_boards, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(is_made_once, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(is_opened_by_name, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(is_attached_by_descriptor, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(what_is_no_arena_is_refused, name_it, unlink_it),
        cmocka_unit_test_setup_teardown(what_is_too_short_is_refused, name_it, unlink_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
