// The answer to GET /models: whether it has a model, and what it says of it. Pure but for memory.
#ifndef RATION_MODELS_LIST_H
#define RATION_MODELS_LIST_H

#include <stdbool.h>
#include <stddef.h>

#define MODELS_LIST_NAME 128U

struct models_list {
    bool readable; // it is a list of models: {"data": [{"id": …}, …]} or such a list alone
    bool foreign;  // it is not even JSON: a page for people, say
    bool empty;    // it is such a list without any
    bool whole;    // there is no second page
    bool found;
    char shutdown[16];           // YYYY-MM-DD; "": not told
    char near[MODELS_LIST_NAME]; // the one that may be meant; "": none
};

// Names are the same also where one of them has "models/" before it or ":tag" behind it; aliases count.
void models_list_read(const char *text, size_t length, const char *model, struct models_list *list);

#endif
