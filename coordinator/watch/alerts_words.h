// What each alert means and what to do, for people: `ration explain` prints it, and scripts/check-documents
// compares the documents with it.
#ifndef RATION_ALERTS_WORDS_H
#define RATION_ALERTS_WORDS_H

#include "watch/alerts.h"

// When it is raised.
const char *alerts_words_means(enum alert_kind kind);
const char *alerts_words_advice(enum alert_kind kind);

#endif
