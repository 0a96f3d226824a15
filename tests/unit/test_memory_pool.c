// Pieces of all sizes: each has the room that was asked for, and nobody else writes to it.
#include "exchange/memory_pool.h"

#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define PIECES 300U

static unsigned seed = 5;

static unsigned next_random(unsigned below) {
    seed = seed * 1103515245U + 12345U;
    return seed / 65536U % below;
}

// Small ones most often, and some beyond what is kept.
static size_t next_size(void) {
    static const unsigned most[] = {16, 64, 300, 1100, 9000, 40000};
    return next_random(most[next_random(6)] + 1);
}

static void fill(unsigned char *memory, size_t size, size_t mark) {
    memset(memory, (int)(mark & 0xff), size);
}

static void check(const unsigned char *memory, size_t size, size_t mark) {
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(memory[i], mark & 0xff);
    }
}

static void gives_room_to_each(void **state) {
    (void)state;
    static unsigned char *piece[PIECES];
    static size_t size[PIECES];
    memory_pool_begin();
    for (int round = 0; round < 20000; round++) {
        size_t at = next_random(PIECES);
        size_t wanted = next_size();
        size_t before = size[at];
        if (piece[at] == NULL) {
            piece[at] = next_random(2) == 0 ? memory_pool_take(wanted) : memory_pool_take_clean(1, wanted);
        } else if (next_random(3) == 0) {
            check(piece[at], before, at);
            piece[at] = memory_pool_take_again(piece[at], wanted);
            assert_non_null(piece[at]);
            check(piece[at], before < wanted ? before : wanted, at);
        } else {
            check(piece[at], before, at);
            memory_pool_give(piece[at]);
            piece[at] = NULL;
            continue;
        }
        assert_non_null(piece[at]);
        assert_true(malloc_usable_size(piece[at]) >= wanted);
        assert_true((uintptr_t)piece[at] % 16 == 0);
        size[at] = wanted;
        fill(piece[at], wanted, at);
    }
    for (size_t at = 0; at < PIECES; at++) {
        check(piece[at] != NULL ? piece[at] : (const unsigned char *)"", piece[at] != NULL ? size[at] : 0,
              at);
        memory_pool_give(piece[at]);
        piece[at] = NULL;
    }
    memory_pool_end();
}

static void gives_each_size_again(void **state) {
    (void)state;
    memory_pool_begin();
    for (size_t size = 0; size <= 33000; size += size < 3000 ? 1 : 61) {
        char *memory = memory_pool_take(size);
        assert_non_null(memory);
        memset(memory, 0x5a, size);
        memory_pool_give(memory);
        char *again = memory_pool_take(size);
        assert_true(size > 32768 || again == memory);
        memset(again, 0x5a, size);
        memory_pool_give(again);
        unsigned char *clean = memory_pool_take_clean(size, 1);
        assert_non_null(clean);
        check(clean, size, 0);
        memory_pool_give(clean);
    }
    char *copy = memory_pool_take_copy("a text");
    assert_string_equal(copy, "a text");
    memory_pool_give(copy);
    memory_pool_give(NULL);
    assert_null(memory_pool_take_clean(SIZE_MAX / 2, 3));
    memory_pool_end();
}

// Another thread gives back what this one took, and leaves what this one keeps alone.
static void *of_another(void *memory) {
    memory_pool_give(memory);
    char *own = memory_pool_take(100);
    return own;
}

static void leaves_threads_alone(void **state) {
    (void)state;
    pthread_t thread;
    void *theirs = NULL;
    memory_pool_begin();
    void *kept = memory_pool_take(100);
    void *given = memory_pool_take(100);
    memory_pool_give(kept);
    assert_int_equal(pthread_create(&thread, NULL, of_another, given), 0);
    assert_int_equal(pthread_join(thread, &theirs), 0);
    assert_true(theirs != NULL && theirs != kept);
    assert_true(memory_pool_take(100) == kept);
    memory_pool_give(theirs);
    memory_pool_give(kept);
    memory_pool_end();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_room_to_each),
        cmocka_unit_test(gives_each_size_again),
        cmocka_unit_test(leaves_threads_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
