#include "sim_answer.h"

#include "sim_schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SUBJECT_MAX 4096 /* bytes of a whole prompt that come back */

static const char filler[] = "Trained early by a family of makers, the artist left home to study, travelled "
                             "widely, and returned with a "
                             "manner that the critics of the day found hard to place. Later works are "
                             "quieter; they are kept in public "
                             "collections, and scholars still disagree about their dates. ";

static void write_text(struct text *t, const struct ask *ask, uint64_t text_bytes) {
    size_t subject = sim_text_prefix_of_bytes(ask->subject, strlen(ask->subject), SUBJECT_MAX);

    sim_text_puts(t, "Biography of ");
    sim_text_add(t, ask->subject, subject);
    if (ask->data) {
        sim_text_puts(t, " (");
        sim_text_number(t, strlen(ask->data));
        sim_text_puts(t, " bytes of data)");
    }
    sim_text_puts(t, ". ");
    while (t->len < text_bytes) {
        size_t missing = text_bytes - t->len;

        sim_text_add(t, filler, missing < sizeof(filler) - 1 ? missing : sizeof(filler) - 1);
    }
}

/* The text, cut to what the token limit allows; true when it was cut. */
static bool make_text(struct answer *answer, const struct ask *ask, struct text *t) {
    uint64_t chars, most = ask->max_output ? ask->max_output : UINT64_MAX;

    if (answer->empty) {
        answer->output_tokens = 1;
        return false;
    }
    if (sim_schema_wanted(ask->tree))
        sim_schema_answer(sim_schema_wanted(ask->tree), ask->subject, t);
    else
        write_text(t, ask, answer->text_bytes);
    chars = sim_text_count_chars(t->data, t->len);
    answer->output_tokens = (chars + 3) / 4;
    if (answer->cut && most > answer->output_tokens / 2)
        most = answer->output_tokens / 2;
    if (answer->output_tokens <= most)
        return false;
    answer->output_tokens = most;
    t->len = sim_text_prefix_of_chars(t->data, t->len, most * 4);
    return true;
}

static void add_id(struct text *out, const char *prefix, uint64_t number) {
    sim_text_puts(out, prefix);
    sim_text_hex(out, number * UINT64_C(0x9E3779B97F4A7C15));
    sim_text_hex(out, number);
}

static void add_field(struct text *out, const char *name, uint64_t n) {
    sim_text_puts(out, name);
    sim_text_number(out, n);
}

