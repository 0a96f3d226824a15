// Where the folders of runs are: $RATION_RUNTIME_DIR if it is set, and nowhere else; otherwise a folder
// "ration" in $XDG_RUNTIME_DIR or /run/user/UID, and /tmp/ration-UID. A run takes the first that it can use;
// commands look in all of them, so that they find a run which was started with another environment.
#ifndef RATION_RUNTIME_PLACES_H
#define RATION_RUNTIME_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define RUNTIME_PLACES 3
#define RUNTIME_PATH_SIZE 4096

struct runtime_place {
    char path[RUNTIME_PATH_SIZE];
    bool private_parent; // the folder it stands in must belong to the user as well
    bool named;          // by $RATION_RUNTIME_DIR: root may look at other users' runs there
};

struct runtime_places {
    struct runtime_place place[RUNTIME_PLACES];
    size_t count;
};

// Pure. `named` and `xdg` are the values of the two variables, or NULL; paths that are not absolute do not
// count.
void runtime_places_list(const char *named, const char *xdg, uid_t uid, struct runtime_places *places);

// The places of this process.
void runtime_places_take(struct runtime_places *places);

// A descriptor of the place, made first with mode 0700 if `make`. -1 with errno; EPERM: it is not the user's
// own, others may write to it, or it is a symbolic link.
int runtime_places_open(const struct runtime_place *place, bool make);

#endif
