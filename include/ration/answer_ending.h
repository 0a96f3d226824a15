// The words with which the APIs say how an answer ended: one list for all of them. Pure.
#ifndef RATION_ANSWER_ENDING_H
#define RATION_ANSWER_ENDING_H

enum answer_ending {
    ANSWER_UNTOLD,   // no word at all
    ANSWER_WHOLE,    // the model was done
    ANSWER_CUT,      // by the token limit
    ANSWER_WITHHELD, // by a filter; what was said before is no answer
    ANSWER_ABORTED,  // the server gave up
    ANSWER_WAITS,    // for a tool, or to be asked again
    ANSWER_UNKNOWN,  // a word that is not in the list
};

// Of a word (NULL: none), whatever its case and whether its parts are joined by _, - or nothing.
enum answer_ending answer_ending_of(const char *word);

// What the output calls it: stop, length, content_filter; for the others the API's own word.
const char *answer_ending_name(enum answer_ending ending, const char *word);

#endif
