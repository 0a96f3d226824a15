// The HTTP status that an error inside a body stands for: as a number, as a number in text, or as a word.
// Pure.
#ifndef RATION_ANSWER_STATUS_H
#define RATION_ANSWER_STATUS_H

// 400 to 599; 0: it stands for none (NULL included).
long answer_status_of(const char *word);

// Likewise of a number.
long answer_status_number(double number);

#endif
