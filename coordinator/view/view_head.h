// The upper part of what people see of a run: how far it is, how fast, what limits it, what it cost. Pure.
#ifndef RATION_VIEW_HEAD_H
#define RATION_VIEW_HEAD_H

#include "view/run_status.h"
#include "view/view.h"

// What kind of run it is and how it is: one line.
void view_head_title(struct view *view, const struct run_status *status);
// A bar with the figures beside it: one line.
void view_head_bar(struct view *view, const struct run_status *status);
// Rate, quota, end, money, and troubles if there are any: four lines and more.
void view_head_facts(struct view *view, const struct run_status *status);

// All of it in one line, without its end, for a log or a narrow terminal.
void view_head_line(const struct run_status *status, char *out, size_t size);

#endif
