// Which proxy requests go through, by the variables that libcurl heeds. One rule for the coordinator, who
// tells it, and the workers, who follow it. Pure: the environment is passed in.
#ifndef RATION_PROXY_H
#define RATION_PROXY_H

#include <stdbool.h>

struct proxy {
    const char *variable; // "http_proxy"
    const char *url;      // its value; may hold a password
};

typedef const char *proxy_variable(const char *name);

// URLs http_proxy, in lower case only (HTTP_PROXY may be a header's doing), for https:// ones https_proxy,
// else all_proxy, For http: each also in upper case; but none for a host that no_proxy names: "*", or a list
// of domains, addresses and CIDR ranges. An API on this machine is no exception. False: none.
bool proxy_choose(const char *url, proxy_variable *get, struct proxy *proxy);

#endif
