#include "view/top_keys.h"

void top_keys_begin(struct top_keys *keys) {
    *keys = (struct top_keys){.choice = {.slot = VIEW_WORKERS_NONE}};
}

// The place of the chosen one, or `count`: none is.
static uint32_t place(const struct top_keys *keys, const uint32_t *order, uint32_t count) {
    uint32_t at = 0;
    while (at < count && order[at] != keys->choice.slot) {
        at++;
    }
    return at;
}

void top_keys_look(struct top_keys *keys, const struct run_status *status) {
    uint32_t order[BOUNDS_SLOTS];
    uint32_t count = view_workers_order(status, keys->choice.sort, order);
    if (place(keys, order, count) == count) {
        keys->choice.slot = VIEW_WORKERS_NONE;
        keys->detail = false;
    }
}

// Down from none is the first, up from none the last; it does not go round.
static void move(struct top_keys *keys, const struct run_status *status, bool down) {
    uint32_t order[BOUNDS_SLOTS];
    uint32_t count = view_workers_order(status, keys->choice.sort, order);
    uint32_t at = place(keys, order, count);
    if (count == 0) {
        return;
    }
    if (at == count) {
        at = down ? 0 : count - 1;
    } else if (down) {
        at += at + 1 < count;
    } else {
        at -= at > 0;
    }
    keys->choice.slot = order[at];
}

static void toggle_detail(struct top_keys *keys, const struct run_status *status) {
    if (keys->choice.slot == VIEW_WORKERS_NONE) {
        move(keys, status, true);
    }
    keys->detail = !keys->detail && keys->choice.slot != VIEW_WORKERS_NONE;
}

static enum top_keys_wish take_key(struct top_keys *keys, char key, const struct run_status *status) {
    switch (key) {
    case 'q':
    case 'Q':
        return TOP_KEYS_LEAVE;
    case 'p':
        return TOP_KEYS_PAUSE;
    case 's':
        keys->choice.sort = (keys->choice.sort + 1) % VIEW_WORKERS_SORTS;
        break;
    case 'S':
        keys->choice.sort = (keys->choice.sort + VIEW_WORKERS_SORTS - 1) % VIEW_WORKERS_SORTS;
        break;
    case 'j':
        move(keys, status, true);
        break;
    case 'k':
        move(keys, status, false);
        break;
    case '\r':
    case '\n':
        toggle_detail(keys, status);
        break;
    default:
        break;
    }
    return TOP_KEYS_NOTHING;
}

// ESC [ A is up, ESC [ B down; some terminals say O for [. Of other sequences nothing is taken for a key:
// they end with a letter or ~. After ESC alone the next key counts.
static enum top_keys_wish take_byte(struct top_keys *keys, char byte, const struct run_status *status) {
    bool begins = byte == '[' || byte == 'O';
    if (byte == '\033') {
        keys->escape = 1;
    } else if (keys->escape == 1 && begins) {
        keys->escape = 2;
    } else if (keys->escape == 2) {
        if (byte == 'A' || byte == 'B') {
            move(keys, status, byte == 'B');
        }
        bool ends = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '~';
        keys->escape = ends ? 0 : 2;
    } else {
        keys->escape = 0;
        return take_key(keys, byte, status);
    }
    return TOP_KEYS_NOTHING;
}

enum top_keys_wish top_keys_take(struct top_keys *keys, const char *typed, size_t length,
                                 const struct run_status *status) {
    for (size_t i = 0; i < length; i++) {
        enum top_keys_wish wish = take_byte(keys, typed[i], status);
        if (wish != TOP_KEYS_NOTHING) {
            return wish;
        }
    }
    return TOP_KEYS_NOTHING;
}

static void put_key(struct view *view, const char *key, const char *words) {
    if (view->column > 0) {
        view_piece(view, VIEW_DIM, "   ");
    }
    view_piece(view, VIEW_PLAIN, "%s ", key);
    view_piece(view, VIEW_DIM, "%s", words);
}

void top_keys_help(const struct top_keys *keys, const struct run_status *status, struct view *view) {
    bool paused = run_status_paused(status);
    put_key(view, "q", "leave");
    put_key(view, "p", paused ? "resume the run" : "pause the run");
    put_key(view, "s", "sort: by ");
    view_piece(view, VIEW_DIM, "%s", view_workers_sort_name(keys->choice.sort));
    put_key(view, "up, down", "choose a worker");
    put_key(view, "Enter", keys->detail ? "less of it" : "all of it");
    view_end(view);
}
