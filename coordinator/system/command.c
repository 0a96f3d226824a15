#include "system/command.h"

#include "system/descriptors.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MOST 4096U

// ---- words ----

struct words {
    char text[TEXT_MOST]; // of all words, each with its NUL
    char *word[COMMAND_WORDS + 1];
    size_t count;
};

// One word from *text on, to `to`. False: a quote has no end.
static bool take_word(const char **text, char **to) {
    const char *at = *text;
    char quote = '\0';
    for (; *at != '\0' && (quote != '\0' || (*at != ' ' && *at != '\t' && *at != '\n')); at++) {
        if (quote == '\0' && (*at == '\'' || *at == '"')) {
            quote = *at;
        } else if (*at == quote) {
            quote = '\0';
        } else {
            *(*to)++ = *at;
        }
    }
    *(*to)++ = '\0';
    *text = at;
    return quote == '\0';
}

static const char *split(const char *text, struct words *words) {
    char *to = words->text;
    words->count = 0;
    if (strlen(text) + COMMAND_WORDS >= sizeof(words->text)) {
        return "it is too long";
    }
    for (text += strspn(text, " \t\n"); *text != '\0'; text += strspn(text, " \t\n")) {
        if (words->count == COMMAND_WORDS) {
            return "it has too many words";
        }
        words->word[words->count++] = to;
        if (!take_word(&text, &to)) {
            return "a quote has no end";
        }
    }
    words->word[words->count] = NULL;
    return words->count > 0 && words->word[0][0] != '\0' ? NULL : "it names no program";
}

// ---- the process ----

// In the child. As any program begins: no signal is held back or ignored.
_Noreturn static void become(char *const *words, int output) {
    static const int numbers[] = {SIGPIPE, SIGTTOU, SIGXFSZ, SIGUSR1, SIGINT, SIGTERM, SIGHUP};
    sigset_t none;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        (void)signal(numbers[i], SIG_DFL);
    }
    int input = open("/dev/null", O_RDONLY);
    if (setpgid(0, 0) != 0 || input < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0) {
        _exit(126);
    }
    closefrom(STDERR_FILENO + 1);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)execvp(words[0], words);
    _exit(127);
}

int command_start(struct command *command, const char *text, uint64_t now, uint64_t patience,
                  char problem[COMMAND_PROBLEM_SIZE]) {
    struct words words;
    int ends[2];
    *command = (struct command){.fd = -1};
    const char *wrong = split(text, &words);
    if (wrong != NULL) {
        (void)snprintf(problem, COMMAND_PROBLEM_SIZE, "%s", wrong);
        return -1;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        (void)snprintf(problem, COMMAND_PROBLEM_SIZE, "it cannot be started: %s", strerror(errno));
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become(words.word, ends[1]);
    }
    int error = errno;
    (void)close(ends[1]);
    command->fd = descriptors_raise(ends[0]);
    if (pid < 0 || command->fd < 0 || fcntl(command->fd, F_SETFL, O_NONBLOCK) != 0) {
        (void)snprintf(problem, COMMAND_PROBLEM_SIZE, "it cannot be started: %s",
                       strerror(pid < 0 ? error : errno));
        command->pid = pid > 0 ? pid : 0;
        command_forget(command);
        return -1;
    }
    command->pid = pid;
    command->deadline = now + patience;
    return 0;
}

bool command_reaped(struct command *command, pid_t pid, int wait_status) {
    if (command->pid == 0 || command->pid != pid) {
        return false;
    }
    command->reaped = true;
    command->wait_status = wait_status;
    return true;
}

static void reap(struct command *command) {
    int status;
    if (!command->reaped && waitpid(command->pid, &status, WNOHANG) == command->pid) {
        command->reaped = true;
        command->wait_status = status;
    }
}

static void close_output(struct command *command) {
    if (command->fd >= 0) {
        (void)close(command->fd);
        command->fd = -1;
    }
}

void command_forget(struct command *command) {
    close_output(command);
    if (command->pid > 0 && !command->reaped) {
        (void)kill(-command->pid, SIGKILL);
        (void)kill(command->pid, SIGKILL);
        while (waitpid(command->pid, NULL, 0) < 0 && errno == EINTR) {}
    }
    explicit_bzero(command->output, sizeof(command->output));
    *command = (struct command){.fd = -1};
}

static enum command_state fail(struct command *command, const char *why, char *problem) {
    (void)snprintf(problem, COMMAND_PROBLEM_SIZE, "%s", why);
    command_forget(command);
    return COMMAND_FAILED;
}

// False: more than is kept.
static bool read_output(struct command *command) {
    while (command->fd >= 0) {
        char *to = command->output + command->length;
        ssize_t n = read(command->fd, to, COMMAND_OUTPUT - command->length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return true;
        }
        if (n <= 0) {
            bool full = command->length == COMMAND_OUTPUT;
            close_output(command);
            return !full;
        }
        command->length += (size_t)n;
    }
    return true;
}

static enum command_state judge(struct command *command, char *problem) {
    int status = command->wait_status;
    char why[80];
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        command->output[command->length] = '\0';
        return COMMAND_DONE;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        return fail(command, "there is no such program (exit status 127)", problem);
    }
    if (WIFEXITED(status)) {
        (void)snprintf(why, sizeof(why), "it ends with exit status %d", WEXITSTATUS(status));
    } else {
        (void)snprintf(why, sizeof(why), "it was killed by signal %d", WTERMSIG(status));
    }
    return fail(command, why, problem);
}

enum command_state command_look(struct command *command, uint64_t now, char problem[COMMAND_PROBLEM_SIZE]) {
    problem[0] = '\0';
    if (!read_output(command)) {
        return fail(command, "it prints too much for a key", problem);
    }
    reap(command);
    if (command->reaped && command->fd < 0) {
        return judge(command, problem);
    }
    if (now >= command->deadline) {
        return fail(command, "it takes too long", problem);
    }
    return COMMAND_RUNS;
}
