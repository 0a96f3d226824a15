#include "control/client.h"

#include "control/control.h"
#include "control/run_list.h"
#include "ration/clock.h"
#include "ration/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

// Whatever is called next on the socket gives up at the deadline, with EAGAIN. false: it has passed.
static bool allow_time(int fd, uint64_t deadline) {
    uint64_t now = clock_now();
    if (now >= deadline) {
        errno = EAGAIN;
        return false;
    }
    uint64_t left = deadline - now + 999;
    struct timeval time = {.tv_sec = (time_t)(left / CLOCK_SECOND),
                           .tv_usec = (suseconds_t)(left % CLOCK_SECOND / 1000)};
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0;
}

// A connected socket, or -1 with errno.
static int connect_to(const struct run_entry *entry, uint64_t deadline) {
    struct run_folder folder;
    struct sockaddr_un address;
    int fd = -1;
    int base = runtime_places_open(&entry->place, false);
    if (base < 0) {
        return -1;
    }
    if (run_folder_open(base, entry->place.path, entry->info.run_id, &folder) == 0) {
        run_folder_address(&folder, &address);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && (!allow_time(fd, deadline) ||
                        connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)) {
            int error = errno;
            (void)close(fd);
            errno = error;
            fd = -1;
        }
        int error = errno;
        run_folder_close(&folder);
        errno = error;
    }
    int error = errno;
    (void)close(base);
    errno = error;
    return fd;
}

static int send_all(int fd, const char *text, size_t length, uint64_t deadline) {
    while (length > 0) {
        ssize_t n = allow_time(fd, deadline) ? send(fd, text, length, MSG_NOSIGNAL) : -1;
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        text += n;
        length -= (size_t)n;
    }
    return 0;
}

// One line; its length, or 0 with errno.
static size_t receive_line(int fd, char *text, size_t size, uint64_t deadline) {
    size_t length = 0;
    while (length < size) {
        ssize_t n = allow_time(fd, deadline) ? recv(fd, text + length, size - length, 0) : -1;
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            errno = n == 0 ? ECONNRESET : errno;
            return 0;
        }
        length += (size_t)n;
        if (memchr(text, '\n', length) != NULL) {
            return length;
        }
    }
    errno = EPROTO;
    return 0;
}

// What went wrong, by errno, in words.
static int describe_failure(const struct run_info *info, char out[CONTROL_MESSAGE_SIZE]) {
    switch (errno) {
    case ECONNREFUSED:
    case ENOENT:
        (void)snprintf(out, CONTROL_MESSAGE_SIZE, "run %s has just ended", info->run_id);
        return CLIENT_NO_RUN;
    case EAGAIN:
        (void)snprintf(out, CONTROL_MESSAGE_SIZE, "run %s (pid %d) does not answer; see ration ps",
                       info->run_id, (int)info->pid);
        return CLIENT_FAILED;
    case ECONNRESET:
        (void)snprintf(out, CONTROL_MESSAGE_SIZE,
                       "run %s hung up; it may be busy with other commands, or have ended", info->run_id);
        return CLIENT_FAILED;
    default:
        (void)snprintf(out, CONTROL_MESSAGE_SIZE, "run %s: %s", info->run_id, strerror(errno));
        return CLIENT_FAILED;
    }
}

// The exit status; answer->message has what the run said, or why it said nothing.
static int converse(const struct control_command *command, const struct run_entry *entry, uint64_t patience,
                    struct control_answer *answer) {
    char text[CONTROL_COMMAND_MOST];
    uint64_t deadline = clock_now() + patience;
    size_t length = control_command_encode(command, text, sizeof(text));
    *answer = (struct control_answer){.good = false};
    int fd = connect_to(entry, deadline);
    if (fd < 0) {
        return describe_failure(&entry->info, answer->message);
    }
    int status = CLIENT_FAILED;
    if (length == 0 || send_all(fd, text, length, deadline) != 0 ||
        (length = receive_line(fd, text, sizeof(text), deadline)) == 0) {
        status = describe_failure(&entry->info, answer->message);
    } else if (control_answer_decode(text, length, answer) != 0) {
        (void)snprintf(answer->message, sizeof(answer->message), "run %s is of another version of ration",
                       entry->info.run_id);
        answer->good = false;
    } else {
        utf8_defuse(answer->message);
        status = answer->good ? CLIENT_DONE : CLIENT_FAILED;
    }
    (void)close(fd);
    return status;
}

// Says the answer where people or programs look for it.
static int say_answer(const struct control_answer *answer, int status) {
    if (!answer->good) {
        (void)fprintf(stderr, "ration: %s\n", answer->message);
        return status;
    }
    (void)printf("%s\n", answer->message);
    return fflush(stdout) == 0 ? CLIENT_DONE : CLIENT_FAILED;
}

// On a shared account the one run that is at work may be somebody else's: whoever names none is told which it
// is.
static void tell_which(const struct run_info *info) {
    char path[40];
    struct stat status;
    (void)snprintf(path, sizeof(path), "/proc/%d", (int)info->pid);
    bool foreign = stat(path, &status) == 0 && status.st_uid != geteuid();
    (void)fprintf(stderr, "run %s, output %s, begun %s%s\n", info->run_id, info->output, info->started,
                  foreign ? ": WARNING: another user's" : "");
}

int client_send(const struct control_command *command, const char *run_name) {
    struct run_list list;
    if (run_list_take(&list) != 0) {
        return CLIENT_FAILED;
    }
    const struct run_entry *entry = run_list_find(&list, run_name);
    if (entry != NULL && run_name == NULL) {
        tell_which(&entry->info);
    }
    int status = CLIENT_NO_RUN;
    if (entry != NULL) {
        struct control_answer answer;
        status = converse(command, entry, CONTROL_PATIENCE, &answer);
        status = say_answer(&answer, status);
    }
    run_list_free(&list);
    return status;
}

void client_ask(const struct control_command *command, const struct run_info *info, uint64_t patience,
                struct control_answer *answer) {
    struct run_list list;
    *answer = (struct control_answer){.good = false};
    (void)snprintf(answer->message, sizeof(answer->message), "run %s has just ended", info->run_id);
    if (run_list_take(&list) != 0) {
        return;
    }
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.entry[i].info.run_id, info->run_id) == 0) {
            (void)converse(command, &list.entry[i], patience, answer);
            break;
        }
    }
    run_list_free(&list);
}
