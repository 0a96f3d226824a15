// The pages, dashboard.html and answers.html, which are part of the program.
#ifndef RATION_HTTP_PAGE_H
#define RATION_HTTP_PAGE_H

#include <stddef.h>

#define HTTP_PAGE_POLICY_SIZE 512U

enum http_page_name { HTTP_PAGE_DASHBOARD, HTTP_PAGE_ANSWERS, HTTP_PAGES };

// Its bytes; they live as long as the program.
const char *http_page(enum http_page_name name, size_t *length);

// Pure. The Content-Security-Policy for a page: its own script and style, by their hashes, and connections to
// its own server; nothing else, from anywhere. 0, or -1 when the page has not one of each.
int http_page_policy(const char *page, size_t length, char out[HTTP_PAGE_POLICY_SIZE]);

#endif
