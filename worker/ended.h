// An exchange that has ended, on its way to its verdict. It lives as long as completion_handle() runs.
#ifndef RATION_ENDED_H
#define RATION_ENDED_H

#include "artist.h"
#include "bill.h"
#include "exchange/answer.h"
#include "exchange/answer_check.h"
#include "exchange/classify.h"
#include "exchange/transfer.h"
#include "line.h"
#include "ration/ledger.h"

#include <stdbool.h>
#include <stdint.h>

struct worker;

struct ended {
    struct artist *artist;
    const struct transfer_result *result;
    struct answer answer;
    struct outcome outcome;
    struct answer_fault invalid; // code NULL: nothing
    struct bill bill;
    bool server_waits;                // the server wants us to wait,
    uint64_t server_wait, reset_wait; // as struct retry_policy_facts has them
    struct ledger_rest rest;          // what a limit that nobody tells asks for
    uint64_t now;
    char code[LINE_CODE_MOST + 1];
    char message[LINE_MESSAGE_MOST + 1];
};

// Reads and checks the answer of a response, and says what it comes to: artist, result and now are given,
// answer, invalid and outcome are filled. False: there was no memory for it, and nothing is known.
bool ended_read(struct worker *worker, struct ended *ended, enum outcome_hint hint);

#endif
