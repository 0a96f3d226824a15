#include "view/terminal.h"

#include "ration/screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_USUAL 80U
#define HEIGHT_USUAL 24U

void terminal_look(int fd, struct terminal *terminal) {
    const char *kind = getenv("TERM");
    const char *plain = getenv("NO_COLOR");
    struct winsize window;
    *terminal = (struct terminal){.fd = fd, .is = isatty(fd) == 1, .width = WIDTH_USUAL, .height = 1};
    if (!terminal->is) {
        return;
    }
    terminal->steers = kind != NULL && kind[0] != '\0' && strcmp(kind, "dumb") != 0;
    terminal->colours = terminal->steers && (plain == NULL || plain[0] == '\0');
    bool told = ioctl(fd, TIOCGWINSZ, &window) == 0;
    terminal->width = told && window.ws_col > 0 ? window.ws_col : WIDTH_USUAL;
    terminal->height = told && window.ws_row > 0 ? window.ws_row : HEIGHT_USUAL;
}

void terminal_write(int fd, const char *text, size_t length) {
    if (fd == STDERR_FILENO) {
        screen_picture(text, length); // beside the lines of the log
        return;
    }
    while (length > 0) {
        ssize_t n = write(fd, text, length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return; // nobody looks any more
        }
        text += n;
        length -= (size_t)n;
    }
}

void terminal_draw(const struct terminal *terminal, const struct view *view) {
    // Without wrapping, so that a terminal that has just become narrower does not break it; in one go, so
    // that it does not flicker.
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return;
    }
    (void)fputs("\033[?7l\r", out);
    const char *line = view->text;
    for (unsigned i = 0; i < view->lines; i++) {
        const char *end = strchr(line, '\n');
        (void)fprintf(out, "%.*s\033[K%s", (int)(end - line), line, i + 1 < view->lines ? "\r\n" : "");
        line = end + 1;
    }
    (void)fputs("\033[J\r", out);
    if (view->lines > 1) {
        (void)fprintf(out, "\033[%uA", view->lines - 1);
    }
    (void)fputs("\033[?7h", out);
    if (fclose(out) == 0) {
        terminal_write(terminal->fd, text, size);
    }
    free(text);
}

void terminal_pass(const struct terminal *terminal, unsigned lines) {
    char text[32];
    int n = lines > 1 ? snprintf(text, sizeof(text), "\033[%uB\r\n", lines - 1)
                      : snprintf(text, sizeof(text), "\r\n");
    if (n > 0 && lines > 0) {
        terminal_write(terminal->fd, text, (size_t)n);
    }
}
