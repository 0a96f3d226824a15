#include "exchange/answer_error.h"

#include "exchange/answer_status.h"
#include "exchange/answer_words.h"
#include "exchange/json_memory.h"
#include "ration/answer_tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DEEPEST 5 // objects within objects that are looked into
#define LISTED 3  // of a list of errors are told
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void add_words(struct answer_words *words, const cJSON *item, int depth);

// "body.input: " before the words of a list as FastAPI sends it: [{"loc": ["body", "input"], "msg": "…"}]
static void add_place(struct answer_words *words, const cJSON *item) {
    const cJSON *step;
    bool any = false;
    cJSON_ArrayForEach(step, answer_tree_member(item, "loc")) {
        char number[24];
        const char *text = answer_tree_text(step);
        if (text == NULL && cJSON_IsNumber(step)) {
            (void)snprintf(number, sizeof(number), "%.0f", step->valuedouble);
            text = number;
        }
        if (text != NULL) {
            answer_words_add(words, ".", any);
            answer_words_add_string(words, text);
            any = true;
        }
    }
    answer_words_add(words, ": ", any ? 2 : 0);
}

static void add_list(struct answer_words *words, const cJSON *list, int depth) {
    const cJSON *item;
    int told = 0;
    cJSON_ArrayForEach(item, list) {
        size_t before = words->length;
        if (told == LISTED) {
            return;
        }
        answer_words_add(words, "; ", before > 0 && told > 0 ? 2 : 0);
        size_t begun = words->length;
        add_words(words, item, depth);
        if (words->length == begun) {
            words->length = before;
        } else {
            told++;
        }
    }
}

// What an API in front of others says of the one behind it (OpenRouter).
static void add_raw(struct answer_words *words, const cJSON *object) {
    const char *raw = answer_tree_string(answer_tree_member(object, "metadata"), "raw");
    if (raw != NULL) {
        answer_words_add(words, ": ", words->length > 0 ? 2 : 0);
        answer_words_add_string(words, raw);
    }
}

// The first of the places in which the words of an object stand. `title` and `detail` belong together (RFC
// 9457).
static void add_object(struct answer_words *words, const cJSON *object, int depth) {
    static const char *const places[] = {
        "message", "Message", "msg",         "error_message", "errorMessage", "error_description",
        "detail",  "details", "description", "errors",        "error",        "reason",
        "title"};
    size_t before = words->length;
    const char *title = answer_tree_string(object, "title");
    if (title != NULL && answer_tree_string(object, "detail") != NULL) {
        answer_words_add_string(words, title);
        answer_words_add(words, ": ", 2);
        before = words->length;
    }
    add_place(words, object);
    size_t begun = words->length;
    for (size_t i = 0; i < COUNT(places) && words->length == begun; i++) {
        add_words(words, answer_tree_member(object, places[i]), depth);
    }
    if (words->length == begun) {
        words->length = before;
    }
    add_raw(words, object);
}

static void add_words(struct answer_words *words, const cJSON *item, int depth) {
    if (depth == 0) {
        return;
    }
    if (cJSON_IsString(item)) {
        answer_words_add_string(words, item->valuestring);
    } else if (cJSON_IsArray(item)) {
        add_list(words, item, depth - 1);
    } else if (cJSON_IsObject(item)) {
        add_object(words, item, depth - 1);
    }
}

static const char *words_of(const cJSON *item) {
    struct answer_words words;
    words.length = 0;
    add_words(&words, item, DEEPEST);
    return answer_words_keep(&words);
}

// ---- code and type ----

// A string, or a number as text.
static const char *code_of(const cJSON *item) {
    const char *text = answer_tree_text(item);
    if (text != NULL || !cJSON_IsNumber(item) || item->valuedouble < -1e15 || item->valuedouble > 1e15 ||
        item->valuedouble == 0) {
        return text;
    }
    char digits[32];
    int length = snprintf(digits, sizeof(digits), "%" PRId64, (int64_t)item->valuedouble);
    char *kept = json_memory_room((size_t)length + 1);
    if (kept != NULL) {
        memcpy(kept, digits, (size_t)length + 1);
    }
    return kept;
}

static const char *first_code(const cJSON *object, const char *const *name, size_t names) {
    const char *code = NULL;
    for (size_t i = 0; i < names && code == NULL; i++) {
        code = code_of(answer_tree_member(object, name[i]));
    }
    return code;
}

// {"error_code": "…"} (Anthropic), or a list in which one has a reason (Google).
static void read_detail(const cJSON *details, struct answer *answer) {
    const cJSON *item;
    answer->error_detail = answer_tree_string(details, "error_code");
    cJSON_ArrayForEach(item, details) {
        if (answer->error_detail == NULL && cJSON_IsArray(details)) {
            answer->error_detail = answer_tree_string(item, "reason");
        }
    }
}

