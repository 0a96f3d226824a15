#include "crew/worker_environment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Names, each with a space before and behind it.
static const char known[] =
    " PATH HOME USER LOGNAME TMPDIR TZ TZDIR LANG LANGUAGE"
    // name resolution and routes
    " RES_OPTIONS LOCALDOMAIN HOSTALIASES http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY"
    " no_proxy NO_PROXY"
    // certificates, and what the machine's owner says of ciphers
    " SSL_CERT_FILE SSL_CERT_DIR OPENSSL_CONF OPENSSL_MODULES"
    // loader, allocator, sanitizers, coverage
    " LD_PRELOAD LD_LIBRARY_PATH GLIBC_TUNABLES ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS GCOV_PREFIX"
    " GCOV_PREFIX_STRIP LLVM_PROFILE_FILE"
    // crash points; in builds without them nobody looks
    " RATION_CRASH RATION_CRASH_FILE RATION_CRASH_NO_WATCHDOG ";

// Parts of names that are secrets, or have libraries write them down.
static const char *const secret[] = {"KEY",    "TOKEN", "SECRET", "PASS",   "CREDENTIAL", "AUTH",
                                     "COOKIE", "AWS_",  "CURL_",  "AZURE_", "KEYLOG"};

static bool is_known(const char *name, size_t length) {
    char word[40];
    if (length == 0 || length + 3 > sizeof(word)) {
        return false;
    }
    word[0] = ' ';
    memcpy(word + 1, name, length);
    memcpy(word + 1 + length, " ", 2);
    return memchr(name, ' ', length) == NULL && (strstr(known, word) != NULL || strncmp(name, "LC_", 3) == 0);
}

static bool looks_secret(const char *name, size_t length) {
    for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
        size_t part = strlen(secret[i]);
        for (size_t at = 0; at + part <= length; at++) {
            if (strncasecmp(name + at, secret[i], part) == 0) {
                return true;
            }
        }
    }
    const char *server = strstr(name + length, "://"); // ://user:password@host
    return server != NULL && strchr(server, '@') != NULL;
}

static bool examined(char *const *environment) {
    static const char preload[] = "LD_PRELOAD=";
    for (size_t i = 0; environment[i] != NULL; i++) {
        if (strncmp(environment[i], preload, sizeof(preload) - 1) == 0 &&
            environment[i][sizeof(preload) - 1] != '\0') {
            return true;
        }
    }
    return false;
}

char **worker_environment_make(char *const *environment) {
    bool all = examined(environment);
    size_t count = 0, at = 0;
    while (environment[count] != NULL) {
        count++;
    }
    char **kept = calloc(count + 1, sizeof(*kept));
    for (size_t i = 0; kept != NULL && i < count; i++) {
        size_t length = strcspn(environment[i], "=");
        if (environment[i][length] == '=' &&
            (is_known(environment[i], length) || (all && !looks_secret(environment[i], length)))) {
            kept[at++] = environment[i];
        }
    }
    return kept;
}
