// The tokens of each API's answers, by kind.
#include "exchange/answer.h"
#include "exchange/answer_tier.h"
#include "exchange/answer_usage.h"
#include "exchange/json_memory.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct text joined;

static struct answer read_text(enum provider_shape shape, const char *body) {
    struct answer answer;
    answer_read(shape, body, strlen(body), &joined, &answer);
    return answer;
}

static void assert_tokens(const char *what, const struct answer *answer, const struct tokens *want) {
    const struct tokens *is = &answer->tokens;
    if (memcmp(is, want, sizeof(*is)) != 0) {
        fail_msg("%s gave input %" PRIu64 " cached %" PRIu64 " written %" PRIu64 " hour %" PRIu64
                 " output %" PRIu64 " reasoning %" PRIu64,
                 what, is->input, is->cached, is->written, is->written_hour, is->output, is->reasoning);
    }
}

// All that tokens.h promises, and what follows from it.
static void assert_sound(const char *what, const struct answer *answer) {
    const struct tokens *is = &answer->tokens;
    if (is->cached + is->written + is->written_hour > is->input || is->reasoning > is->output ||
        is->input + is->output > answer->total_tokens || answer->total_tokens > 100000000) {
        fail_msg("%s gave input %" PRIu64 " cached %" PRIu64 " written %" PRIu64 " hour %" PRIu64
                 " output %" PRIu64 " reasoning %" PRIu64 " total %" PRIu64,
                 what, is->input, is->cached, is->written, is->written_hour, is->output, is->reasoning,
                 answer->total_tokens);
    }
}

