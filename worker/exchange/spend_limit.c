#include "exchange/spend_limit.h"

#include "limits/retry_text.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

// ---- codes ----

// Words of codes, with a line between two of them.
static const char *const codes[] = {
    "insufficient_quota",      // OpenAI, Perplexity
    "insufficient_user_quota", // One API and those made of it
    "not_enough_balance",      // Novita
    "insufficient_balance",    // DeepSeek
    "insufficient_credit",
    "insufficient_credits", // OpenRouter
    "insufficient_funds",   // Vercel
    "credit_balance",       // OpenAI: credit_balance_exhausted
    "credits_error",        // OpenCode: CreditsError
    "credits_exhausted",
    "out_of_credits",
    "quota_exhausted",
    "current_quota",  // Moonshot: exceeded_current_quota_error
    "spend_limit",    // OpenAI: project_spend_limit_exceeded; Anthropic: enforced_spend_limit_reached
    "spending_limit", // xAI: personal-team-blocked:spending-limit
    "spend_cap",
    "spending_cap",
    "usage_limit",        // OpenAI: organization_usage_limit_exceeded, usage_limit_reached
    "credit_limit",       // Together
    "budget_exceeded",    // LiteLLM
    "billing",            // OpenAI: billing_not_active; Anthropic: billing_error; Google: BILLING_DISABLED
    "arrearage",          // Alibaba
    "overdue",            // Volcengine: AccountOverdueError
    "payment_instrument", // AWS: INVALID_PAYMENT_INSTRUMENT
    "blocked_api_access", // Groq: its spend limit is reached
};

#define CODE_MOST 128U

// "AccountOverdueError" and "a-b:c" become "_account_overdue_error_" and "_a_b_c_".
static void plain_code(const char *code, char out[CODE_MOST + 4]) {
    size_t length = 0;
    char before = '\0';
    out[length++] = '_';
    for (; *code != '\0' && length < CODE_MOST; before = *code++) {
        bool word = isalnum((unsigned char)*code) != 0;
        bool begins = isupper((unsigned char)*code) && islower((unsigned char)before);
        if ((!word || begins) && out[length - 1] != '_') {
            out[length++] = '_';
        }
        if (word) {
            out[length++] = (char)tolower((unsigned char)*code);
        }
    }
    out[length++] = '_';
    out[length] = '\0';
}

static bool code_says(const char *code) {
    char plain[CODE_MOST + 4];
    if (code == NULL) {
        return false;
    }
    plain_code(code, plain);
    for (size_t i = 0; i < COUNT(codes); i++) {
        size_t length = strlen(codes[i]);
        for (const char *at = strstr(plain, codes[i]); at != NULL; at = strstr(at + 1, codes[i])) {
            if (at[-1] == '_' && at[length] == '_') {
                return true;
            }
        }
    }
    return false;
}

bool spend_limit_code(const struct answer *answer) {
    return code_says(answer->error_code) || code_says(answer->error_type) || code_says(answer->error_detail);
}

// ---- words ----

// A kind of sentence: one of each of these lists stands in it, in any order. A word that begins with one of
// them counts. The examples are what providers have been seen to send.
static const struct kind {
    const char *of;  // parted by '|'
    const char *and; // likewise; NULL: `of` is enough
    bool of_minutes; // of a limit the same is said where waiting a minute helps
} kinds[] = {
    // "Insufficient Balance" (DeepSeek, MiniMax with 500), "Your credit balance is too low to access the
    // Anthropic API.", "Your prepayment credits are depleted." (Google), "You have run out of credits" (xAI),
    // "has either used all available credits or reached its monthly spending limit" (xAI), "Insufficient
    // credits." (OpenRouter). Not "requires more credits, or fewer max_tokens" (OpenRouter): that may be one
    // row's, and what happens to others tells.
    {"balance|credits|funds",
     "insufficient|too low|not enough|exhausted|depleted|used up|run out|ran out|all available|overdue",
     false},
    // "You have insufficient credit to run this model." (Replicate)
    {"insufficient credit|not enough credit|out of credit|out of funds|no credits|no remaining credit|"
     "negative balance|negative credit",
     NULL, false},
    // "You have reached your specified API usage limits." and "… specified workspace API usage limits"
    // (Anthropic, 400), "Key limit exceeded (monthly limit)" (OpenRouter, 403), "Credit limit exceeded"
    // (Together), "exceeded its monthly spending cap" (Google), "exceeded your monthly included credits"
    // (Hugging Face), "possibly due to reaching the monthly spending limit" (Fireworks, 412)
    {"spend limit|spending limit|spend cap|spending cap|usage limit|usage cap|billing limit|billing hard "
     "limit|"
     "credit limit|key limit|monthly limit|monthly quota|monthly usage|monthly cap|overage limit|included "
     "credits|monthly credits",
     "reach|exceed|hit |used up|exhausted|crossed|over |blocked", false},
    // "Budget has been exceeded! Current cost: …", "ExceededBudget: … over budget", "crossed budget"
    // (LiteLLM). A budget alone may be that of a model's thinking.
    {"budget has been exceeded|over budget|crossed budget|exceeded budget|exceededbudget", NULL, false},
    // "You exceeded your current quota, please check your plan and billing details." (OpenAI; Moonshot;
    // Google says it of a minute as well)
    {"current quota|your quota", "billing", true},
    {"free tier of|free quota|free allocated quota", "exhausted|exceed|used up", true}, // Alibaba, 403
    {"quota is not enough|quota is insufficient|insufficient quota", NULL, true},       // One API
    // "Account … is suspended, … failure to pay past invoices" (Fireworks), "your account has an overdue
    // balance" (Volcengine), "make sure your account is in good standing" (Alibaba), "… is suspended due to
    // insufficient balance, please recharge your account" (Moonshot)
    {"account|organization|subscription|project",
     "past due|overdue|arrears|past invoices|unpaid|good standing|recharge|payment failed|failed payment|top "
     "up",
     false},
    {"account is not active|account is inactive", NULL, false}, // OpenAI: billing_not_active
    // "This API method requires billing to be enabled.", "… has billing disabled." (Google, 403)
    {"billing", "disabled|to be enabled|not enabled|be enabled|not active|inactive", false},
    // "INVALID_PAYMENT_INSTRUMENT: A valid payment instrument must be provided." (AWS)
    {"payment instrument|payment method", "invalid|valid|required|missing|declined|expired|must be", false},
    // "You are using a Trial key, which is limited to 1000 API calls / month." (Cohere)
    {"calls / month|calls/month|calls per month|requests / month|requests/month|requests per month",
     "limited to|limit|exceed|reach", false},
    {"欠费|余额不足|额度不足|额度已用尽", NULL, false}, // Zhipu, Alibaba, One API
};

