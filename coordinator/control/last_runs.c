#include "control/last_runs.h"

#include "control/run_info.h"
#include "control/runtime_places.h"
#include "output/last_run_file.h"

#include <bsd/string.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECENT ".recent"
#define RECENT_NEW ".recent.new"
#define RECENT_SIZE ((size_t)LAST_RUNS_MOST * PATH_MAX)

// The outputs, one a line, the latest first; malloc'ed. NULL: none.
static char *read_recent(int base) {
    int fd = openat(base, RECENT, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    char *text = fd >= 0 ? malloc(RECENT_SIZE + 1) : NULL;
    struct stat status;
    ssize_t n =
        text != NULL && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? read(fd, text, RECENT_SIZE) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (n < 0) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    return text;
}

static void write_recent(int base, const char *output, char *before) {
    (void)unlinkat(base, RECENT_NEW, 0);
    int fd = openat(base, RECENT_NEW, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return;
    }
    (void)fprintf(file, "%s\n", output);
    char *rest = NULL;
    const char *line = before != NULL ? strtok_r(before, "\n", &rest) : NULL;
    for (size_t i = 1; line != NULL && i < LAST_RUNS_MOST; line = strtok_r(NULL, "\n", &rest)) {
        if (strcmp(line, output) != 0) {
            (void)fprintf(file, "%s\n", line);
            i++;
        }
    }
    bool good = ferror(file) == 0;
    if (fclose(file) == 0 && good) {
        (void)renameat(base, RECENT_NEW, base, RECENT);
    }
}

void last_runs_remember(const char *output) {
    struct runtime_places places;
    runtime_places_take(&places);
    if (strchr(output, '\n') != NULL || output[0] != '/') {
        return;
    }
    for (size_t i = 0; i < places.count; i++) {
        int base = runtime_places_open(&places.place[i], true);
        if (base >= 0) {
            char *before = read_recent(base);
            write_recent(base, output, before);
            free(before);
            (void)close(base);
            return;
        }
    }
}

// One output's record, unless it is known already. 0, or -1 when out of memory.
static int add(struct last_runs *runs, const char *output) {
    struct last_runs_one *grown = reallocarray(runs->one, runs->count + 1, sizeof(*grown));
    if (grown == NULL) {
        return -1;
    }
    runs->one = grown;
    struct last_runs_one *one = &grown[runs->count];
    // The output itself may be gone; its folder is there if the record is.
    char *path = realpath(output, NULL);
    (void)strlcpy(one->output, path != NULL ? path : output, sizeof(one->output));
    free(path);
    if (last_run_file_read(one->output, &one->run) != 0) {
        return 0;
    }
    for (size_t i = 0; i < runs->count; i++) {
        if (strcmp(runs->one[i].run.run_id, one->run.run_id) == 0) {
            return 0;
        }
    }
    runs->count++;
    return 0;
}

static int add_folder(struct last_runs *runs) {
    DIR *names = opendir(".");
    const struct dirent *entry;
    int result = 0;
    while (result == 0 && names != NULL && (entry = readdir(names)) != NULL) {
        if (last_run_file_is_one(entry->d_name)) {
            char output[sizeof(entry->d_name)];
            (void)strlcpy(output, entry->d_name + 1, sizeof(output));
            *strrchr(output, '.') = '\0';
            result = add(runs, output);
        }
    }
    if (names != NULL) {
        (void)closedir(names);
    }
    return result;
}

static int add_remembered(struct last_runs *runs) {
    struct runtime_places places;
    int result = 0;
    runtime_places_take(&places);
    for (size_t i = 0; result == 0 && i < places.count; i++) {
        int base = runtime_places_open(&places.place[i], false);
        char *text = base >= 0 ? read_recent(base) : NULL;
        char *rest = NULL;
        const char *line = text != NULL ? strtok_r(text, "\n", &rest) : NULL;
        for (; result == 0 && line != NULL; line = strtok_r(NULL, "\n", &rest)) {
            result = line[0] == '/' ? add(runs, line) : 0;
        }
        free(text);
        if (base >= 0) {
            (void)close(base);
        }
    }
    return result;
}

static int compare(const void *a, const void *b) {
    const struct last_runs_one *one = a;
    const struct last_runs_one *other = b;
    return strcmp(other->run.begun, one->run.begun);
}

static void keep_named(struct last_runs *runs, const char *name) {
    size_t kept = 0;
    for (size_t i = 0; i < runs->count; i++) {
        if (strncmp(runs->one[i].run.run_id, name, strlen(name)) == 0) {
            memmove(&runs->one[kept++], &runs->one[i], sizeof(runs->one[i]));
        }
    }
    runs->count = kept;
}

int last_runs_find(const char *name, struct last_runs *runs) {
    *runs = (struct last_runs){0};
    int result = name != NULL && name[0] != '\0' ? add(runs, name) : 0;
    if (result == 0 && runs->count == 0) {
        result = add_folder(runs) != 0 ? -1 : add_remembered(runs);
        if (result == 0 && name != NULL) {
            keep_named(runs, name[0] != '\0' ? name : "-");
        }
    }
    if (result != 0) {
        last_runs_free(runs);
        return -1;
    }
    if (runs->count > 1) {
        qsort(runs->one, runs->count, sizeof(*runs->one), compare);
    }
    return 0;
}

void last_runs_free(struct last_runs *runs) {
    free(runs->one);
    *runs = (struct last_runs){0};
}
