// The forms of options that are more than a number or a word: what a text says, or what is wrong with it. The
// column `check` of the table. Pure.
#ifndef RATION_OPTIONS_CHECK_H
#define RATION_OPTIONS_CHECK_H

#include "config/options_table.h"

// Of each: `value` is the member of struct options that has its name. 0, or -1 with what is wrong in
// `problem`.
int options_check_retry_errors(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
int options_check_max_cost(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
int options_check_price(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
int options_check_retries(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
int options_check_deadline(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
int options_check_alert_thresholds(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
int options_check_alert_webhook(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
int options_check_listen(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);
int options_check_http_host(const char *text, void *value, char problem[OPTIONS_PROBLEM_SIZE]);

#endif