static void reads_the_usage_of_each_api(void **state) {
    (void)state;
    static const struct {
        const char *api;
        const char *body; // as in an answer of any shape: only the usage counts
        struct tokens is;
        uint64_t total;
    } table[] = {
        {"OpenAI Responses",
         "{\"usage\":{\"input_tokens\":2006,\"input_tokens_details\":{\"cached_tokens\":1920},"
         "\"output_tokens\":300,\"output_tokens_details\":{\"reasoning_tokens\":256},\"total_tokens\":2306}}",
         {.input = 2006, .cached = 1920, .output = 300, .reasoning = 256},
         2306},
        {"OpenAI Responses, which writes at a price",
         "{\"usage\":{\"input_tokens\":2006,\"input_tokens_details\":{\"cached_tokens\":0,"
         "\"cache_write_tokens\":1920},\"output_tokens\":3,\"total_tokens\":2009}}",
         {.input = 2006, .written = 1920, .output = 3},
         2009},
        {"OpenAI chat, Azure, vLLM, Groq, OpenRouter",
         "{\"usage\":{\"prompt_tokens\":2006,\"completion_tokens\":300,\"total_tokens\":2306,"
         "\"prompt_tokens_details\":{\"cached_tokens\":1000,\"cache_write_tokens\":20,\"audio_tokens\":0},"
         "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"accepted_prediction_tokens\":0}}}",
         {.input = 2006, .cached = 1000, .written = 20, .output = 300},
         2306},
        {"Groq, its own place",
         "{\"x_groq\":{\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":3,\"prompt_tokens_details\":{"
         "\"cached_tokens\":16}}}}",
         {.input = 20, .cached = 16, .output = 3},
         23},
        {"DeepSeek",
         "{\"usage\":{\"prompt_tokens\":100,\"prompt_cache_hit_tokens\":64,\"prompt_cache_miss_tokens\":36,"
         "\"completion_tokens\":50,\"completion_tokens_details\":{\"reasoning_tokens\":40},"
         "\"total_tokens\":150}}",
         {.input = 100, .cached = 64, .output = 50, .reasoning = 40},
         150},
        {"Mistral",
         "{\"usage\":{\"prompt_tokens\":100,\"num_cached_tokens\":64,\"completion_tokens\":5,"
         "\"total_tokens\":105}}",
         {.input = 100, .cached = 64, .output = 5},
         105},
        {"Together, Moonshot",
         "{\"usage\":{\"prompt_tokens\":100,\"cached_tokens\":64,\"completion_tokens\":5}}",
         {.input = 100, .cached = 64, .output = 5},
         105},
        {"xAI, which does not count what was thought as said",
         "{\"usage\":{\"prompt_tokens\":32,\"completion_tokens\":9,\"total_tokens\":136,"
         "\"prompt_tokens_details\":{\"text_tokens\":32,\"cached_tokens\":8},"
         "\"completion_tokens_details\":{\"reasoning_tokens\":95}}}",
         {.input = 32, .cached = 8, .output = 104, .reasoning = 95},
         136},
        {"likewise, without a total",
         "{\"usage\":{\"prompt_tokens\":32,\"completion_tokens\":9,"
         "\"completion_tokens_details\":{\"reasoning_tokens\":95}}}",
         {.input = 32, .output = 104, .reasoning = 95},
         136},
        {"Perplexity, SGLang",
         "{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":50,\"reasoning_tokens\":40}}",
         {.input = 10, .output = 50, .reasoning = 40},
         60},
        {"Perplexity's responses",
         "{\"usage\":{\"input_tokens\":100,\"input_tokens_details\":{\"cache_creation_input_tokens\":10,"
         "\"cache_read_input_tokens\":60},\"output_tokens\":5,\"total_tokens\":105}}",
         {.input = 100, .cached = 60, .written = 10, .output = 5},
         105},
        {"Alibaba",
         "{\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5,\"prompt_tokens_details\":{"
         "\"cached_tokens\":0,\"cache_creation\":{\"ephemeral_5m_input_tokens\":70},"
         "\"cache_creation_input_tokens\":70}}}",
         {.input = 100, .written = 70, .output = 5},
         105},
        {"Anthropic",
         "{\"usage\":{\"input_tokens\":7,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":300,"
         "\"output_tokens\":9}}",
         {.input = 327, .cached = 300, .written = 20, .output = 9},
         336},
        {"Anthropic, both spans",
         "{\"usage\":{\"input_tokens\":7,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":0,"
         "\"cache_creation\":{\"ephemeral_5m_input_tokens\":5,\"ephemeral_1h_input_tokens\":15},"
         "\"output_tokens\":9,\"output_tokens_details\":{\"thinking_tokens\":4}}}",
         {.input = 27, .written = 5, .written_hour = 15, .output = 9, .reasoning = 4},
         36},
        {"Anthropic, all of it cached",
         "{\"usage\":{\"input_tokens\":0,\"cache_read_input_tokens\":300,\"output_tokens\":9}}",
         {.input = 300, .cached = 300, .output = 9},
         309},
        {"Anthropic, nulls",
         "{\"usage\":{\"input_tokens\":7,\"cache_creation_input_tokens\":null,"
         "\"cache_read_input_tokens\":null,\"cache_creation\":null,\"output_tokens\":9}}",
         {.input = 7, .output = 9},
         16},
        {"a gateway that has both dresses, and counts as OpenAI does",
         "{\"usage\":{\"prompt_tokens\":2006,\"completion_tokens\":300,\"total_tokens\":2306,"
         "\"prompt_tokens_details\":{\"cached_tokens\":1920},\"cache_creation_input_tokens\":30,"
         "\"cache_read_input_tokens\":1920}}",
         {.input = 2006, .cached = 1920, .written = 30, .output = 300},
         2306},
        {"Gemini",
         "{\"usageMetadata\":{\"promptTokenCount\":100,\"cachedContentTokenCount\":80,"
         "\"candidatesTokenCount\":20,\"thoughtsTokenCount\":50,\"totalTokenCount\":170}}",
         {.input = 100, .cached = 80, .output = 70, .reasoning = 50},
         170},
        {"Gemini, with tools and no total",
         "{\"usageMetadata\":{\"promptTokenCount\":100,\"toolUsePromptTokenCount\":11,"
         "\"candidatesTokenCount\":20,\"thoughtsTokenCount\":50}}",
         {.input = 111, .output = 70, .reasoning = 50},
         181},
        {"Gemini in the dress of OpenAI, which leaves out what was thought",
         "{\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":170}}",
         {.input = 100, .output = 70},
         170},
        {"Bedrock",
         "{\"usage\":{\"inputTokens\":7,\"outputTokens\":9,\"totalTokens\":336,\"cacheReadInputTokens\":300,"
         "\"cacheWriteInputTokens\":20,\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":15},"
         "{\"ttl\":\"5m\",\"inputTokens\":5}]}}",
         {.input = 327, .cached = 300, .written = 5, .written_hour = 15, .output = 9},
         336},
        {"Cohere",
         "{\"usage\":{\"billed_units\":{\"input_tokens\":3,\"output_tokens\":5},\"tokens\":{"
         "\"input_tokens\":70,\"output_tokens\":6},\"cached_tokens\":64}}",
         {.input = 70, .cached = 64, .output = 6},
         76},
        {"Cohere's first version",
         "{\"meta\":{\"billed_units\":{\"input_tokens\":3},\"tokens\":{\"input_tokens\":70,"
         "\"output_tokens\":6}}}",
         {.input = 70, .output = 6},
         76},
        {"LangChain's servers",
         "{\"usage_metadata\":{\"input_tokens\":100,\"output_tokens\":9,\"total_tokens\":109,"
         "\"input_token_details\":{\"cache_read\":60,\"cache_creation\":10},\"output_token_details\":{"
         "\"reasoning\":4}}}",
         {.input = 100, .cached = 60, .written = 10, .output = 9, .reasoning = 4},
         109},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct answer answer = read_text(PROVIDER_OPAQUE, table[i].body);
        assert_tokens(table[i].api, &answer, &table[i].is);
        assert_int_equal(answer.total_tokens, table[i].total);
        assert_sound(table[i].api, &answer);
    }
}

