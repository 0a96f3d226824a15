// How an exchange itself went, below what its answer says: the word of whoever carries requests to whoever
// classifies answers.
#ifndef RATION_EXCHANGE_FAULT_H
#define RATION_EXCHANGE_FAULT_H

enum exchange_fault {
    EXCHANGE_WHOLE,     // a whole response came
    EXCHANGE_BROKEN,    // no connection, or it broke before the end
    EXCHANGE_TIMED_OUT, // too slow
    EXCHANGE_TOO_LARGE, // the response is larger than we accept
    EXCHANGE_ENCODED,   // its body is packed in a way that we did not ask for
    EXCHANGE_NO_MEMORY, // there was no memory for it: says nothing about the response
};

#endif
