#include "watch/alerts_words.h"

static const struct {
    const char *means, *advice;
} words[] = {
    [ALERT_QUOTA_USE] =
        {"the daily quota, of --daily-limit or as the answers report it, is used up to a threshold; one "
         "alert for each",
         "nothing, if a pause is welcome. Else a higher --daily-limit or --quota-threshold with --resume"},
    [ALERT_SESSIONS_UNAVAILABLE] =
        {"no session can send, for five seconds or more: each is cooling, parked, slowed, without quota, "
         "refused, or its breaker is open; names the one that is back first, why it is away, and for how "
         "long; not during a pause",
         "rate limited: are the limits too high, does somebody else use the key? Spend limit: raise it, or "
         "pay. Overloaded: wait"},
    [ALERT_ERROR_RATE] = {"more than 20 % of the outcomes of the last minute, or of the last hundred if they "
                          "took longer, are failures, of at least 20; rate limits do not count",
                          "the latest errors in ration status; the provider's status page. It goes on by "
                          "itself; artists that used up their attempts are asked again by --resume"},
    [ALERT_BREAKER_OPENED] =
        {"the circuit breaker of a session opens, for faults; or the session is held, as nothing but "
         "refusals comes: then the line says so, with artist, status and words",
         "the line tells the cause. Faults of the API: nothing, a probe closes it by itself, see "
         "TROUBLESHOOTING.md, the breaker is open. Refusals: mend the account, the key or the way there, see "
         "TROUBLESHOOTING.md, nothing but refusals comes"},
    [ALERT_KEY_REFUSED] = {"the API refuses the key of a session (401, 403)",
                           "replace the key; the run reads it when it begins again: ration stop, --resume"},
    [ALERT_RUN_STALLED] =
        {"no artist gets a verdict for a minute, or for three times what the latency and the limits let "
         "expect; waiting for quota, in a pause, for room on the disk, for a batch API, for the fleet's "
         "database or for other machines of a fleet does not count",
         "what do the sessions wait for, what do the workers do: ration status, ration ps. Is the network "
         "there?"},
    [ALERT_DISK_FULL] = {"the output cannot be written", "make room; it goes on by itself"},
    [ALERT_WORKER_CRASH_LOOP] = {"ten workers have died in a row without a verdict between them",
                                 "is there memory for them, are both programs of one version? See "
                                 "TROUBLESHOOTING.md, a worker dies again and again"},
    [ALERT_BATCH_FAILED] = {"with --batch: the API refused a part whole, or does not know it any more; how "
                            "many since the run began, and why the last one did",
                            "the reason stands behind it: mend the prompt or the parameters. Its rows are "
                            "asked again by themselves, those that the API named fail"},
    [ALERT_BATCH_EXPIRED] = {"a part's window was over before all of its rows were done",
                             "nothing. If it goes on: fewer rows at once (--batch-tokens), a longer "
                             "--batch-window where there is one, or without --batch"},
    [ALERT_BATCH_LATE] =
        {"half of a part's window has passed and none of its rows is done, as the API counts; or it takes "
         "three times what the slowest part before it took, and a quarter of its window",
         "the provider's status page. ration cancel gives it up, and ration run --resume without --batch "
         "asks its rows at the normal price"},
    [ALERT_BATCH_WINDOW] =
        {"a twelfth of a part's window is left (two hours of 24), and rows of it are not done",
         "nothing: what is done is recorded, the rest is asked again"},
    [ALERT_BATCH_RESULTS] =
        {"the API keeps the results of a part for three days more, or less, and they are not recorded",
         "why are they not collected? See the log of batch; the key must be the one that made the part"},
    [ALERT_DATABASE_AWAY] =
        {"the database of a fleet has not answered for five seconds",
         "is the server there, and the network? It goes on by itself; nothing is lost meanwhile"},
    [ALERT_MACHINE_LOST] = {"machines of a fleet gave one or more up",
                            "start it again with --resume, so that it hands in what it has; else nothing"},
};
_Static_assert(sizeof(words) / sizeof(words[0]) == ALERT_KINDS, "words for each alert");

const char *alerts_words_means(enum alert_kind kind) {
    return words[kind].means;
}

const char *alerts_words_advice(enum alert_kind kind) {
    return words[kind].advice;
}