static void read_codes(const cJSON *object, struct answer *answer) {
    static const char *const codes[] = {"code",       "error_code",  "errorCode",
                                        "statusCode", "status_code", "status"};
    static const char *const types[] = {"type", "__type", "status"};
    answer->error_code = first_code(object, codes, COUNT(codes));
    for (size_t i = 0; i < COUNT(types) && answer->error_type == NULL; i++) {
        answer->error_type = answer_tree_string(object, types[i]);
    }
    if (answer->error_type != NULL && strcmp(answer->error_type, "error") == 0) {
        answer->error_type = NULL; // says only that it is one
    }
    answer->error_param = answer_tree_string(object, "param");
    answer->error_resets = reset_fields_read(object);
    read_detail(answer_tree_member(object, "details"), answer);
}

// Of an error as an object the code decides, then its type, then what stands beside it.
static void read_status(const cJSON *object, struct answer *answer) {
    static const char *const numbers[] = {"status", "statusCode", "status_code"};
    const char *const said[] = {answer->error_detail, answer->error_code, answer->error_type};
    for (size_t i = 0; i < COUNT(said) && answer->error_status == 0; i++) {
        answer->error_status = answer_status_of(said[i]);
    }
    for (size_t i = 0; i < COUNT(numbers) && answer->error_status == 0; i++) {
        double number;
        if (answer_tree_number(answer_tree_member(object, numbers[i]), &number)) {
            answer->error_status = answer_status_number(number);
        }
    }
}

// Something is said in it.
static bool says_something(const cJSON *error) {
    const cJSON *member;
    if (cJSON_IsString(error)) {
        return error->valuestring[0] != '\0';
    }
    if (!cJSON_IsObject(error) && !cJSON_IsArray(error)) {
        return cJSON_IsTrue(error) || (cJSON_IsNumber(error) && error->valuedouble != 0);
    }
    cJSON_ArrayForEach(member, error) {
        if (!cJSON_IsNull(member)) {
            return true;
        }
    }
    return false;
}

// {"error": …}: an object, a list of them, or a word or sentence, with the rest beside it.
static void read_member(const cJSON *root, const cJSON *error, struct answer *answer) {
    const cJSON *object = cJSON_IsArray(error) ? cJSON_GetArrayItem(error, 0) : error;
    answer->failed = true;
    if (cJSON_IsObject(object)) {
        read_codes(object, answer);
        answer->error_message = words_of(object);
        read_status(object, answer);
    } else {
        read_codes(root, answer);
        const cJSON *whole = cJSON_IsString(object) ? object : root;
        answer->error_message = words_of(whole);
        if (cJSON_IsString(object) && (answer_tree_member(root, "message") != NULL ||
                                       answer_tree_member(root, "error_description") != NULL)) {
            answer->error_code =
                answer_tree_text(object); // {"error": "invalid_client", "error_description": "…"}
            answer->error_message = words_of(root);
        }
    }
    if (answer->error_status == 0) {
        answer->error_status = answer_status_of(answer_tree_text(object));
    }
    if (answer->error_status == 0 && object != root) {
        read_status(root, answer);
    }
    if (answer->error_message == NULL) {
        answer->error_message = words_of(root);
    }
}

// The words at the top, without a member that is called error.
static void read_flat(const cJSON *root, struct answer *answer) {
    const char *words = words_of(root);
    if (words == NULL) {
        return;
    }
    answer->failed = true;
    read_codes(root, answer);
    read_status(root, answer);
    answer->error_message = words;
}

// {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}} (MiniMax); a code of 0 is none.
static void read_base(const cJSON *base, struct answer *answer) {
    double code;
    const char *words = answer_tree_string(base, "status_msg");
    if (words != NULL && answer_tree_number(answer_tree_member(base, "status_code"), &code) && code != 0) {
        answer->failed = true;
        read_codes(base, answer);
        answer->error_message = words;
    }
}

void answer_error_read(const cJSON *root, bool answers, struct answer *answer) {
    const cJSON *error = answer_tree_member(root, "error");
    if (answer->failed) {
        return;
    }
    error = says_something(error) ? error : answer_tree_member(root, "errors");
    if (says_something(error)) {
        read_member(root, error, answer);
    } else if (!answers || answer_tree_is(root, "object", "error") || answer_tree_is(root, "type", "error")) {
        read_flat(root, answer);
    }
    if (!answer->failed) {
        read_base(answer_tree_member(root, "base_resp"), answer);
    }
}
