#include "view/full_screen.h"

#include "view/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t leaving, stopping;
static struct termios before;
static bool keys; // standard input is a terminal, and its keys come at once

static void handle(int number) {
    if (number == SIGTSTP) {
        stopping = 1;
    } else if (number != SIGWINCH && number != SIGCONT) {
        leaving = 1;
    }
}

static void say(const char *text) {
    terminal_write(STDOUT_FILENO, text, strlen(text));
}

static void take_over(void) {
    say("\033[?1049h\033[?25l\033[H\033[2J");
    keys = tcgetattr(STDIN_FILENO, &before) == 0;
    if (keys) {
        struct termios raw = before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        raw.c_cc[VMIN] = 0;
        raw.c_cc[VTIME] = 0;
        keys = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    }
}

static void give_back(void) {
    if (keys) {
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
    }
    say("\033[?25h\033[?1049l");
}

int full_screen_enter(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
    struct terminal terminal;
    terminal_look(STDOUT_FILENO, &terminal);
    if (!terminal.steers) {
        return -1;
    }
    struct sigaction action = {.sa_handler = handle}; // no SA_RESTART: waiting must end
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        (void)sigaction(numbers[i], &action, NULL);
    }
    take_over();
    return 0;
}

void full_screen_leave(void) {
    give_back();
}

void full_screen_draw(const struct view *view) {
    struct terminal terminal;
    terminal_look(STDOUT_FILENO, &terminal);
    say("\033[H");
    terminal_draw(&terminal, view);
}

bool full_screen_wait(int milliseconds, struct full_screen_typed *typed) {
    struct pollfd input = {.fd = keys ? STDIN_FILENO : -1, .events = POLLIN};
    int count = poll(&input, 1, milliseconds);
    typed->length = 0;
    if (stopping != 0) {
        stopping = 0;
        give_back();
        (void)raise(SIGSTOP);
        take_over();
    }
    if (count > 0 && (input.revents & POLLIN) != 0) {
        ssize_t n = read(STDIN_FILENO, typed->text, sizeof(typed->text));
        typed->length = n > 0 ? (size_t)n : 0;
        leaving = n == 0 ? 1 : leaving;
    } else if (count > 0) {
        leaving = 1; // the terminal has gone
    }
    return leaving == 0;
}
