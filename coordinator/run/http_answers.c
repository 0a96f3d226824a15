#include "run/http_answers.h"

#include "export/answer_page.h"
#include "export/input_page.h"
#include "system/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void http_answers_open(struct http_answers *answers, const int file[OUTPUT_FILES], int input,
                       const char *input_name, const struct input_index *index) {
    *answers = (struct http_answers){.input = input, .input_name = input_name, .index = index};
    for (int i = 0; i < OUTPUT_FILES; i++) {
        char path[32];
        (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file[i]);
        answers->file[i] = descriptors_raise(open(path, O_RDONLY | O_CLOEXEC));
    }
}

void http_answers_close(struct http_answers *answers) {
    for (int i = 0; i < OUTPUT_FILES; i++) {
        if (answers->file[i] >= 0) {
            (void)close(answers->file[i]);
        }
        answers->file[i] = -1;
    }
}

static char *wrong(unsigned *status, unsigned code, const char *message) {
    *status = code;
    return strdup(message);
}

// A number of digits alone; what is not given is `otherwise`. False: it is none.
static bool number(const char *text, uint64_t otherwise, uint64_t *value) {
    *value = otherwise;
    if (text == NULL || text[0] == '\0') {
        return true;
    }
    size_t digits = strspn(text, "0123456789");
    *value = digits < 19 ? strtoull(text, NULL, 10) : 0;
    return digits < 19 && text[digits] == '\0';
}

// What an errno of a page means to the caller.
static char *told(char *text, unsigned *status, const char *what) {
    char message[160];
    if (text != NULL) {
        return text;
    }
    (void)snprintf(message, sizeof(message), "%s cannot be read: %s", what, strerror(errno));
    return wrong(status, 500, message);
}

static char *find_lines(const struct http_answers *answers, const struct snapshot *look,
                        const struct http_wanted *wanted, unsigned *status) {
    bool failed = wanted->file != NULL && strcmp(wanted->file, "errors") == 0;
    enum output_file file = failed ? OUTPUT_ERRORS : OUTPUT_ANSWERS;
    uint64_t before, limit, whole;
    if (wanted->file != NULL && !failed && strcmp(wanted->file, "answers") != 0) {
        return wrong(status, 400, "file must be answers or errors");
    }
    if (!number(wanted->before, UINT64_MAX, &before) || !number(wanted->limit, 20, &limit) ||
        !number(wanted->whole, 0, &whole)) {
        return wrong(status, 400, "before, limit and whole must be numbers");
    }
    if (answers->file[file] < 0) {
        return wrong(status, 404, "the file cannot be read here");
    }
    const struct answer_page_asked asked = {
        .fd = answers->file[file],
        .end = look->length[file],
        .before = before,
        .lines = limit < ANSWER_PAGE_LINES ? (size_t)limit : ANSWER_PAGE_LINES,
        .whole = whole > 0,
        .id = wanted->id,
        .class = wanted->class,
        .finish = wanted->finish,
    };
    return told(answer_page_json(&asked), status, failed ? "the errors file" : "the output");
}

static char *find_input(const struct http_answers *answers, const struct http_wanted *wanted,
                        unsigned *status) {
    uint64_t group;
    if (wanted->id == NULL || !number(wanted->group, 0, &group)) {
        return wrong(status, 400, "id is needed, and group must be a number");
    }
    if (answers->input < 0 || answers->index == NULL) {
        return wrong(status, 404, "the input cannot be read here");
    }
    const struct input_page_asked asked = {
        .fd = answers->input,
        .name = answers->input_name,
        .index = answers->index,
        .id = wanted->id,
        .group = group,
    };
    return told(input_page_json(&asked), status, "the input");
}

char *http_answers_find(const struct http_answers *answers, const struct snapshot *look, enum http_what what,
                        const struct http_wanted *wanted, unsigned *status) {
    return what == HTTP_INPUT ? find_input(answers, wanted, status)
                              : find_lines(answers, look, wanted, status);
}
