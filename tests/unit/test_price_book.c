// Which row of the price lists a model's price is in.
#include "prices/price_list.h"
#include "ration/price_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void add(struct price_list *list, const char *provider, const char *model, uint64_t input) {
    struct price_draft draft = {0};
    price_draft_set(&draft, 0, PRICE_DEFAULT, PRICE_INPUT, input);
    price_draft_set(&draft, 0, PRICE_DEFAULT, PRICE_OUTPUT, input);
    struct price_named named = {.provider = provider, .provider_length = strlen(provider), .model = model};
    assert_int_equal(price_list_add(list, &named, &draft), 0);
}

struct row {
    const char *provider, *model;
};
static struct price_book *book_of(const struct row *rows, size_t count, const struct price_book *before) {
    struct price_list list = {0};
    for (size_t i = 0; i < count; i++) {
        add(&list, rows[i].provider, rows[i].model, i + 1);
    }
    struct price_book *book = price_list_book(&list, before);
    assert_non_null(book);
    price_list_free(&list);
    return book;
}
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct row usual[] = {
    {"openai", "gpt-4o"},
    {"openai", "gpt-4o-mini"},
    {"openai", "gpt-4o-2024-05-13"},
    {"openai", "gpt-4"},
    {"openai", "gpt-5"},
    {"openai", "o1"},
    {"openai", "ft:gpt-4o-mini-2024-07-18"},
    {"anthropic", "claude-haiku-4-5"},
    {"anthropic", "claude-opus-5"},
    {"anthropic", "claude-opus-5-5"},
    {"anthropic", "claude-only-dated-20250101"},
    {"anthropic", "claude-only-dated-20250929"},
    {"google", "gemini-2.5-flash"},
    {"mistral", "mistral-small-latest"},
    {"azure", "gpt-4o"},
    {"bedrock_converse", "us.anthropic.claude-opus-5-5-v1:0"},
    {"openrouter", "openai/gpt-5"},
    {"groq", "openai/gpt-oss-20b"},
    {"", "house-model"},
    {"", "gpt-house"},
    {"openai", "gpt-house"},
    {"ollama", "llama3.2"},
    {"deepseek", "deepseek-chat"},
    {"cohere", "command-r"},
};

