// ration-worker: sends the requests of one slot. Started by `ration` alone, with the descriptors of
// ration/descriptor.h.
#include "batch_loop.h"
#include "new_keys.h"
#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/file_io.h"
#include "ration/key.h"
#include "ration/log.h"
#include "ration/provider_json.h"
#include "ration/screen.h"
#include "ration/settings.h"
#include "work_loop.h"
#include "worker.h"

#include <bsd/stdlib.h>
#include <bsd/unistd.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define STILL (500 * CLOCK_MS) // so long its last lines wait for a reader

// Ctrl-C reaches the whole process group; the coordinator decides what it means.
static void ignore_signals(void) {
    static const int ignored[] = {SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGTTOU, SIGXFSZ};
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
        (void)signal(ignored[i], SIG_IGN);
    }
}

static int read_slot(int argc, char **argv, uint32_t *slot) {
    const char *error = NULL;
    if (argc != 3 || strcmp(argv[1], "--slot") != 0) {
        return -1;
    }
    *slot = (uint32_t)strtonum(argv[2], 0, BOUNDS_SLOTS - 1, &error);
    return error == NULL ? 0 : -1;
}

// 0, or -1 with errno; EPROTO: these are no settings.
static int read_settings(struct settings *settings) {
    struct stat status;
    if (fstat(DESCRIPTOR_SETTINGS, &status) != 0) {
        return -1;
    }
    size_t size = (size_t)status.st_size;
    char *json = malloc(size + 1);
    if (json == NULL) {
        return -1;
    }
    int error = file_io_read(DESCRIPTOR_SETTINGS, json, size, 0);
    int result = error == 0 ? settings_decode(json, size, settings) : -1;
    free(json);
    (void)close(DESCRIPTOR_SETTINGS);
    errno = error != 0 ? error : EPROTO;
    return result;
}

// The provider of each session. *optional: one of them needs no key. 0, or -1.
static int read_providers(const struct settings *settings, struct provider_row *row,
                          const struct provider **provider, bool *optional) {
    for (size_t i = 0; i < settings->sessions; i++) {
        if (provider_json_decode(settings->session_provider[i], &row[i]) != 0) {
            return -1;
        }
        provider[i] = &row[i].provider;
        *optional = *optional || provider[i]->key_optional || provider[i]->auth == PROVIDER_AUTH_NONE;
    }
    return settings->sessions > 0 ? 0 : -1;
}

// The log descriptor, or -1 when nothing would be kept of it.
static int log_descriptor(void) {
    struct stat status;
    if (fstat(DESCRIPTOR_LOG, &status) != 0 ||
        (S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3))) { // /dev/null
        return -1;
    }
    return DESCRIPTOR_LOG;
}

static void configure_log(const struct settings *settings, uint32_t slot) {
    static char name[8];
    (void)snprintf(name, sizeof(name), "W%02u", slot + 1);
    enum log_level level = settings->log_quiet ? LOG_LEVEL_WARN : LOG_LEVEL_INFO;
    log_configure(&(struct log_config){
        .process = name,
        .stderr_level = settings->log_debug ? LOG_LEVEL_DEBUG : level,
        .json_fd = log_descriptor(),
        .clear_line = settings->log_clear_line,
    });
    screen_begin();
}

static int work(struct worker *worker) {
    slot_announce(worker->arena, worker->slot, getpid(), clock_now());
    int code;
    if (worker_open(worker) == 0) {
        code = worker->settings->batch ? batch_loop_run(worker) : work_loop_run(worker);
    } else {
        code = worker->exit_code;
    }
    worker_close(worker);
    return code;
}

// With the arena mapped, so that a coordinator that died before the death signal was set is noticed.
static int join_run(uint32_t slot, const struct settings *settings, const struct provider *const *provider,
                    struct key *keys) {
    struct arena *arena = arena_attach_fd(DESCRIPTOR_ARENA);
    if (arena == NULL) {
        log_fatal("worker", "cannot map the arena: %s; install ration and ration-worker of one version",
                  strerror(errno));
        return WORKER_EXIT_FATAL;
    }
    int code = WORKER_EXIT_OK;
    if (slot >= arena_slots(arena) || settings->sessions != arena_sessions(arena)) {
        log_fatal("worker", "slot %u with %zu sessions is not one of this run", slot, settings->sessions);
        code = WORKER_EXIT_FATAL;
    } else if (getppid() == arena_coordinator(arena)) {
        struct worker worker = {
            .arena = arena, .slot = slot, .settings = settings, .provider = provider, .keys = keys};
        code = work(&worker);
    }
    arena_close(arena);
    return code;
}

int main(int argc, char **argv, char **envp) {
    static struct key keys[BOUNDS_SESSIONS];
    static struct settings settings;
    static struct provider_row rows[BOUNDS_SESSIONS];
    static const struct provider *provider[BOUNDS_SESSIONS];
    uint32_t slot;
    // Before Linux 6.14 a program that is started by its descriptor has that one's number as its name.
    (void)prctl(PR_SET_NAME, "ration-worker");
    setproctitle_init(argc, argv, envp);
    key_protect_process();
    ignore_signals();
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (read_slot(argc, argv, &slot) != 0) {
        (void)fprintf(stderr, "ration-worker is started by ration; run `ration run --help`\n");
        return WORKER_EXIT_FATAL;
    }
    if (read_settings(&settings) != 0) {
        log_fatal("worker", "cannot read its settings: %s", strerror(errno));
        return WORKER_EXIT_FATAL;
    }
    configure_log(&settings, slot);
    int code = WORKER_EXIT_FATAL;
    bool optional = false;
    if (read_providers(&settings, rows, provider, &optional) != 0) {
        log_fatal("worker",
                  "unknown provider in the settings; install ration and ration-worker of one version");
    } else if (new_keys_first(keys, settings.sessions, optional) != 0) {
        log_fatal("worker", "the keys did not arrive whole");
    } else {
        code = join_run(slot, &settings, provider, keys);
    }
    explicit_bzero(keys, sizeof(keys));
    new_keys_wipe();
    for (size_t i = 0; i < BOUNDS_SESSIONS; i++) {
        provider_row_free(&rows[i]);
    }
    settings_free(&settings);
    log_end(STILL, STILL);
    return code;
}
