// What a batch API says, in the shapes of OpenAI, Anthropic, Mistral and Together: the batch object, lists of
// them, and the line of a result. It is hostile: null, missing and empty members, counts that lie, and words
// that nobody knows are all expected. Pure but for memory.
#ifndef RATION_BATCH_WORDS_H
#define RATION_BATCH_WORDS_H

#include "ration/batch_journal.h"
#include "ration/json_scan.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// BATCH_GOING also stands for states that nobody knows.
enum batch_phase { BATCH_GOING, BATCH_COMPLETED, BATCH_FAILED, BATCH_EXPIRED, BATCH_CANCELLED };

struct batch_object {
    char id[128];
    enum batch_phase phase;
    char status[32];                   // as it came
    char output[128], error[128];      // ids of files; "": none
    uint64_t created, expires;         // seconds since 1970; 0: not told
    uint64_t total, completed, failed; // as told; may be wrong
    bool messages;                     // Anthropic's
    struct json_piece errors;          // a list, or NULL; lives as long as the text
};
// False: it is no batch.
bool batch_words_object(const char *json, size_t length, struct batch_object *out);
// The member "id" of an answer, as of an upload. False: there is none.
bool batch_words_answer_id(const char *json, size_t length, char *out, size_t size);

struct batch_fault {
    uint64_t line; // of the file, from 1; 0: of all
    char code[64];
    char message[512];
};
// The faults of a failed batch: set `at` to 0 for the first. False: there is no other.
bool batch_words_fault(const struct batch_object *batch, size_t *at, struct batch_fault *out);
// Whether it says that too many tokens wait; *limit: how many may, 0 where it does not tell.
bool batch_words_enqueued(const struct batch_fault *fault, uint64_t *limit);

// The batches of a list that are of this part: by metadata, else by the file. Those that were found are added
// to `found`: the oldest is in `oldest`, the others, but for those that are cancelled already, in `younger`,
// as many as find room there.
#define BATCH_YOUNGER 8U
struct batch_search {
    uint32_t found;
    struct batch_object oldest, younger[BATCH_YOUNGER];
    uint32_t youngers;
    char after[128]; // where the next page of the list begins; "": this was the last
    uint32_t page;   // its number, from 0, where the list has such
    uint64_t seen;   // batches of the pages so far, likewise
    uint64_t last_created;
};
// Where a batch has no names, as Anthropic's, it is known by its rows and its time, and those that are
// `taken` by other parts are none; NULL: none is. False: it is no list.
bool batch_words_list(const char *json, size_t length, const struct batch_record *part,
                      bool (*taken)(void *context, const char *id), void *context,
                      struct batch_search *search);

// A line of an output or error file.
struct batch_result {
    struct json_piece id;   // custom_id, without its quotes
    long status;            // 0: none came
    struct json_piece body; // of the answer; length 0: none
    char request_id[128];
    char code[64], message[512]; // of its error; "": none
};
// False: it is none.
bool batch_words_result(const char *line, size_t length, struct batch_result *out);

#endif
