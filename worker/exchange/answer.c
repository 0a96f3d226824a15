#include "exchange/answer.h"

#include "exchange/answer_body.h"
#include "exchange/answer_error.h"
#include "exchange/answer_shape.h"
#include "exchange/answer_stream.h"
#include "exchange/answer_usage.h"
#include "exchange/answer_words.h"
#include "exchange/json_memory.h"
#include "ration/answer_tree.h"
#include "ration/json_walk.h"

#include <string.h>

// A real answer takes about three times its size as a tree, a stream of events about ten times; a body of
// brackets and commas would take forty times.
#define TREE_FACTOR 12U
#define TREE_LEAST ((size_t)256 << 10)

static const char *sentence(const char *beginning, const char *middle, const char *end) {
    struct answer_words words;
    words.length = 0;
    answer_words_add_string(&words, beginning);
    answer_words_add_string(&words, middle);
    answer_words_add_string(&words, end);
    return answer_words_keep(&words);
}

// ---- words that stand in no place of their own ----

static void read_body_words(const struct answer_body *body, struct answer *answer) {
    struct answer_words words;
    words.length = 0;
    answer_words_page(&words, body->bytes, body->length);
    if (words.length > sizeof("{}") - 1) {
        answer->error_message = answer_words_keep(&words);
        answer->body_words = true;
    }
}

// What is no JSON.
static void read_page(const struct answer_body *body, struct answer *answer) {
    json_memory_release();
    read_body_words(body, answer);
    answer->complaint = answer->error_message != NULL ? sentence(ANSWER_NO_JSON, answer->error_message, "")
                        : body->length > 0            ? "the body is not one JSON object"
                                                      : "the body is empty";
}

// ---- what it is, if it is no whole answer ----

static bool fits_another(enum provider_shape shape, const cJSON *root, enum provider_shape *other) {
    for (int i = 0; i < PROVIDER_OPAQUE; i++) {
        *other = (enum provider_shape)i;
        if (*other != shape && answer_shape_fits(*other, root)) {
            return true;
        }
    }
    return false;
}

static void complain_of_shape(enum provider_shape shape, const cJSON *root, struct answer *answer) {
    enum provider_shape other;
    if (answer_shape_fits(shape, root) || answer->failed) {
        return;
    }
    answer->other_shape = true;
    if (fits_another(shape, root, &other)) {
        answer->complaint = sentence("the answer has the shape of ", answer_shape_name(other),
                                     ", which is not what was asked for; correct --provider or --base-url");
    } else {
        answer->complaint = sentence("the answer has not the shape of ", answer_shape_name(shape),
                                     "; correct --provider or --base-url");
    }
}

static void complain_of_ending(const cJSON *choice, struct answer *answer) {
    const char *word = answer->finish_reason;
    const char *native = answer_tree_string(choice, "native_finish_reason");
    enum answer_ending ending = answer_ended(answer);
    if (answer->complaint != NULL || ending == ANSWER_WHOLE || ending == ANSWER_CUT ||
        ending == ANSWER_WITHHELD) {
        return;
    }
    if (word == NULL) {
        answer->complaint = "the answer does not say that it is complete";
        return;
    }
    const char *ended = sentence("the answer ended with \"", word, "\", which is no whole answer");
    answer->complaint = native != NULL && strcmp(native, word) != 0 && ended != NULL
                            ? sentence(ended, "; the model's own word: ", native)
                            : ended;
}

// ---- what is ----

static void read_object(enum provider_shape shape, const cJSON *root, struct text *joined,
                        struct answer *answer) {
    const cJSON *choice = answer_shape_choice(root);
    bool answers = answer_shape_fits(shape, root);
    answer->id = answer_tree_string(root, "id");
    answer->model = answer_tree_string(root, "model");
    answer_error_read(root, answers, answer);
    answer_error_read(choice, true, answer);
    answer_usage_read(root, answer);
    answer_shape_read(shape, root, answer, joined);
    complain_of_shape(shape, root, answer);
    complain_of_ending(choice, answer);
}

