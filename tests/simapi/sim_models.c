#include "sim_models.h"

#include <string.h>

bool sim_models_asked(const char *method, const char *path) {
    return !strcmp(method, "GET") && !strcmp(path, "/v1/models");
}

void sim_models_list(struct text *out) {
    static const char *const names[] = {
        "gpt-4o-mini",        "gpt-4o",   "gpt-6-luna",          "claude-haiku-4-5", "sonar",
        "openai/gpt-oss-20b", "llama3.2", "mistral-small-latest"};

    sim_text_puts(out, "{\"object\":\"list\",\"has_more\":true,\"data\":[");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        sim_text_puts(out, i ? ",{\"object\":\"model\",\"id\":" : "{\"object\":\"model\",\"id\":");
        sim_text_add_json_string(out, names[i]);
        sim_text_puts(out, "}");
    }
    sim_text_puts(out, "]}");
}
