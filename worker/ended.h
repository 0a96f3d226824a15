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

#include <stdint.h>

struct ended {
    struct artist *artist;
    const struct transfer_result *result;
    struct answer answer;
    struct outcome outcome;
    struct answer_fault invalid; // code NULL: nothing
    struct bill bill;
    uint64_t now;
    char code[LINE_CODE_MOST + 1];
    char message[LINE_MESSAGE_MOST + 1];
};

#endif