#define MESSAGE_MOST 4096U

static bool opens(const char *message, size_t at) {
    return at > 0 && !isalnum((unsigned char)message[at - 1]);
}

// Where the quotation that begins at `at` ends; 0: none begins there. An apostrophe is none, nor is what is
// quoted because it is JSON, or because all of the message is.
static size_t quotation(const char *message, size_t at, bool json) {
    char mark = message[at];
    if ((mark != '\'' && mark != '`' && (mark != '"' || json)) || !opens(message, at)) {
        return 0;
    }
    for (size_t i = at + 1; message[i] != '\0'; i++) {
        if (message[i] == mark && !isalnum((unsigned char)message[i + 1])) {
            return i;
        }
    }
    return 0;
}

static bool ends_sentence(const char *message, size_t at) {
    char next = message[at + 1];
    return strchr(".!?;\n", message[at]) != NULL && (next == ' ' || next == '\n' || next == '\0');
}

// In small letters, a line for each sentence, without what it quotes: an error may quote the request.
static void plain_words(const char *message, char out[MESSAGE_MOST + 1]) {
    const char *json = strstr(message, "{\"");
    size_t length = 0;
    for (size_t at = 0; message[at] != '\0' && length < MESSAGE_MOST; at++) {
        size_t end = quotation(message, at, json != NULL && message + at > json);
        at = end > 0 ? end : at;
        char c = end > 0 ? ' ' : (char)tolower((unsigned char)message[at]);
        out[length++] = end == 0 && ends_sentence(message, at) ? '\n' : c;
    }
    out[length] = '\0';
}

// Whether one of the list begins a word of the sentence.
static bool stands_in(const char *sentence, size_t length, const char *list) {
    while (*list != '\0') {
        size_t span = strcspn(list, "|");
        for (size_t at = 0; at + span <= length; at++) {
            bool inside = at > 0 && isalnum((unsigned char)sentence[at - 1]);
            if (!inside && memcmp(sentence + at, list, span) == 0) {
                return true;
            }
        }
        list += span + (list[span] == '|');
    }
    return false;
}

static bool sentence_says(const char *sentence, size_t length, bool minutes) {
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if ((!kinds[i].of_minutes || !minutes) && stands_in(sentence, length, kinds[i].of) &&
            (kinds[i].and == NULL || stands_in(sentence, length, kinds[i].and))) {
            return true;
        }
    }
    return false;
}

// A limit that may be one of a minute: it names a wait, or says so in Google's way.
static bool may_be_of_minutes(const struct answer *answer) {
    uint64_t wait;
    return (retry_text_read(answer->error_message, &wait) && wait < RETRY_TEXT_LONGEST) ||
           (answer->error_type != NULL && strcmp(answer->error_type, "RESOURCE_EXHAUSTED") == 0);
}

bool spend_limit_words(const struct answer *answer, bool limited) {
    char plain[MESSAGE_MOST + 1] = {0};
    // What a body as a whole says may be part of an answer.
    if (answer->error_message == NULL || (answer->body_words && answer->parsed)) {
        return false;
    }
    bool minutes = limited && may_be_of_minutes(answer);
    plain_words(answer->error_message, plain);
    for (const char *sentence = plain; *sentence != '\0';) {
        size_t length = strcspn(sentence, "\n");
        if (sentence_says(sentence, length, minutes)) {
            return true;
        }
        sentence += length + (sentence[length] == '\n');
    }
    return false;
}
