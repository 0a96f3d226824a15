// The floor of what libcurl can do: sends one body N times, K at once, and counts the answers. It builds no
// request, reads no answer, books nothing and records nothing.
//
//   minimal URL BODY-FILE REQUESTS IN-FLIGHT [HANDLES [http2]]
//
// HANDLES: multi handles that share the requests in flight (1). BENCH_SECONDS, if set, ends it after so long.
// Certificates are checked against SSL_CERT_FILE. Prints: requests answered with 200, others, seconds.
#include <curl/curl.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

#define MOST_HANDLES 256
#define MOST_EVENTS 512
#define NEVER INT64_MAX

struct handle {
    CURLM *multi;
    int64_t deadline; // milliseconds
    uint32_t number;
};

static struct handle handle[MOST_HANDLES];
static uint32_t handles = 1;
static int epoll_fd;
static long to_start, running, good, others;

static int64_t now_ms(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known) {
    const struct handle *mine = context;
    struct epoll_event event = {.data = {.u64 = (uint64_t)mine->number << 32 | (uint32_t)fd}};
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U);
    (void)epoll_ctl(epoll_fd, known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
    return known == NULL ? (int)curl_multi_assign(mine->multi, fd, context) : 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
    struct handle *mine = context;
    (void)multi;
    mine->deadline = milliseconds < 0 ? NEVER : now_ms() + milliseconds;
    return 0;
}

static size_t on_body(char *bytes, size_t one, size_t length, void *context) {
    (void)bytes, (void)one, (void)context;
    return length;
}

static void start(CURLM *multi, CURL *easy) {
    if (to_start > 0) {
        to_start--;
        running++;
        (void)curl_multi_add_handle(multi, easy);
    }
}

static void collect(const struct handle *mine) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(mine->multi, &left)) != NULL) {
        CURL *easy = message->easy_handle;
        long status = 0;
        (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (message->data.result == CURLE_OK && status == 200) {
            good++;
        } else {
            if (others++ == 0) {
                warnx("the first failure: status %ld, %s", status, curl_easy_strerror(message->data.result));
            }
        }
        running--;
        (void)curl_multi_remove_handle(mine->multi, easy);
        start(mine->multi, easy);
    }
}

static CURL *make(const char *url, const char *body, struct curl_slist *headers, bool http2) {
    CURL *easy = curl_easy_init();
    const char *authorities = getenv("SSL_CERT_FILE");
    if (easy == NULL) {
        errx(1, "no memory");
    }
    (void)curl_easy_setopt(easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                           http2 ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
    if (http2) { // rather than a connection for each of the first requests
        (void)curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    }
    if (authorities != NULL) {
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, authorities);
        (void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    return easy;
}

static void run(int64_t end) {
    struct epoll_event event[MOST_EVENTS];
    int still;
    while (running > 0) {
        int64_t first = NEVER;
        int64_t time = now_ms();
        for (uint32_t i = 0; i < handles; i++) {
            if (handle[i].deadline <= time) {
                handle[i].deadline = NEVER;
                (void)curl_multi_socket_action(handle[i].multi, CURL_SOCKET_TIMEOUT, 0, &still);
                collect(&handle[i]);
            }
            first = handle[i].deadline < first ? handle[i].deadline : first;
        }
        if (time >= end) {
            to_start = 0;
        }
        int wait = first == NEVER ? 1000 : first <= time ? 0 : (int)(first - time);
        int count = epoll_wait(epoll_fd, event, MOST_EVENTS, running > 0 ? wait : 0);
        for (int i = 0; i < count; i++) {
            struct handle *its = &handle[event[i].data.u64 >> 32];
            int what = (event[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                       (event[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                       (event[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
            (void)curl_multi_socket_action(its->multi, (curl_socket_t)(uint32_t)event[i].data.u64, what,
                                           &still);
            collect(its);
        }
    }
}

static char *read_body(const char *path) {
    char *body = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL || getdelim(&body, &size, '\0', file) < 0) {
        err(1, "%s", path);
    }
    (void)fclose(file);
    return body;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        errx(2, "usage: minimal URL BODY-FILE REQUESTS IN-FLIGHT [HANDLES [http2]]");
    }
    char *body = read_body(argv[2]);
    long at_once = strtol(argv[4], NULL, 10);
    bool http2 = argc > 6 && strcmp(argv[6], "http2") == 0;
    const char *seconds = getenv("BENCH_SECONDS");
    struct rlimit limit;
    to_start = strtol(argv[3], NULL, 10);
    handles = argc > 5 ? (uint32_t)strtoul(argv[5], NULL, 10) : 1;
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (at_once < 1 || handles < 1 || handles > MOST_HANDLES || epoll_fd < 0 ||
        curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
        errx(2, "cannot begin");
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    struct curl_slist *headers = curl_slist_append(NULL, "Authorization: Bearer sk-bench");
    headers = curl_slist_append(headers, "Content-Type: application/json");
    for (uint32_t i = 0; i < handles; i++) {
        handle[i] = (struct handle){.multi = curl_multi_init(), .deadline = NEVER, .number = i};
        (void)curl_multi_setopt(handle[i].multi, CURLMOPT_SOCKETFUNCTION, on_socket);
        (void)curl_multi_setopt(handle[i].multi, CURLMOPT_SOCKETDATA, &handle[i]);
        (void)curl_multi_setopt(handle[i].multi, CURLMOPT_TIMERFUNCTION, on_timer);
        (void)curl_multi_setopt(handle[i].multi, CURLMOPT_TIMERDATA, &handle[i]);
        (void)curl_multi_setopt(handle[i].multi, CURLMOPT_MAXCONNECTS, at_once);
    }
    struct timespec begin, end;
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    CURL **easy = calloc((size_t)at_once, sizeof(*easy));
    for (long i = 0; easy != NULL && i < at_once; i++) {
        easy[i] = make(argv[1], body, headers, http2);
        start(handle[(uint64_t)i % handles].multi, easy[i]);
    }
    run(seconds != NULL ? now_ms() + strtol(seconds, NULL, 10) * 1000 : NEVER);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    for (long i = 0; easy != NULL && i < at_once; i++) {
        curl_easy_cleanup(easy[i]);
    }
    for (uint32_t i = 0; i < handles; i++) {
        (void)curl_multi_cleanup(handle[i].multi);
    }
    curl_slist_free_all(headers);
    curl_global_cleanup();
    free((void *)easy);
    free(body);
    printf("%ld %ld %.6f\n", good, others,
           (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
    return good > 0 ? 0 : 1;
}
