#include "ration/answer_ending.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define PREFIX "finishreason" // FINISH_REASON_STOP

struct word {
    const char *word; // lower case, without _ and -
    enum answer_ending ending;
};

// OpenAI, Anthropic, Mistral, Gemini, DeepSeek, Cohere, Groq, Together, OpenRouter, xAI, Bedrock, watsonx,
// Zhipu, vLLM, SGLang, TGI, Ollama, llama.cpp, LM Studio.
static const struct word words[] = {
    {"stop", ANSWER_WHOLE},
    {"completed", ANSWER_WHOLE}, // Responses: the status
    {"complete", ANSWER_WHOLE},
    {"endturn", ANSWER_WHOLE},
    {"stopsequence", ANSWER_WHOLE},
    {"eos", ANSWER_WHOLE},
    {"eostoken", ANSWER_WHOLE},
    {"eosfound", ANSWER_WHOLE},
    {"stopstringfound", ANSWER_WHOLE},
    {"normal", ANSWER_WHOLE},
    {"length", ANSWER_CUT},
    {"maxtokens", ANSWER_CUT},
    {"maxoutputtokens", ANSWER_CUT},
    {"maxcompletiontokens", ANSWER_CUT},
    {"maxnewtokens", ANSWER_CUT},
    {"maxoutput", ANSWER_CUT},
    {"maxlength", ANSWER_CUT},
    {"modellength", ANSWER_CUT},
    {"modelcontextwindowexceeded", ANSWER_CUT},
    {"contextlength", ANSWER_CUT},
    {"contextlengthexceeded", ANSWER_CUT},
    {"contextlengthreached", ANSWER_CUT},
    {"maxpredictedtokensreached", ANSWER_CUT},
    {"tokenlimit", ANSWER_CUT},
    {"errorlimit", ANSWER_CUT}, // Cohere: the context
    {"limit", ANSWER_CUT},
    {"truncated", ANSWER_CUT},
    {"contentfilter", ANSWER_WITHHELD},
    {"contentfiltered", ANSWER_WITHHELD},
    {"refusal", ANSWER_WITHHELD},
    {"safety", ANSWER_WITHHELD},
    {"recitation", ANSWER_WITHHELD},
    {"blocklist", ANSWER_WITHHELD},
    {"prohibitedcontent", ANSWER_WITHHELD},
    {"spii", ANSWER_WITHHELD},
    {"imagesafety", ANSWER_WITHHELD},
    {"modelarmor", ANSWER_WITHHELD},
    {"guardrailintervened", ANSWER_WITHHELD},
    {"guardrails", ANSWER_WITHHELD},
    {"sensitive", ANSWER_WITHHELD},
    {"errortoxic", ANSWER_WITHHELD},
    {"moderation", ANSWER_WITHHELD},
    {"flagged", ANSWER_WITHHELD},
    {"abort", ANSWER_ABORTED},
    {"aborted", ANSWER_ABORTED},
    {"error", ANSWER_ABORTED},
    {"failed", ANSWER_ABORTED},
    {"cancel", ANSWER_ABORTED},
    {"cancelled", ANSWER_ABORTED},
    {"canceled", ANSWER_ABORTED},
    {"usercancel", ANSWER_ABORTED},
    {"insufficientsystemresource", ANSWER_ABORTED},
    {"insufficientsystemresources", ANSWER_ABORTED},
    {"networkerror", ANSWER_ABORTED},
    {"timeout", ANSWER_ABORTED},
    {"timelimit", ANSWER_ABORTED},
    {"modelunloaded", ANSWER_ABORTED},
    {"load", ANSWER_ABORTED},
    {"unload", ANSWER_ABORTED},
    {"repetition", ANSWER_ABORTED},
    {"toolcalls", ANSWER_WAITS},
    {"toolcall", ANSWER_WAITS},
    {"tooluse", ANSWER_WAITS},
    {"functioncall", ANSWER_WAITS},
    {"pauseturn", ANSWER_WAITS},
    {"pause", ANSWER_WAITS},
    {"inprogress", ANSWER_WAITS}, // Responses: the status
    {"queued", ANSWER_WAITS},
    {"notfinished", ANSWER_WAITS},
};

// From one letter or digit of `word` to the next, as they are compared; '\0' at the end.
static char next_letter(const char **word) {
    while (**word == '_' || **word == '-' || **word == ' ') {
        (*word)++;
    }
    return **word == '\0' ? '\0' : (char)tolower((unsigned char)*(*word)++);
}

static const char *without_prefix(const char *word) {
    const char *rest = word;
    for (const char *prefix = PREFIX; *prefix != '\0'; prefix++) {
        if (next_letter(&rest) != *prefix) {
            return word;
        }
    }
    return rest;
}

static int same(const char *word, const char *listed) {
    for (;; listed++) {
        char letter = next_letter(&word);
        if (letter != *listed || letter == '\0') {
            return letter == *listed;
        }
    }
}

enum answer_ending answer_ending_of(const char *word) {
    if (word == NULL) {
        return ANSWER_UNTOLD;
    }
    word = without_prefix(word);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (same(word, words[i].word)) {
            return words[i].ending;
        }
    }
    return ANSWER_UNKNOWN;
}

const char *answer_ending_name(enum answer_ending ending, const char *word) {
    switch (ending) {
    case ANSWER_WHOLE:
        return "stop";
    case ANSWER_CUT:
        return "length";
    case ANSWER_WITHHELD:
        return "content_filter";
    default:
        return word;
    }
}
