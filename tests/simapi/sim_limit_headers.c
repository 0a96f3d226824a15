#include "sim_limit_headers.h"

#include "sim_time_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef const struct limit_view views[DIMENSION_COUNT];

static struct limit_header *add(struct limit_headers *h, const char *name) {
    struct limit_header *header = &h->header[h->count++];

    snprintf(header->name, sizeof(header->name), "%s", name);
    header->value[0] = 0;
    return header;
}

void sim_limit_headers_add(struct limit_headers *h, const char *name, const char *value) {
    snprintf(add(h, name)->value, LIMIT_HEADER_VALUE, "%s", value);
}

static void add_number(struct limit_headers *h, const char *name, uint64_t n) {
    snprintf(add(h, name)->value, LIMIT_HEADER_VALUE, "%" PRIu64, n);
}

static uint64_t seconds_up(uint64_t ns) {
    return ns / 1000000000 + (ns % 1000000000 != 0);
}

/* The one that a header without a period speaks of: the minute's where there is one. */
static const struct limit_view *minute_or_day(views view, enum dimension minute, enum dimension day) {
    return view[minute].limit ? &view[minute] : &view[day];
}

/* x-ratelimit-{limit,remaining,reset}-{requests,tokens}, as OpenAI and its followers have them. */
static void add_openai(struct limit_headers *h, const char *what, const struct limit_view *v, bool azure) {
    char name[3][LIMIT_HEADER_NAME], reset[TIME_TEXT_SIZE];
    static const char *const parts[] = {"limit", "remaining", "reset"};

    for (int i = 0; i < 3; i++)
        snprintf(name[i], sizeof(name[i]), "x-ratelimit-%s-%s", parts[i], what);
    /* "Unknown", as Azure says it. */
    if (!v->limit && azure) {
        sim_limit_headers_add(h, name[0], "-1");
        sim_limit_headers_add(h, name[1], "-1");
    }
    if (!v->limit)
        return;
    add_number(h, name[0], v->limit);
    add_number(h, name[1], v->remaining);
    if (azure) {
        add_number(h, name[2], seconds_up(v->reset_ns));
        return;
    }
    sim_time_text_duration(v->reset_ns, reset);
    sim_limit_headers_add(h, name[2], reset);
}

static void write_openai(struct limit_headers *h, views view, bool azure) {
    const struct limit_view *requests = minute_or_day(view, DIMENSION_REQUESTS, DIMENSION_REQUESTS_DAY);
    const struct limit_view *tokens = minute_or_day(view, DIMENSION_TOKENS, DIMENSION_TOKENS_DAY);

    add_openai(h, "requests", requests, azure);
    add_openai(h, "tokens", tokens, azure);
    if (view[DIMENSION_PROJECT].limit)
        add_openai(h, "project-tokens", &view[DIMENSION_PROJECT], azure);
}

/* Its requests are a day's, its tokens a minute's. */
static void write_groq(struct limit_headers *h, views view) {
    add_openai(h, "requests", &view[DIMENSION_REQUESTS_DAY], false);
    add_openai(h, "tokens", &view[DIMENSION_TOKENS], false);
}

static void write_mistral(struct limit_headers *h, views view, uint64_t cost) {
    const struct limit_view *requests = &view[DIMENSION_REQUESTS], *tokens = &view[DIMENSION_TOKENS];

    if (requests->limit) {
        add_number(h, "x-ratelimit-limit-req-minute", requests->limit);
        add_number(h, "x-ratelimit-remaining-req-minute", requests->remaining);
    }
    if (tokens->limit) {
        add_number(h, "x-ratelimit-limit-tokens-minute", tokens->limit);
        add_number(h, "x-ratelimit-remaining-tokens-minute", tokens->remaining);
        add_number(h, "x-ratelimit-tokens-query-cost", cost);
    }
}

/* Each name says its window; resets are seconds with a fraction. */
static void add_cerebras(struct limit_headers *h, const char *what, const struct limit_view *v) {
    char name[LIMIT_HEADER_NAME], reset[32];

    if (!v->limit)
        return;
    snprintf(name, sizeof(name), "x-ratelimit-limit-%s", what);
    add_number(h, name, v->limit);
    snprintf(name, sizeof(name), "x-ratelimit-remaining-%s", what);
    add_number(h, name, v->remaining);
    snprintf(name, sizeof(name), "x-ratelimit-reset-%s", what);
    snprintf(reset, sizeof(reset), "%" PRIu64 ".%06" PRIu64, v->reset_ns / 1000000000,
             v->reset_ns / 1000 % 1000000);
    sim_limit_headers_add(h, name, reset);
}

static void write_cerebras(struct limit_headers *h, views view) {
    add_cerebras(h, "requests-minute", &view[DIMENSION_REQUESTS]);
    add_cerebras(h, "requests-day", &view[DIMENSION_REQUESTS_DAY]);
    add_cerebras(h, "tokens-minute", &view[DIMENSION_TOKENS]);
    add_cerebras(h, "tokens-day", &view[DIMENSION_TOKENS_DAY]);
}