static void reads_the_usage_of_streams(void **state) {
    (void)state;
#define START(usage)                                                                        \
    "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":" usage "}}\n\n" \
    "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"
#define DELTA(usage) \
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":" usage "}\n\n"
#define CHUNK(rest) "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]" rest "}\n\n"
    static const struct {
        enum provider_shape shape;
        const char *body;
        struct tokens is;
    } table[] = {
        {PROVIDER_MESSAGES,
         START("{\"input_tokens\":7,\"cache_read_input_tokens\":300,\"cache_creation\":{"
               "\"ephemeral_1h_input_tokens\":20},\"cache_creation_input_tokens\":20,\"output_tokens\":1,"
               "\"service_tier\":\"batch\"}") DELTA("{\"output_tokens\":9}"),
         {.input = 327, .cached = 300, .written_hour = 20, .output = 9}},
        {PROVIDER_MESSAGES, // cumulative, and once more without the spans
         START("{\"input_tokens\":7,\"cache_read_input_tokens\":300,\"cache_creation\":{"
               "\"ephemeral_1h_input_tokens\":20},\"cache_creation_input_tokens\":20,\"output_tokens\":1}")
             DELTA("{\"input_tokens\":7,\"cache_read_input_tokens\":300,\"cache_creation_input_tokens\":null,"
                   "\"output_tokens\":9,\"output_tokens_details\":{\"thinking_tokens\":4}}"),
         {.input = 327, .cached = 300, .written_hour = 20, .output = 9, .reasoning = 4}},
        {PROVIDER_MESSAGES,
         START("{\"input_tokens\":7,\"output_tokens\":1}")
             DELTA("{\"input_tokens\":9,\"cache_read_input_tokens\":300,\"output_tokens\":9}"),
         {.input = 309, .cached = 300, .output = 9}},
        {PROVIDER_CHAT, // the last chunk has no choice
         CHUNK() CHUNK(",\"usage\":null")
             CHUNK() "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":9,"
                     "\"total_tokens\":109,\"prompt_tokens_details\":{\"cached_tokens\":64},"
                     "\"completion_tokens_details\":{\"reasoning_tokens\":4}}}\n\ndata: [DONE]\n\n",
         {.input = 100, .cached = 64, .output = 9, .reasoning = 4}},
        {PROVIDER_CHAT, // the counts grow with each chunk
         CHUNK(",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":1,\"total_tokens\":101}")
             CHUNK(",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":2,\"total_tokens\":102,"
                   "\"prompt_tokens_details\":{\"cached_tokens\":64}}"),
         {.input = 100, .cached = 64, .output = 2}},
        {PROVIDER_CHAT,
         CHUNK() CHUNK(",\"x_groq\":{\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":2,"
                       "\"prompt_tokens_details\":{\"cached_tokens\":64}}}"),
         {.input = 100, .cached = 64, .output = 2}},
        {PROVIDER_RESPONSES,
         "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[],"
         "\"usage\":{\"input_tokens\":100,\"input_tokens_details\":{\"cached_tokens\":64},"
         "\"output_tokens\":9,\"output_tokens_details\":{\"reasoning_tokens\":4},\"total_tokens\":109}}}\n\n",
         {.input = 100, .cached = 64, .output = 9, .reasoning = 4}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct answer answer = read_text(table[i].shape, table[i].body);
        assert_tokens(table[i].body, &answer, &table[i].is);
        assert_sound(table[i].body, &answer);
        assert_int_equal(answer.way, i == 0 ? PRICE_BATCH : PRICE_DEFAULT);
    }
}

