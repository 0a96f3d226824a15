#include "sim_head.h"

#include "sim_answer.h"
#include "sim_batch_exchange.h"
#include "sim_dialect.h"
#include "sim_retry_headers.h"

#include <inttypes.h>
#include <stdio.h>

static void add_limits(struct exchange *x, struct MHD_Response *r) {
    const struct options *o = x->simulator->options;
    enum dialect dialect = sim_dialect_of(o->dialect, x->api);
    double garbage = sim_chance_draw(x->lot, CHANCE_OF_GARBAGE);
    struct limit_headers h;

    sim_limit_headers_write(&h, dialect, x->record.view, x->record.arrived_ns, x->record.charged.tokens);
    if (h.count && o->malformed_headers > 0 &&
        sim_chance_draw(x->lot, CHANCE_OF_HEADERS) < o->malformed_headers) {
        x->record.spoiled = true;
        sim_limit_headers_spoil(&h, garbage);
    }
    if (x->wait_ns)
        sim_retry_headers_write(&h, o->retry_after, dialect, x->wait_ns, x->record.arrived_ns, garbage);
    /* The library refuses to add an empty value: then the header is missing, which is malformed, too. */
    for (size_t i = 0; i < h.count; i++)
        MHD_add_response_header(r, h.header[i].name, h.header[i].value);
}

static const char *content_type(const struct exchange *x) {
    if (x->batch && x->batch->download)
        return "application/octet-stream";
    if (x->page)
        return "text/html";
    return x->unaudited ? "text/plain" : "application/json";
}

void sim_head_add(struct exchange *x, struct MHD_Response *r, uint64_t now_ns) {
    const struct options *o = x->simulator->options;
    char id[ANSWER_REQUEST_ID], ms[24];

    sim_answer_request_id(id, x->record.arrived_ns, x->number);
    MHD_add_response_header(r, "content-type", content_type(x));
    if (x->api == API_MESSAGES) {
        MHD_add_response_header(r, "request-id", id);
        MHD_add_response_header(r, "anthropic-organization-id", "org-simapi");
    } else {
        snprintf(ms, sizeof(ms), "%" PRIu64, (now_ns - x->arrived_ns) / 1000000);
        MHD_add_response_header(r, "x-request-id", id);
        MHD_add_response_header(r, "openai-processing-ms", ms);
    }
    if (o->should_retry != SHOULD_RETRY_UNTOLD && x->record.status >= 400)
        MHD_add_response_header(r, "x-should-retry", o->should_retry == SHOULD_RETRY_TRUE ? "true" : "false");
    add_limits(x, r);
    if (x->record.status == 307)
        MHD_add_response_header(r, "location", o->redirect_to);
    if (o->hostile == HOSTILE_GZIP_BOMB && x->record.status == 200)
        MHD_add_response_header(r, "content-encoding", "gzip");
}