static void a_model_is_found(void **state) {
    (void)state;
    static const struct {
        const char *provider, *model;
        const char *found; // "provider/model"; NULL: none
    } cases[] = {
        {"openai", "gpt-4o", "openai/gpt-4o"},
        {"openai-chat", "gpt-4o", "openai/gpt-4o"},
        {"openai", "gpt-4o-mini", "openai/gpt-4o-mini"},
        {"openai", "gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini"},
        {"openai", "gpt-4o-2024-08-06", "openai/gpt-4o"},
        {"openai", "gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"},
        {"openai", "gpt-4o-latest", "openai/gpt-4o"},
        {"openai", "gpt-4-0613", "openai/gpt-4"},
        {"openai", "o1-2024-12-17", "openai/o1"},
        {"openai", "ft:gpt-4o-mini-2024-07-18", "openai/ft:gpt-4o-mini-2024-07-18"},
        // another model is another model
        {"openai", "gpt-4o-audio-preview", NULL},
        {"openai", "gpt-4o-mini-audio", NULL},
        {"openai", "gpt-4-32k", NULL},
        {"openai", "gpt-4.1", NULL},
        {"openai", "gpt-5-chat-latest", NULL},
        {"openai", "gpt-5.4", NULL},
        {"openai", "gpt-5-4", NULL},
        {"openai", "gpt", NULL},
        {"openai", "", NULL},
        {"openai", "gpt-4o-2024", "openai/gpt-4o"}, // four digits are a version, as 0613 is
        {"openai", "gpt-4o-99", NULL},
        {"anthropic", "claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5"},
        {"anthropic", "claude-haiku-4-5@20251001", "anthropic/claude-haiku-4-5"},
        {"anthropic", "claude-opus-5-5", "anthropic/claude-opus-5-5"},
        {"anthropic", "claude-opus-5-5-20260922", "anthropic/claude-opus-5-5"},
        {"anthropic", "claude-opus-5-20260801", "anthropic/claude-opus-5"},
        {"anthropic", "claude-opus-5-6", NULL},
        {"anthropic", "claude-only-dated", "anthropic/claude-only-dated-20250929"},
        {"anthropic", "claude-only-dated-latest", "anthropic/claude-only-dated-20250929"},
        {"anthropic", "claude-only-dated-20260101", NULL},
        // Google, whose names may have a folder
        {"gemini", "gemini-2.5-flash", "gemini/gemini-2.5-flash"},
        {"gemini", "models/gemini-2.5-flash", "gemini/gemini-2.5-flash"},
        {"gemini", "models/gemini-2.5-flash-001", "gemini/gemini-2.5-flash"},
        {"gemini", "models/gemini-2.5-flash-lite", NULL},
        {"vertex", "google/gemini-2.5-flash", "gemini/gemini-2.5-flash"},
        // Amazon
        {"bedrock", "us.anthropic.claude-opus-5-5-v1:0", "bedrock/us.anthropic.claude-opus-5-5-v1:0"},
        {"bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic/claude-haiku-4-5"},
        {"bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic/claude-haiku-4-5"},
        {"bedrock", "anthropic.claude-v2:1", NULL},
        // Azure: the model that answers is known, a deployment is not
        {"azure", "gpt-4o-2024-08-06", "azure/gpt-4o"},
        {"azure-deployments", "gpt-4o", "azure/gpt-4o"},
        {"azure", "gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini"},
        {"azure", "my-deployment", NULL},
        // routers
        {"openrouter", "openai/gpt-5", "openrouter/openai/gpt-5"},
        {"openrouter", "openai/gpt-4o-2024-08-06", "openai/gpt-4o"},
        {"openrouter", "openai/gpt-4o-mini", "openai/gpt-4o-mini"},
        {"openrouter", "anthropic/claude-haiku-4.5", "anthropic/claude-haiku-4-5"},
        {"openrouter", "mistralai/mistral-small-latest", "mistral/mistral-small-latest"},
        {"openrouter", "openai/gpt-4o:free", NULL},
        {"openrouter", "meta-llama/llama-3", NULL},
        {"corporate-gateway", "gpt-4o-mini", "openai/gpt-4o-mini"},
        {"openai", "claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5"},
        {"groq", "openai/gpt-oss-20b", "groq/openai/gpt-oss-20b"},
        {"together", "openai/gpt-oss-20b", NULL},
        {"corporate-gateway", "command-r", NULL}, // it does not make it known by its name alone
        // whichever provider
        {"openrouter", "house-model", "/house-model"},
        {"vllm", "house-model-20260101", "/house-model"},
        {"openai", "gpt-house", "openai/gpt-house"},
        {"azure", "gpt-house", "/gpt-house"},
        // the own machine
        {"ollama", "llama3.2", "ollama/llama3.2"},
        {"vllm", "gpt-4o", NULL},
        {"vllm", "openai/gpt-4o", NULL},
    };
    struct price_book *book = book_of(usual, COUNT(usual), NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char found[256] = "";
        const struct price_entry *entry = price_book_find(book, cases[i].provider, cases[i].model);
        if (entry != NULL) {
            (void)snprintf(found, sizeof(found), "%s/%s", entry->provider, entry->model);
        }
        if (strcmp(found, cases[i].found != NULL ? cases[i].found : "") != 0) {
            fail_msg("%s at %s: found \"%s\", not \"%s\"", cases[i].model, cases[i].provider, found,
                     cases[i].found != NULL ? cases[i].found : "");
        }
    }
    free(book);
}