// Whatever a server says, a part is no more than its whole, and no sum wraps.
static void believes_no_part_above_its_whole(void **state) {
    (void)state;
    static const char *const numbers[] = {"0",    "1",       "10",   "1e7",     "1e300",        "-5",
                                          "null", "\"1e9\"", "[9]",  "\"400\"", "9999999.5",    "1e-9",
                                          "true", "{}",      "\"\"", "1e19",    "1.8446744e19", "3"};
    static const char *const shapes[] = {
        "{\"usage\":{\"input_tokens\":%s,\"input_tokens_details\":{\"cached_tokens\":%s,"
        "\"cache_write_tokens\":%s},\"output_tokens\":%s,\"output_tokens_details\":{"
        "\"reasoning_tokens\":%s},\"total_tokens\":%s}}",
        "{\"usage\":{\"prompt_tokens\":%s,\"prompt_tokens_details\":{\"cached_tokens\":%s,"
        "\"cache_write_tokens\":%s},\"completion_tokens\":%s,\"completion_tokens_details\":{"
        "\"reasoning_tokens\":%s},\"total_tokens\":%s}}",
        "{\"usage\":{\"input_tokens\":%s,\"cache_read_input_tokens\":%s,\"cache_creation_input_tokens\":%s,"
        "\"output_tokens\":%s,\"output_tokens_details\":{\"thinking_tokens\":%s},"
        "\"cache_creation\":{\"ephemeral_1h_input_tokens\":%s}}}",
        "{\"usageMetadata\":{\"promptTokenCount\":%s,\"cachedContentTokenCount\":%s,"
        "\"toolUsePromptTokenCount\":%s,\"candidatesTokenCount\":%s,\"thoughtsTokenCount\":%s,"
        "\"totalTokenCount\":%s}}",
        "{\"usage\":{\"inputTokens\":%s,\"cacheReadInputTokens\":%s,\"cacheWriteInputTokens\":%s,"
        "\"outputTokens\":%s,\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":%s}],\"totalTokens\":%s}}",
    };
    uint32_t random = 7;
    for (size_t i = 0; i < 20000; i++) {
        const char *of[6];
        char body[512];
        for (size_t at = 0; at < COUNT(of); at++) {
            random = random * 1664525U + 1013904223U;
            of[at] = numbers[(random >> 8) % COUNT(numbers)];
        }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(body, sizeof(body), shapes[i % COUNT(shapes)], of[0], of[1], of[2], of[3], of[4],
                       of[5]);
#pragma GCC diagnostic pop
        struct answer answer = read_text(PROVIDER_OPAQUE, body);
        assert_sound(body, &answer);
        answer_usage_fill(&answer, 70);
        assert_sound(body, &answer);
    }
    static const struct {
        const char *usage;
        struct tokens is;
    } table[] = {
        {"{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,\"prompt_tokens_details\":{"
         "\"cached_tokens\":11,\"cache_write_tokens\":3},\"completion_tokens_details\":{"
         "\"reasoning_tokens\":6}}",
         {.input = 10, .cached = 10, .output = 5, .reasoning = 5}},
        {"{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,\"prompt_tokens_details\":{"
         "\"cached_tokens\":8,\"cache_write_tokens\":3}}",
         {.input = 10, .cached = 8, .written = 2, .output = 5}},
        {"{\"input_tokens\":0,\"cache_read_input_tokens\":1e300,\"output_tokens\":5}", {.output = 5}},
        {"{\"input_tokens\":1,\"cache_creation\":{\"ephemeral_5m_input_tokens\":2,"
         "\"ephemeral_1h_input_tokens\":3},\"cache_creation_input_tokens\":1,\"output_tokens\":5}",
         {.input = 6, .written = 2, .written_hour = 3, .output = 5}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char body[512];
        (void)snprintf(body, sizeof(body), "{\"usage\":%s}", table[i].usage);
        struct answer answer = read_text(PROVIDER_OPAQUE, body);
        assert_tokens(body, &answer, &table[i].is);
    }
}

