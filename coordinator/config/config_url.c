#include "config/config_url.h"

#include "config/base_url.h"
#include "config/config_provider.h"
#include "ration/log.h"
#include "ration/proxy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *variable(const char *name) {
    return getenv(name);
}

// URL is fetched by the proxy itself, so it reads what it is given. Through https:// it only passes bytes on.
// An http:
static void tell_proxy(const char *source, const char *url) {
    struct proxy proxy;
    char shown[BASE_URL_SHOWN_SIZE];
    const char *upper = getenv("HTTP_PROXY");
    bool plain = strncasecmp(url, "https://", 8) != 0;
    if (proxy_choose(url, variable, &proxy)) {
        base_url_shown(proxy.url, shown);
        if (plain) {
            log_warn(
                "config",
                "%s %s goes through the proxy of %s, %s: the key and the prompts are sent to it unencrypted; "
                "name the host in no_proxy to go there directly",
                source, url, proxy.variable, shown);
        } else {
            log_info("config", "%s %s goes through the proxy of %s, %s", source, url, proxy.variable, shown);
        }
    } else if (plain && upper != NULL && *upper != '\0' && getenv("http_proxy") == NULL) {
        log_info("config",
                 "HTTP_PROXY is not read; it is http_proxy, in lower case, that names a proxy for http://");
    }
}

char *config_url_take(const char *source, const char *url, const char *example) {
    char instead[1024];
    // Asked first: with a query it is malformed as well. What was given is not told, as it may hold a
    // password.
    if (base_url_endpoint(url, instead, sizeof(instead)) && base_url_problem(instead) == NULL) {
        log_fatal("config", "%s ends in the path of an endpoint, which is added by itself; give %s", source,
                  instead);
        return NULL;
    }
    const char *wrong = base_url_problem(url);
    if (wrong != NULL) {
        char shown[BASE_URL_SHOWN_SIZE];
        log_fatal("config", "%s: malformed URL \"%s\": %s; it looks like %s", source,
                  base_url_shown(url, shown), wrong, example);
        return NULL;
    }
    if (!base_url_private(url)) {
        log_warn("config", "%s %s sends the key unencrypted; use https", source, url);
    }
    tell_proxy(source, url);
    size_t length = strlen(url);
    while (length > 0 && url[length - 1] == '/') {
        length--;
    }
    char *taken = strndup(url, length);
    if (taken == NULL) {
        log_fatal("config", "out of memory");
    }
    return taken;
}

char *config_url_usual(const struct options *options, const struct provider *provider) {
    const char *source = "--base-url";
    const char *url = options->base_url;
    if (url == NULL) {
        source = provider->base_url_env != NULL ? provider->base_url_env : "base_url of --providers";
        url = provider->base_url_env != NULL ? getenv(provider->base_url_env) : NULL;
    }
    if ((url == NULL || *url == '\0') && provider->base_url_example) {
        log_fatal("config",
                  "the provider %s has no base URL of its own: set %s, or give --base-url; it looks like %s",
                  provider->name,
                  provider->base_url_env != NULL ? provider->base_url_env : "\"base_url\" in --providers",
                  provider->base_url);
        return NULL;
    }
    if (url != NULL && *url != '\0') {
        return config_url_take(source, url, provider->base_url);
    }
    char *own = config_provider_url(provider);
    char *taken = own != NULL ? config_url_take(source, own, provider->base_url) : NULL;
    free(own);
    return taken;
}