static void read_tree(enum provider_shape shape, const cJSON *tree, bool stream, struct text *joined,
                      struct answer *answer) {
    const cJSON *root = stream ? answer_stream_whole(tree) : tree;
    root = cJSON_IsArray(root) ? cJSON_GetArrayItem(root, 0) : root; // Google puts a list around errors
    answer->parsed = stream || cJSON_IsObject(root);
    if (cJSON_IsObject(root)) {
        read_object(shape, root, joined, answer);
    } else if (stream) {
        answer_stream_read(tree, answer, joined);
        complain_of_ending(NULL, answer);
    }
}

// Of what may be any JSON the object's own bytes are the text: a tree of it would lose digits.
static void keep_object(const struct answer_body *body, struct text *joined) {
    static const char mark[] = "\xEF\xBB\xBF"; // of the byte order
    text_add(joined, body->bytes, body->length);
    if (joined->failed || joined->length == 0) {
        return;
    }
    const char *begin = joined->bytes;
    begin = json_walk_blank(strncmp(begin, mark, sizeof(mark) - 1) == 0 ? begin + sizeof(mark) - 1 : begin);
    struct json_member item;
    if (*begin == '[' && json_walk_first(begin, &item)) {
        begin = item.value;
    }
    size_t length = (size_t)(json_walk_value(begin) - begin);
    memmove(joined->bytes, begin, length);
    joined->length = length;
    joined->bytes[length] = '\0';
    for (size_t i = 0; i < length; i++) { // one line: within strings there are none that are valid
        joined->bytes[i] = (unsigned char)joined->bytes[i] < ' ' ? ' ' : joined->bytes[i];
    }
}

// White space alone says nothing.
static bool has_text(const struct answer *answer) {
    for (size_t i = 0; i < answer->text_length; i++) {
        char byte = answer->text[i];
        if (byte != ' ' && byte != '\n' && byte != '\t' && byte != '\r') {
            return true;
        }
    }
    return false;
}

void answer_read(enum provider_shape shape, const char *bytes, size_t length, struct text *joined,
                 struct answer *answer) {
    struct answer_body body;
    *answer = (struct answer){0};
    text_clear(joined);
    if (!answer_body_make(&body, bytes, length)) {
        answer_body_free(&body);
        answer->starved = true;
        return;
    }
    size_t limit =
        body.length < SIZE_MAX / TREE_FACTOR - TREE_LEAST ? body.length * TREE_FACTOR + TREE_LEAST : SIZE_MAX;
    const cJSON *tree = json_memory_parse(body.bytes, body.length, limit);
    answer->starved = json_memory_starved();
    if (tree != NULL && shape == PROVIDER_OPAQUE && !body.stream) {
        keep_object(&body, joined);
    }
    if (tree != NULL) {
        read_tree(shape, tree, body.stream, joined, answer);
    }
    if (!answer->parsed && !answer->starved) {
        read_page(&body, answer);
    } else if (answer->error_message == NULL && (answer->failed || answer->other_shape)) {
        read_body_words(&body, answer);
    }
    answer->no_output = answer->no_output && shape == PROVIDER_OPAQUE; // a model's own text takes tokens
    answer->replaced = body.replaced;
    answer_body_free(&body);
    answer->starved = answer->starved || joined->failed;
    enum answer_ending ending = answer_ended(answer);
    answer->complete = (ending == ANSWER_WHOLE || ending == ANSWER_CUT) && !answer->failed &&
                       answer->refusal == NULL && has_text(answer);
}

enum answer_ending answer_ended(const struct answer *answer) {
    return answer_ending_of(answer->finish_reason);
}

bool answer_truncated(const struct answer *answer) {
    return answer_ended(answer) == ANSWER_CUT;
}