static void names_that_are_too_long_are_none(void **state) {
    (void)state;
    char model[300];
    memset(model, 'm', sizeof(model));
    model[sizeof(model) - 1] = '\0';
    struct price_book *book = book_of(usual, COUNT(usual), NULL);
    assert_null(price_book_find(book, "openai", model));
    assert_null(price_book_find(book, model, "no-such"));
    free(book);
    const struct row rows[] = {{"openai", model}, {model, "m"}, {"openai", ""}, {"openai", "m"}};
    book = book_of(rows, COUNT(rows), NULL);
    assert_int_equal(book->count, 1);
    free(book);
}

static void later_lists_win(void **state) {
    (void)state;
    static const struct row later[] = {
        {"openai", "gpt-4o"}, {"", "claude-haiku-4-5"}, {"openai", "gpt-9"}, {"openai", "gpt-9"}};
    struct price_book *before = book_of(usual, COUNT(usual), NULL);
    struct price_book *book = book_of(later, COUNT(later), before);
    assert_int_equal(price_book_find(book, "openai", "gpt-4o")->price.rates[0].input, 1);
    // a version of it as well: the earlier list knew that one by its own name
    assert_int_equal(price_book_find(book, "openai", "gpt-4o-2024-05-13")->price.rates[0].input, 1);
    // whichever provider: the earlier list's provider, too
    assert_int_equal(price_book_find(book, "anthropic", "claude-haiku-4-5-20251001")->price.rates[0].input,
                     2);
    assert_int_equal(price_book_find(book, "openai", "gpt-9")->price.rates[0].input, 4); // the later row
    assert_int_equal(price_book_find(book, "openai", "gpt-4o-mini")->price.rates[0].input, 2); // as before
    assert_int_equal(book->count, COUNT(usual) - 3 + 3);
    free(before);
    free(book);
}

static void assert_answer(const struct price_book *book, const char *model, enum price_ground ground,
                          uint64_t input) {
    struct price_found found = price_book_answer(book, 0, model);
    assert_int_equal(found.ground, ground);
    assert_true((found.price != NULL) == (ground != PRICE_UNKNOWN));
    assert_true((found.entry != NULL) == (ground == PRICE_OF_ANSWERED));
    assert_int_equal(found.price != NULL ? found.price->rates[0].input : 0, input);
}

static void an_answer_costs_by_its_ground(void **state) {
    (void)state;
    struct price_book *book = book_of(usual, COUNT(usual), NULL);
    book->session[0] = (struct price_session){.provider = "openai"};
    assert_answer(book, "gpt-99", PRICE_UNKNOWN, 0);
    assert_answer(book, "gpt-4o-2024-08-06", PRICE_OF_ANSWERED, 1);
    book->session[0].ground = PRICE_OF_ASKED;
    book->session[0].price = price_plain(70, 70);
    assert_answer(book, "gpt-99", PRICE_OF_ASKED, 70);
    assert_answer(book, "", PRICE_OF_ASKED, 70);
    assert_answer(book, NULL, PRICE_OF_ASKED, 70);
    assert_answer(book, "gpt-4o-mini", PRICE_OF_ANSWERED, 2);
    book->session[0].ground = PRICE_TOLD;
    assert_answer(book, "gpt-4o-mini", PRICE_TOLD, 70);
    free(book);
}

static void a_book_is_whole_or_none(void **state) {
    (void)state;
    struct price_book *book = book_of(usual, COUNT(usual), NULL);
    size_t length = price_book_size(book->count);
    assert_true(price_book_whole(book, length));
    assert_false(price_book_whole(book, length - 1));
    assert_false(price_book_whole(book, 3));
    memset(book->entry[3].model, 'x', sizeof(book->entry[3].model));
    assert_false(price_book_whole(book, length));
    book->entry[3].model[0] = '\0';
    book->magic++;
    assert_false(price_book_whole(book, length));
    free(book);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_found),        cmocka_unit_test(names_that_are_too_long_are_none),
        cmocka_unit_test(later_lists_win),         cmocka_unit_test(an_answer_costs_by_its_ground),
        cmocka_unit_test(a_book_is_whole_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
