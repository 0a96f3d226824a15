// Codes of ration's own, in lines of the errors file, where the API gave none. The one list of them; the
// words are what `ration explain` prints, and scripts/check-documents compares the documents with them. Pure.
#ifndef RATION_OWN_CODE_H
#define RATION_OWN_CODE_H

enum own_code {
    OWN_CODE_CONNECTION,
    OWN_CODE_TIMEOUT,
    OWN_CODE_REDIRECT,
    OWN_CODE_ANSWER_TOO_LARGE,
    OWN_CODE_CONTENT_ENCODING,
    OWN_CODE_UNPARSABLE,
    OWN_CODE_OTHER_SHAPE,
    OWN_CODE_INCOMPLETE,
    OWN_CODE_EMPTY,
    OWN_CODE_TRUNCATED,
    OWN_CODE_MODEL_REFUSAL,
    OWN_CODE_CONTENT_FILTER,
    // Of checked answers; see answer_check.h.
    OWN_CODE_NO_JSON,
    OWN_CODE_SCHEMA,
    OWN_CODE_TOO_SHORT,
    OWN_CODE_NO_MATCH,
    OWN_CODE_TOO_COSTLY,
    // Of batches.
    OWN_CODE_TOO_LARGE,
    OWN_CODE_BATCH_FAILED,
    OWN_CODES
};

// "connection", …
const char *own_code_name(enum own_code code);
// For people: what it means, and what to do.
const char *own_code_means(enum own_code code);
const char *own_code_advice(enum own_code code);

#endif
