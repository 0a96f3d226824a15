// What the headers of an answer said, in the words of the ledger. Pure.
#ifndef RATION_LIMIT_NEWS_H
#define RATION_LIMIT_NEWS_H

#include "limits/limit_report.h"
#include "ration/ledger.h"

// Those of minutes first, because no more than LEDGER_DIMENSIONS of them fit. Limits of a priority tier, and
// of more than a month, are left out.
void limit_news_from(const struct limit_report *report, struct ledger_news *news);

#endif
