#include "system/exit_code.h"

#include <stddef.h>

static const struct {
    const char *means, *advice;
} words[] = {
    [EXIT_CODE_ALL_DONE] = {"every artist has an answer", "nothing"},
    [EXIT_CODE_SOME_FAILED] = {"finished; some artists are in the errors file",
                               "the errors file tells for each the class and the API's words; ration explain "
                               "CLASS says what to do about it"},
    [EXIT_CODE_WRONG] = {"options, configuration, input or an earlier output are wrong; nothing was sent",
                         "the lines FATAL name each problem with its place and what to do; mend it, and say "
                         "the same again"},
    [EXIT_CODE_STOPPED] =
        {"stopped before the end: by a signal, ration stop, --max-cost or --max-cost-run, "
         "with --batch by --detach or ration cancel, or --in-doubt skip left artists out "
         "(and, with --identical once, those that ask the same); go on with --resume",
         "--resume when you like. By --max-cost: with more money, it counts all runs of the "
         "output; by --max-cost-run: as it is. Of --batch parts may be with the API: the "
         "summary names them, ration status OUTPUT looks, --resume collects"},
    [EXIT_CODE_CANNOT] = {"cannot go on: key refused, disk, crashing workers, files that somebody else "
                          "changed, no shared memory; mend the cause, go on with --resume",
                          "mend what the line FATAL says, then --resume"},
};
#define CODES (sizeof(words) / sizeof(words[0]))

const char *exit_code_means(int code) {
    return code >= 0 && (size_t)code < CODES ? words[code].means : NULL;
}

const char *exit_code_advice(int code) {
    return code >= 0 && (size_t)code < CODES ? words[code].advice : NULL;
}
