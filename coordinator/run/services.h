// What serves a run beside its workers: who is told, what is counted, what is kept. run.c and run_prepare.c
// open and close each of them, in mirrored order; the supervising loop calls them, each in its place of a
// tick. No worker, and nothing in crew/, knows them.
#ifndef RATION_SERVICES_H
#define RATION_SERVICES_H

#include "control/control.h"
#include "input/input_watch.h"
#include "member/member.h"
#include "output/batch_watch.h"
#include "plan/cost.h"
#include "quota/quota_monitor.h"
#include "run/http_service.h"
#include "scale/adapt.h"
#include "scale/utilisation.h"
#include "system/log_file.h"
#include "system/service_manager.h"
#include "view/last_run_keep.h"
#include "view/progress.h"
#include "view/publish.h"
#include "watch/alert_watch.h"

// When what is left is asked one by one: --batch-mix.
struct mix_watch {
    uint64_t deadline; // nanoseconds since 1970; 0: never
    uint64_t each;     // nanoseconds of a row that is asked alone, in the mean; 0: not known
    bool switched;     // it is time: the parts are being cancelled
};

struct services {
    struct log_file log_file;        // path NULL: no --log-file
    struct service_manager manager;  // is told how the run is
    struct input_watch input;        // whether it is still what was checked
    struct quota_monitor quota;      // the daily quota, and its state file
    struct cost_watch cost;          // prices, and --max-cost
    struct adapt_bounds bounds;      // of workers and of requests at once
    struct utilisation *utilisation; // of the limits
    struct alert_watch *alerts;      // raised, told, posted
    struct http_service *http;       // or NULL: no --listen
    struct batch_watch parts;        // of a batch
    struct mix_watch mix;            // of one that single requests finish
    struct member *member;           // of a fleet; or NULL
    struct progress progress;        // what a person sees of it
    // Only while the loop is at work:
    struct publish *publish;    // what other processes see of it
    struct last_run_keep *last; // or NULL: no record is kept
    struct control *control;    // or NULL: no folder, so nobody steers
};

#define SERVICES_NOTHING \
    { .quota = QUOTA_MONITOR_NOTHING }

#endif
