// The phases of a worker's slot: every pair of phase and event, and what is left of a process in each.
#include "crew/crew_phase.h"
#include "unit_child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// What may happen, and what follows. All other pairs cannot be.
static const struct {
    enum crew_phase from;
    enum crew_event event;
    enum crew_phase to;
} steps[] = {
    {CREW_ABSENT, CREW_SPAWN, CREW_LIVE},
    {CREW_ABSENT, CREW_DRAIN, CREW_ABSENT}, // a run that stops drains all slots
    {CREW_LIVE, CREW_DRAIN, CREW_DRAINING},
    {CREW_LIVE, CREW_HANG, CREW_HUNG},
    {CREW_LIVE, CREW_REAP, CREW_DEAD},
    {CREW_DRAINING, CREW_DRAIN, CREW_DRAINING}, // scaled down, and then the run stops
    {CREW_DRAINING, CREW_HANG, CREW_HUNG},
    {CREW_DRAINING, CREW_REAP, CREW_DEAD},
    {CREW_HUNG, CREW_DRAIN, CREW_HUNG},
    {CREW_HUNG, CREW_REAP, CREW_DEAD},
    {CREW_DEAD, CREW_DRAIN, CREW_DEAD},
    {CREW_DEAD, CREW_FREE, CREW_FREED},
    {CREW_FREED, CREW_DRAIN, CREW_FREED},
    {CREW_FREED, CREW_CLEAR, CREW_ABSENT},
};

static enum crew_phase expected(enum crew_phase from, enum crew_event event) {
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (steps[i].from == from && steps[i].event == event) {
            return steps[i].to;
        }
    }
    return CREW_PHASES;
}

static void every_pair_leads_where_it_should_or_nowhere(void **state) {
    (void)state;
    for (int from = 0; from <= CREW_PHASES; from++) {
        for (int event = 0; event <= CREW_EVENTS; event++) {
            enum crew_phase to = expected((enum crew_phase)from, (enum crew_event)event);
            assert_int_equal(crew_phase_after((enum crew_phase)from, (enum crew_event)event), to);
        }
    }
}

struct step {
    enum crew_phase phase;
    enum crew_event event;
};

static void change(void *context) {
    struct step *step = context;
    crew_phase_change(&step->phase, step->event);
}

static void what_cannot_be_panics(void **state) {
    (void)state;
    struct step bad[] = {
        {CREW_LIVE, CREW_SPAWN},   // two processes in one slot
        {CREW_ABSENT, CREW_REAP},  // reaped twice
        {CREW_DEAD, CREW_CLEAR},   // cleared while it may own a guard
        {CREW_DEAD, CREW_SPAWN},   // a successor before its artists were taken back
        {CREW_HUNG, CREW_HANG},    // told twice
        {CREW_LIVE, CREW_EVENTS},  // no event
        {CREW_PHASES, CREW_SPAWN}, // no phase
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_true(child_panics(change, &bad[i]));
    }
}

// From a spawn to the next, by way of each phase.
static void a_life_in_a_slot(void **state) {
    (void)state;
    static const struct {
        enum crew_event event;
        enum crew_phase phase;
        bool process, left;
    } life[] = {
        {CREW_SPAWN, CREW_LIVE, true, false}, {CREW_DRAIN, CREW_DRAINING, true, false},
        {CREW_HANG, CREW_HUNG, true, false},  {CREW_REAP, CREW_DEAD, false, true},
        {CREW_FREE, CREW_FREED, false, true}, {CREW_CLEAR, CREW_ABSENT, false, false},
        {CREW_SPAWN, CREW_LIVE, true, false},
    };
    enum crew_phase phase = CREW_ABSENT;
    for (size_t i = 0; i < sizeof(life) / sizeof(life[0]); i++) {
        crew_phase_change(&phase, life[i].event);
        assert_int_equal(phase, life[i].phase);
        assert_int_equal(crew_phase_has_process(phase), life[i].process);
        assert_int_equal(crew_phase_is_left(phase), life[i].left);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_leads_where_it_should_or_nowhere),
        cmocka_unit_test(what_cannot_be_panics),
        cmocka_unit_test(a_life_in_a_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