static void build_responses(const struct answer *a, const struct ask *ask, bool cut, const struct text *t,
                            struct text *out) {
    const char *status = cut ? "incomplete" : "completed";

    add_id(out, "{\"id\":\"resp_", a->number);
    add_field(out, "\",\"object\":\"response\",\"created_at\":", a->created);
    sim_text_puts(out, ",\"status\":\"");
    sim_text_puts(out, status);
    sim_text_puts(out, "\",\"background\":false,\"error\":null,\"incomplete_details\":");
    sim_text_puts(out, cut ? "{\"reason\":\"max_output_tokens\"}" : "null");
    sim_text_puts(out, ",\"instructions\":null,\"max_output_tokens\":");
    if (ask->max_output)
        sim_text_number(out, ask->max_output);
    else
        sim_text_puts(out, "null");
    sim_text_puts(out, ",\"model\":");
    sim_text_add_json_string(out, ask->model);
    add_id(out, ",\"output\":[{\"id\":\"msg_", a->number);
    sim_text_puts(out, "\",\"type\":\"message\",\"status\":\"");
    sim_text_puts(out, status);
    sim_text_puts(out,
                  "\",\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"");
    sim_text_add_json(out, t->data, t->len);
    sim_text_puts(out,
                  "\"}],\"role\":\"assistant\"}],\"parallel_tool_calls\":true,\"previous_response_id\":null,"
                  "\"reasoning\":{\"effort\":null,\"summary\":null},\"store\":true,\"temperature\":1.0,"
                  "\"text\":{\"format\":{\"type\":\"text\"}},\"tool_choice\":\"auto\",\"tools\":[],"
                  "\"top_p\":1.0,\"truncation\":\"disabled\",\"service_tier\":");
    sim_text_add_json_string(out, a->tier);
    sim_text_puts(out, ",\"usage\":{");
    add_field(out, "\"input_tokens\":", a->input_tokens);
    add_field(out, ",\"input_tokens_details\":{\"cached_tokens\":", a->cached.read);
    add_field(out, "},\"output_tokens\":", a->output_tokens);
    add_field(out, ",\"output_tokens_details\":{\"reasoning_tokens\":", a->reasoning_tokens);
    add_field(out, "},\"total_tokens\":", a->input_tokens + a->output_tokens);
    sim_text_puts(out, "},\"user\":null,\"metadata\":{}}\n");
}

static void build_chat(const struct answer *a, const struct ask *ask, bool cut, const struct text *t,
                       struct text *out) {
    add_id(out, "{\"id\":\"chatcmpl-", a->number);
    add_field(out, "\",\"object\":\"chat.completion\",\"created\":", a->created);
    sim_text_puts(out, ",\"model\":");
    sim_text_add_json_string(out, ask->model);
    sim_text_puts(out, ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"");
    sim_text_add_json(out, t->data, t->len);
    sim_text_puts(out, "\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"");
    sim_text_puts(out, cut ? "length" : "stop");
    add_field(out, "\"}],\"usage\":{\"prompt_tokens\":", a->input_tokens);
    add_field(out, ",\"completion_tokens\":", a->output_tokens);
    add_field(out, ",\"total_tokens\":", a->input_tokens + a->output_tokens);
    add_field(out, ",\"prompt_tokens_details\":{\"cached_tokens\":", a->cached.read);
    add_field(out, ",\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":",
              a->reasoning_tokens);
    sim_text_puts(out, ",\"audio_tokens\":0}},\"service_tier\":");
    sim_text_add_json_string(out, a->tier);
    sim_text_puts(out, ",\"system_fingerprint\":null}\n");
}

static void build_messages(const struct answer *a, const struct ask *ask, bool cut, const struct text *t,
                           struct text *out) {
    add_id(out, "{\"id\":\"msg_", a->number);
    sim_text_puts(out, "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":");
    sim_text_add_json_string(out, ask->model);
    sim_text_puts(out, ",\"content\":[{\"type\":\"text\",\"text\":\"");
    sim_text_add_json(out, t->data, t->len);
    sim_text_puts(out, "\"}],\"stop_reason\":\"");
    sim_text_puts(out, cut ? "max_tokens" : "end_turn");
    const struct cached *c = &a->cached;

    add_field(out, "\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":",
              a->input_tokens - c->read - c->written - c->written_hour);
    add_field(out, ",\"cache_creation_input_tokens\":", c->written + c->written_hour);
    add_field(out, ",\"cache_read_input_tokens\":", c->read);
    if (c->written + c->written_hour) {
        add_field(out, ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":", c->written);
        add_field(out, ",\"ephemeral_1h_input_tokens\":", c->written_hour);
        sim_text_puts(out, "}");
    }
    add_field(out, ",\"output_tokens\":", a->output_tokens);
    if (a->reasoning_tokens) {
        add_field(out, ",\"output_tokens_details\":{\"thinking_tokens\":", a->reasoning_tokens);
        sim_text_puts(out, "}");
    }
    sim_text_puts(out, ",\"service_tier\":");
    sim_text_add_json_string(out, a->tier);
    sim_text_puts(out, "}}\n");
}

/* Within what the limit leaves of it. */
static uint64_t thought(const struct answer *answer, const struct ask *ask) {
    uint64_t left = ask->max_output ? ask->max_output - answer->output_tokens : UINT64_MAX;

    return answer->thinks < left ? answer->thinks : left;
}

void sim_answer_build(struct answer *answer, const struct ask *ask, enum api api, struct text *out) {
    struct text t = {0};
    bool cut = make_text(answer, ask, &t);

    answer->input_tokens = sim_ask_input_tokens(ask);
    answer->reasoning_tokens = thought(answer, ask);
    answer->output_tokens += answer->reasoning_tokens;
    if (api == API_MESSAGES)
        build_messages(answer, ask, cut, &t, out);
    else if (api == API_CHAT)
        build_chat(answer, ask, cut, &t, out);
    else
        build_responses(answer, ask, cut, &t, out);
    sim_text_free(&t);
}

void sim_answer_error(struct text *out, const char *message, const char *type, const char *param,
                      const char *code) {
    sim_text_puts(out, "{\"error\":{\"message\":");
    sim_text_add_json_string(out, message);
    sim_text_puts(out, ",\"type\":");
    sim_text_add_json_string(out, type);
    sim_text_puts(out, ",\"param\":");
    sim_text_add_json_string(out, param);
    sim_text_puts(out, ",\"code\":");
    sim_text_add_json_string(out, code);
    sim_text_puts(out, "}}\n");
}

void sim_answer_request_id(char out[ANSWER_REQUEST_ID], uint64_t clock_ns, uint64_t number) {
    snprintf(out, ANSWER_REQUEST_ID, "req_%016" PRIx64 "%016" PRIx64, clock_ns, number);
}

void sim_answer_error_anthropic(struct text *out, const char *type, const char *message,
                                const char *error_code, const char *request_id) {
    sim_text_puts(out, "{\"type\":\"error\",\"error\":{\"type\":");
    sim_text_add_json_string(out, type);
    sim_text_puts(out, ",\"message\":");
    sim_text_add_json_string(out, message);
    if (error_code) {
        sim_text_puts(out, ",\"details\":{\"error_code\":");
        sim_text_add_json_string(out, error_code);
        sim_text_puts(out, "}");
    }
    sim_text_puts(out, "},\"request_id\":");
    sim_text_add_json_string(out, request_id);
    sim_text_puts(out, "}\n");
}
