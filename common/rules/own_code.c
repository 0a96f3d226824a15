#include "ration/own_code.h"

#define AGAIN "then --resume --retry-errors invalid_answer"

static const struct {
    const char *name, *means, *advice;
} rows[] = {
    [OWN_CODE_CONNECTION] =
        {"connection", "no connection came about, or it broke",
         "--resume: it is asked again. If it goes on: is the network there, does a proxy or a "
         "firewall cut it?"},
    [OWN_CODE_TIMEOUT] = {"timeout", "no whole response came within --timeout",
                          "a longer --timeout or shorter answers (--max-output-tokens), then --resume"},
    [OWN_CODE_REDIRECT] = {"redirect", "the address leads elsewhere, and no redirect is followed",
                           "give the address that it leads to as --base-url"},
    [OWN_CODE_ANSWER_TOO_LARGE] = {"answer_too_large", "the response is larger than is accepted, 16 MiB",
                                   "ask for less: --max-output-tokens"},
    [OWN_CODE_CONTENT_ENCODING] = {"content_encoding", "the body comes in an encoding that was not asked for",
                                   "a proxy or a gateway does that: mend it, or go around it (no_proxy)"},
    [OWN_CODE_UNPARSABLE] =
        {"unparsable_answer", "the body is not one JSON object",
         "--resume: it is asked again. If it goes on: is it the page of a proxy, is --base-url "
         "that of the API?"},
    [OWN_CODE_OTHER_SHAPE] = {"other_shape", "the answer has the shape of another API",
                              "name the --provider whose shape the server speaks"},
    [OWN_CODE_INCOMPLETE] = {"incomplete_answer", "the API says that the answer is not complete",
                             "--resume: it is asked again"},
    [OWN_CODE_EMPTY] = {"empty_answer", "the answer has no text",
                        "--resume: it is asked again. If it goes on: are all its tokens thought? Raise "
                        "--max-output-tokens"},
    [OWN_CODE_TRUNCATED] = {"truncated", "the token limit has cut the answer",
                            "raise --max-output-tokens, then --resume --retry-errors truncated"},
    [OWN_CODE_MODEL_REFUSAL] =
        {"model_refusal", "the model declined; the message has its words",
         "mend the row or the prompt, or name another model, then --resume --retry-errors "
         "refused"},
    [OWN_CODE_CONTENT_FILTER] =
        {"content_filter", "a content filter withheld the answer",
         "mend the row or the prompt, or name another model, then --resume --retry-errors "
         "refused"},
    [OWN_CODE_NO_JSON] = {"no_json", "--schema: the answer is no JSON",
                          "say in the prompt that the answer is JSON alone, " AGAIN},
    [OWN_CODE_SCHEMA] = {"schema", "--schema: the JSON is not so; the message has the place and the rule",
                         "say it in the prompt, or mend the schema, " AGAIN},
    [OWN_CODE_TOO_SHORT] = {"too_short", "--min-chars: the answer has fewer characters",
                            "ask for a longer one in the prompt, or lower --min-chars, " AGAIN},
    [OWN_CODE_NO_MATCH] = {"no_match", "--must-match: the pattern is not found in the answer",
                           "say it in the prompt, or mend the pattern, " AGAIN},
    [OWN_CODE_TOO_COSTLY] = {"too_costly", "the check of the answer was given up after four million steps",
                             "a simpler schema or pattern, " AGAIN},
    [OWN_CODE_TOO_LARGE] = {"too_large",
                            "--batch: the row, or its part, is larger than the API takes or lets wait",
                            "a shorter row or prompt, lower --batch-tokens, or without --batch"},
    [OWN_CODE_BATCH_FAILED] = {"batch_failed", "--batch: the API refused the row's part as a whole",
                               "--resume: it is asked again. The log's category batch says why"},
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) == OWN_CODES, "a row for each code");

const char *own_code_name(enum own_code code) {
    return rows[code].name;
}

const char *own_code_means(enum own_code code) {
    return rows[code].means;
}

const char *own_code_advice(enum own_code code) {
    return rows[code].advice;
}