static void add_anthropic(struct limit_headers *h, const char *what, const struct limit_view *v,
                          uint64_t clock_ns) {
    char name[LIMIT_HEADER_NAME], reset[TIME_TEXT_SIZE];
    uint64_t remaining = v->remaining;

    if (!v->limit)
        return;
    /* Tokens come rounded to thousands; more than the limit would be no remainder. */
    if (strcmp(what, "requests") != 0)
        remaining = (remaining + 500) / 1000 * 1000;
    snprintf(name, sizeof(name), "anthropic-ratelimit-%s-limit", what);
    add_number(h, name, v->limit);
    snprintf(name, sizeof(name), "anthropic-ratelimit-%s-remaining", what);
    add_number(h, name, remaining < v->limit ? remaining : v->limit);
    snprintf(name, sizeof(name), "anthropic-ratelimit-%s-reset", what);
    sim_time_text_rfc3339(clock_ns + v->reset_ns, reset);
    sim_limit_headers_add(h, name, reset);
}

/* The headers of all tokens speak of the limit that binds most. */
static void write_anthropic(struct limit_headers *h, views view, uint64_t clock_ns) {
    const struct limit_view *input = &view[DIMENSION_INPUT], *output = &view[DIMENSION_OUTPUT];
    const struct limit_view *all = minute_or_day(view, DIMENSION_TOKENS, DIMENSION_TOKENS_DAY);

    if (!all->limit)
        all = output->limit && (!input->limit || output->remaining < input->remaining) ? output : input;
    add_anthropic(h, "requests", minute_or_day(view, DIMENSION_REQUESTS, DIMENSION_REQUESTS_DAY), clock_ns);
    add_anthropic(h, "tokens", all, clock_ns);
    add_anthropic(h, "input-tokens", input, clock_ns);
    add_anthropic(h, "output-tokens", output, clock_ns);
}

__attribute__((format(printf, 2, 3))) static void append(struct limit_header *header, const char *format,
                                                         ...) {
    size_t used = strlen(header->value);
    va_list args;

    va_start(args, format);
    vsnprintf(header->value + used, LIMIT_HEADER_VALUE - used, format, args);
    va_end(args);
}

/* Structured fields, a list member for each limit. */
static void write_ietf(struct limit_headers *h, views view) {
    struct limit_header *policy = add(h, "RateLimit-Policy"), *left = add(h, "RateLimit");

    for (int d = 0; d < DIMENSION_COUNT; d++) {
        const struct limit_view *v = &view[d];
        const char *comma = *left->value ? ", " : "", *name = sim_limits_dimension_name((enum dimension)d);
        bool requests = d == DIMENSION_REQUESTS || d == DIMENSION_REQUESTS_DAY;

        if (!v->limit)
            continue;
        append(policy, "%s\"%s\";q=%" PRIu64 ";w=%" PRIu64 "%s", comma, name, v->limit,
               seconds_up(v->period_ns), requests ? "" : ";qu=\"tokens\"");
        append(left, "%s\"%s\";r=%" PRIu64 ";t=%" PRIu64, comma, name, v->remaining, seconds_up(v->reset_ns));
    }
    if (!*left->value)
        h->count = 0;
}

/* The older triple tells of one limit: the first there is. */
static void write_ietf_old(struct limit_headers *h, views view) {
    for (int d = 0; d < DIMENSION_COUNT; d++) {
        const struct limit_view *v = &view[d];

        if (!v->limit)
            continue;
        append(add(h, "RateLimit-Policy"), "%" PRIu64 ";w=%" PRIu64, v->limit, seconds_up(v->period_ns));
        add_number(h, "RateLimit-Limit", v->limit);
        add_number(h, "RateLimit-Remaining", v->remaining);
        add_number(h, "RateLimit-Reset", seconds_up(v->reset_ns));
        return;
    }
}

void sim_limit_headers_write(struct limit_headers *h, enum dialect dialect, views view, uint64_t clock_ns,
                             uint64_t cost) {
    h->count = 0;
    switch (dialect) {
    case DIALECT_GROQ:
        write_groq(h, view);
        break;
    case DIALECT_MISTRAL:
        write_mistral(h, view, cost);
        break;
    case DIALECT_CEREBRAS:
        write_cerebras(h, view);
        break;
    case DIALECT_ANTHROPIC:
        write_anthropic(h, view, clock_ns);
        break;
    case DIALECT_IETF:
        write_ietf(h, view);
        break;
    case DIALECT_IETF_OLD:
        write_ietf_old(h, view);
        break;
    case DIALECT_NONE:
        break;
    default:
        write_openai(h, view, dialect == DIALECT_AZURE);
    }
}

void sim_limit_headers_spoil(struct limit_headers *h, double draw) {
    static const char *const garbage[] = {"",
                                          "abc",
                                          "- 1",
                                          "-5s",
                                          "NaN",
                                          "1e999",
                                          "0x10",
                                          "12 34",
                                          "1,000",
                                          ";=,\"",
                                          "99999999999999999999999999",
                                          "99999999999999999999999999",
                                          "2026-13-45T99:99:99Z",
                                          "\xC3(\xFF"};
    const size_t kinds = sizeof(garbage) / sizeof(garbage[0]);

    for (size_t i = 0; i < h->count; i++)
        snprintf(h->header[i].value, LIMIT_HEADER_VALUE, "%s",
                 garbage[((size_t)(draw * (double)kinds) + i) % kinds]);
}
