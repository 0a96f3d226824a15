// What came of one attempt, as one class: by status, by the error's type and code, and, where nothing else
// tells, by known words of its message. Whose fault a refusal is often does not show in it: then `blame` says
// so. Pure.
#ifndef RATION_CLASSIFY_H
#define RATION_CLASSIFY_H

#include "exchange/answer.h"
#include "exchange/answer_check.h"
#include "exchange/exchange_fault.h"
#include "exchange/status_rule.h"
#include "ration/outcome.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stdint.h>

struct outcome_facts {
    enum exchange_fault fault;
    long status;                 // 0 when no status line came
    enum outcome_hint hint;      // x-should-retry
    const struct answer *answer; // of a whole response, else all zero
    enum settings_truncated on_truncated;
    const struct answer_fault *invalid; // NULL: nothing was checked
    enum settings_invalid on_invalid;
    bool flex; // the request asks for the cheaper tier that may have no room
};

struct outcome {
    enum outcome_class kind;
    bool truncated; // cut by the token limit, and that is why it is not done
    bool final;     // this very outcome comes again whatever we do: no further attempt
    bool of_answer; // the answer is at fault, as far as can be told: no news of the session or the server
    // The answer came whole and was paid for: after so many like it no further attempt. 0: as the settings
    // say.
    uint32_t most_such;
    bool never;     // a refusal that is hardly ever the artist's fault
    bool elsewhere; // to be tried again over another connection
    uint8_t most;   // refusals of one artist that others do not share, then it is failed
    bool withheld;  // a whole answer, in which the model or a filter refuses: it was asked, and is billed
    enum blame_class blame;
    const char *code;    // provider's code or type, or our own word; NULL: none
    const char *message; // provider's, or ours; never NULL
};

// Whether a status may come with an answer: a 2xx, but for those that say that there is none, or a part.
bool outcome_answers(long status);

// The strings live as long as the answer.
struct outcome outcome_of(const struct outcome_facts *facts);

#endif