static void tells_the_tier_that_answered(void **state) {
    (void)state;
    static const struct {
        const char *body;
        const char *tier;
        enum price_way way;
    } table[] = {
        {"{\"service_tier\":\"default\"}", "default", PRICE_DEFAULT},
        {"{\"service_tier\":\"flex\"}", "flex", PRICE_FLEX},
        {"{\"service_tier\":\"priority\"}", "priority", PRICE_PRIORITY},
        {"{\"service_tier\":\"fast\"}", "fast", PRICE_PRIORITY},
        {"{\"service_tier\":\"scale\"}", "scale", PRICE_DEFAULT},
        {"{\"service_tier\":null}", NULL, PRICE_DEFAULT},
        {"{\"service_tier\":7}", NULL, PRICE_DEFAULT},
        {"{}", NULL, PRICE_DEFAULT},
        {"{\"usage\":{\"service_tier\":\"standard\"}}", "standard", PRICE_DEFAULT},
        {"{\"usage\":{\"service_tier\":\"priority\"}}", "priority", PRICE_PRIORITY},
        {"{\"usage\":{\"service_tier\":\"batch\"}}", "batch", PRICE_BATCH},
        {"{\"serviceTier\":{\"type\":\"flex\"}}", "flex", PRICE_FLEX},
        {"{\"usageMetadata\":{\"trafficType\":\"ON_DEMAND_FLEX\"}}", "ON_DEMAND_FLEX", PRICE_FLEX},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct answer answer = read_text(PROVIDER_OPAQUE, table[i].body);
        assert_int_equal(answer.way, table[i].way);
        if (table[i].tier == NULL) {
            assert_null(answer.service_tier);
        } else {
            assert_string_equal(answer.service_tier, table[i].tier);
        }
    }
    assert_true(answer_tier_usual("default") && answer_tier_usual("standard"));
    assert_true(answer_tier_usual("ON_DEMAND") && answer_tier_usual("auto"));
    assert_false(answer_tier_usual("flex") || answer_tier_usual("priority") || answer_tier_usual("scale"));
}

static int end(void **state) {
    (void)state;
    text_free(&joined);
    json_memory_free();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_usage_of_each_api),
        cmocka_unit_test(reads_the_usage_of_streams),
        cmocka_unit_test(believes_no_part_above_its_whole),
        cmocka_unit_test(tells_the_tier_that_answered),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
