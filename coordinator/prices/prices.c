#include "prices/prices.h"

#include "prices/prices_built_in.h"
#include "prices/prices_text.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "system/small_file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define MAX_PRICES_FILE (64U << 20)

// 20261003
static uint32_t date_of(time_t moment) {
    struct tm day;
    if (gmtime_r(&moment, &day) == NULL || day.tm_year < 0 || day.tm_year > 8000) {
        return 0;
    }
    return (uint32_t)((day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday);
}

// Takes the place of *book. What says no date is of `date`, or of none. 0, or -1 after telling.
static int add(const char *name, const char *text, size_t length, uint32_t date, struct price_book **book) {
    struct price_list list = {0};
    char problem[PRICES_PROBLEM_SIZE];
    if (prices_text_read(text, length, &list, problem) != 0) {
        log_fatal("config", "--prices %s: %s", name, problem);
        price_list_free(&list);
        return -1;
    }
    for (size_t i = 0; i < list.count; i++) {
        struct price_entry *entry = &list.row[i].entry;
        entry->date = entry->date > 0 ? entry->date : date;
    }
    struct price_book *both = price_list_book(&list, *book);
    price_list_free(&list);
    if (both == NULL) {
        log_fatal("config", "out of memory");
        return -1;
    }
    free(*book);
    *book = both;
    return 0;
}

struct price_book *prices_take(size_t files, const char *const *path) {
    struct price_book *book = NULL;
    size_t length = 0;
    const char *own = prices_built_in(&length);
    int result = add("(built in)", own, length, 0, &book);
    for (size_t i = 0; i < files && result == 0; i++) {
        struct stat status;
        char *text = small_file_read("prices", path[i], MAX_PRICES_FILE, &length, &status);
        result = text != NULL ? add(path[i], text, length, date_of(status.st_mtime), &book) : -1;
        free(text);
    }
    if (result != 0) {
        free(book);
        return NULL;
    }
    return book;
}

// Days since 1970 of 20261003, in the calendar that was always so.
static int64_t days(uint32_t date) {
    struct tm day = {.tm_year = (int)(date / 10000) - 1900,
                     .tm_mon = (int)(date / 100 % 100) - 1,
                     .tm_mday = (int)(date % 100)};
    return timegm(&day) / 86400;
}

uint32_t prices_old(const struct price_entry *entry, uint64_t wall, bool *ended) {
    int64_t today = (int64_t)(wall / CLOCK_DAY);
    *ended = entry->until > 0 && today > days(entry->until);
    if (*ended) {
        return (uint32_t)(today - days(entry->until));
    }
    int64_t age = entry->date > 0 ? today - days(entry->date) : 0;
    return age > (int64_t)PRICES_OLD_DAYS ? (uint32_t)age : 0;
}
