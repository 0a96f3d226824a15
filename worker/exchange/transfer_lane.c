#include "exchange/transfer_parts.h"
#include "ration/clock.h"

#include <sys/epoll.h>

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *assigned) {
    struct transfer_lane *lane = context;
    uint32_t events = 0;
    (void)easy;
    (void)assigned;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) {
        events |= EPOLLIN;
    }
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) {
        events |= EPOLLOUT;
    }
    return sockets_want(&lane->transfers->sockets, fd, events, (uint32_t)(lane - lane->transfers->lane));
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
    struct transfer_lane *lane = context;
    (void)multi;
    lane->deadline = milliseconds < 0    ? CLOCK_NEVER
                     : milliseconds == 0 ? 0 // at once; that is most often
                                         : clock_now() + (uint64_t)milliseconds * CLOCK_MS;
    return 0;
}

bool transfer_lane_open(struct transfer_lane *lane, struct transfers *transfers) {
    *lane =
        (struct transfer_lane){.multi = curl_multi_init(), .transfers = transfers, .deadline = CLOCK_NEVER};
    return lane->multi != NULL &&
           curl_multi_setopt(lane->multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_SOCKETDATA, lane) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_TIMERDATA, lane) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_MAXCONNECTS, (long)TRANSFER_LANE_MOST) == CURLM_OK &&
           curl_multi_setopt(lane->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING) == CURLM_OK;
}
