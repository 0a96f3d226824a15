#include "begin/doctor_machine.h"

#include "config/config.h"
#include "system/parent_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MEGABYTE ((uint64_t)1 << 20)
#define DISK_LITTLE (200 * MEGABYTE)
#define MEMORY_LITTLE (256 * MEGABYTE)
#define NARROW 80U

// ---- facts ----

static uint64_t limit_of(int resource, bool hard) {
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0) {
        return DOCTOR_MACHINE_NO_LIMIT;
    }
    rlim_t one = hard ? limit.rlim_max : limit.rlim_cur;
    return one == RLIM_INFINITY ? DOCTOR_MACHINE_NO_LIMIT : (uint64_t)one;
}

// As a run does it, by another name.
static int try_shared(uint64_t size) {
    char name[64];
    (void)snprintf(name, sizeof(name), "/doctor.ration.%ld", (long)getpid());
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    int error = posix_fallocate(fd, 0, (off_t)size);
    (void)shm_unlink(name);
    (void)close(fd);
    return error;
}

static uint64_t memory_available(void) {
    char line[128];
    uint64_t kilobytes = 0;
    FILE *file = fopen("/proc/meminfo", "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        static const char name[] = "MemAvailable:";
        if (strncmp(line, name, sizeof(name) - 1) == 0) {
            kilobytes = strtoull(line + sizeof(name) - 1, NULL, 10);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return kilobytes << 10;
}

void doctor_machine_look(const char *output, uint64_t shared_needed, struct doctor_machine *machine) {
    static char room[PATH_MAX];
    struct statvfs disk;
    *machine = (struct doctor_machine){
        .folder = output != NULL ? parent_folder(output, room) : ".",
        .shared_needed = shared_needed,
        .shared_error = try_shared(shared_needed),
        .descriptors = limit_of(RLIMIT_NOFILE, true),
        .file_size = limit_of(RLIMIT_FSIZE, false),
        .address_space = limit_of(RLIMIT_AS, false),
        .processor_seconds = limit_of(RLIMIT_CPU, false),
        .memory_available = memory_available(),
    };
    machine->folder_writable = access(machine->folder, W_OK | X_OK) == 0;
    machine->disk_free = statvfs(machine->folder, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : 0;
    terminal_look(STDERR_FILENO, &machine->terminal);
}

// ---- lines ----

static void tell_disk(const struct doctor_machine *machine, struct doctor_report *report) {
    if (!machine->folder_writable) {
        doctor_report_tell(report, DOCTOR_WRONG, "disk",
                           "%s cannot be written to: make it (mkdir -p), allow it, or name another --output",
                           machine->folder);
        return;
    }
    uint64_t needed = machine->disk_needed > DISK_LITTLE ? machine->disk_needed : DISK_LITTLE;
    bool little = machine->disk_free < needed;
    char about[64] = "";
    if (machine->disk_needed > 0) {
        (void)snprintf(about, sizeof(about), ", the output needs about %" PRIu64,
                       machine->disk_needed / MEGABYTE + 1);
    }
    doctor_report_tell(report, little ? DOCTOR_WARN : DOCTOR_OK, "disk", "%" PRIu64 " MB are free in %s%s%s",
                       machine->disk_free / MEGABYTE, machine->folder, about,
                       little ? "; a run waits when there is no room: make some" : "");
}

static void tell_shared(const struct doctor_machine *machine, struct doctor_report *report) {
    uint64_t needed = (machine->shared_needed + MEGABYTE - 1) / MEGABYTE;
    if (machine->shared_error == 0) {
        doctor_report_tell(report, DOCTOR_OK, "/dev/shm", "has the %" PRIu64 " MB that a run needs", needed);
    } else if (machine->shared_error == EFBIG) {
        doctor_report_tell(report, DOCTOR_WRONG, "ulimit -f",
                           "a run needs a file of %" PRIu64
                           " MB in shared memory, and none may be so large: say ulimit -f unlimited",
                           needed);
    } else {
        doctor_report_tell(report, DOCTOR_WRONG, "/dev/shm",
                           "a run needs %" PRIu64
                           " MB of it: %s; mount a tmpfs there, or give a container more "
                           "(--shm-size)",
                           needed, strerror(machine->shared_error));
    }
}

static void tell_descriptors(const struct doctor_machine *machine, struct doctor_report *report) {
    uint64_t spare = CONFIG_DESCRIPTORS_SPARE;
    uint64_t most = machine->descriptors > spare ? machine->descriptors - spare : 0;
    uint64_t wanted = machine->in_flight > 0 ? machine->in_flight : CONFIG_IN_FLIGHT_MOST;
    if (machine->descriptors == DOCTOR_MACHINE_NO_LIMIT || most >= wanted) {
        doctor_report_tell(report, DOCTOR_OK, "ulimit -n",
                           "is enough for %" PRIu64 " requests at once of each worker", wanted);
        return;
    }
    if (most == 0 && machine->in_flight == 0) {
        doctor_report_tell(report, DOCTOR_WRONG, "ulimit -n",
                           "%" PRIu64 " are too few for any worker; raise it to %" PRIu64,
                           machine->descriptors, wanted + spare);
        return;
    }
    doctor_report_tell(report, most == 0 || machine->in_flight > 0 ? DOCTOR_WRONG : DOCTOR_WARN, "ulimit -n",
                       "%" PRIu64 " let each worker have %" PRIu64 " requests at once, %" PRIu64
                       " are wanted; raise it to %" PRIu64,
                       machine->descriptors, most, wanted, wanted + spare);
}

static void tell_limits(const struct doctor_machine *machine, struct doctor_report *report) {
    const struct {
        uint64_t limit;
        const char *name, *what;
    } each[] = {
        {machine->file_size, "ulimit -f", "the output and the log can be no longer"},
        {machine->address_space, "ulimit -v",
         "workers that need more die; --worker-memory-limit limits them"},
        {machine->processor_seconds, "ulimit -t", "the run is killed after so many seconds of CPU"},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        if (each[i].limit != DOCTOR_MACHINE_NO_LIMIT) {
            doctor_report_tell(report, DOCTOR_WARN, each[i].name, "is limited: %s; say %s unlimited",
                               each[i].what, each[i].name);
        }
    }
    if (machine->memory_available > 0) {
        bool little = machine->memory_available < MEMORY_LITTLE;
        doctor_report_tell(report, little ? DOCTOR_WARN : DOCTOR_OK, "memory",
                           "%" PRIu64 " MB are available%s", machine->memory_available / MEGABYTE,
                           little ? ": few workers (--max-workers) and requests (--in-flight) have room"
                                  : "");
    }
}

static void tell_terminal(const struct doctor_machine *machine, struct doctor_report *report) {
    const struct terminal *terminal = &machine->terminal;
    if (!terminal->is) {
        doctor_report_tell(
            report, DOCTOR_OK, "terminal",
            "there is none: a run tells how far it is every ten seconds; ration status tells more");
    } else if (!terminal->steers) {
        doctor_report_tell(report, DOCTOR_WARN, "terminal",
                           "it cannot be steered (TERM): lines instead of a picture; set TERM=xterm");
    } else {
        bool narrow = terminal->width < NARROW;
        doctor_report_tell(report, narrow ? DOCTOR_WARN : DOCTOR_OK, "terminal", "%u columns, %u lines%s%s",
                           terminal->width, terminal->height, terminal->colours ? "" : ", no colours",
                           narrow ? "; a picture needs 80 columns to be whole" : "");
    }
}

void doctor_machine_tell(const struct doctor_machine *machine, struct doctor_report *report) {
    tell_disk(machine, report);
    tell_shared(machine, report);
    tell_descriptors(machine, report);
    tell_limits(machine, report);
    tell_terminal(machine, report);
}
