#include "sim_files.h"

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *sim_files_new(struct files *f, char **path) {
    FILE *file;

    if (asprintf(path, "%s/simapi.%d.%06" PRIu64, f->folder, (int)getpid(), ++f->opened) < 0)
        errx(1, "fatal: no memory for the name of a file");
    file = fopen(*path, "w+xe");
    if (!file)
        err(1, "fatal: cannot make the file %s", *path);
    return file;
}

FILE *sim_files_open(const char *path) {
    return fopen(path, "re");
}

static char *copy(const char *text) {
    char *out = strdup(text);

    if (!out)
        errx(1, "fatal: no memory for the name of a file");
    return out;
}

struct stored *sim_files_add(struct files *files, char *path, const char *name, const char *purpose,
                             const struct account *owner, uint64_t now_ns) {
    struct stored *s = calloc(1, sizeof(*s));
    struct stat st;

    if (!s)
        errx(1, "fatal: no memory for another file");
    if (stat(path, &st))
        err(1, "fatal: cannot look at %s", path);
    *s = (struct stored){.older = files->newest,
                         .path = path,
                         .name = copy(name),
                         .purpose = copy(purpose),
                         .bytes = (uint64_t)st.st_size,
                         .created_ns = now_ns,
                         .owner = owner};
    files->stored++;
    snprintf(s->id, sizeof(s->id), "file-%016" PRIx64 "%08" PRIx64,
             files->stored * UINT64_C(0x9E3779B97F4A7C15), files->stored);
    files->newest = s;
    return s;
}

struct stored *sim_files_find(const struct files *f, const char *id, const struct account *owner,
                              uint64_t now_ns, uint64_t keep_ns) {
    for (struct stored *s = f->newest; s; s = s->older) {
        if (strcmp(s->id, id) != 0)
            continue;
        if (s->deleted || s->owner != owner || (keep_ns && now_ns >= s->created_ns + keep_ns))
            return NULL;
        return s;
    }
    return NULL;
}

void sim_files_delete(struct stored *s) {
    s->deleted = true;
    if (unlink(s->path))
        warn("warn: cannot delete %s", s->path);
}

void sim_files_free(struct files *f) {
    struct stored *s;

    while ((s = f->newest)) {
        f->newest = s->older;
        free(s->path);
        free(s->name);
        free(s->purpose);
        free(s);
    }
}
