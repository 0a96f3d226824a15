// Names with a comma between them, as some options take them. Pure.
#ifndef RATION_NAME_LIST_H
#define RATION_NAME_LIST_H

// The next name of the list at *text, malloc'ed: "\," in it is a comma, "\\" a backslash. *text is then
// behind it, at the next one or at the end, where '\0' stands. NULL: out of memory.
char *name_list_next(const char **text);

#endif
