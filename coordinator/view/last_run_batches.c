#include "view/last_run_batches.h"

#include "ration/clock.h"
#include "view/view_batches.h"

#include <stdlib.h>

// Nobody is at work who would hear an alert.
static void print_due(const struct batch_list *list, uint64_t now, FILE *out) {
    char until[CLOCK_RFC3339_SIZE];
    uint64_t kept = batch_list_kept_least(list);
    if (list->until > 0 && now > list->until) {
        (void)fputs("they are to have ended by now: collect them\n", out);
    }
    if (kept > 0 && kept < now + BATCH_LIST_KEPT_LEAST) {
        clock_rfc3339(kept * CLOCK_SECOND, until);
        (void)fprintf(out, "results are kept until %s, and may be deleted then: collect them before\n",
                      until);
    }
}

void last_run_batches_text(const struct batch_list *list, const char *run, uint64_t wall, FILE *out) {
    struct view *view = list->parts > 0 ? malloc(sizeof(*view)) : NULL;
    char words[BATCH_LIST_WORDS];
    if (view != NULL) {
        view_begin(view, UINT32_MAX, UINT32_MAX, false); // as wide as it is
        view_batches(view, list, run, wall);
        (void)fprintf(out, "  batches       %s\n%s", batch_list_words(list, words), view->text);
        print_due(list, wall / CLOCK_SECOND, out);
    }
    free(view);
}
