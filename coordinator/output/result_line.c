#include "output/result_line.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <string.h>

static const char beginning[] = "{\"artist_id\":\"";
#define BEGINNING (sizeof(beginning) - 1)
#define USUAL_HASH 32U // bytes of a usual input_hash

static bool keep_id(const char *from, size_t size, char id[RESULT_LINE_ID_SIZE], size_t *length) {
    if (size == 0 || size >= RESULT_LINE_ID_SIZE) {
        return false;
    }
    memcpy(id, from, size);
    id[size] = '\0';
    *length = size;
    return true;
}

static bool keep_item(const cJSON *item, char id[RESULT_LINE_ID_SIZE], size_t *length) {
    return cJSON_IsString(item) && keep_id(item->valuestring, strlen(item->valuestring), id, length);
}

// The whole line as one object, or NULL.
static cJSON *parse(const char *text, size_t size) {
    const char *end = NULL;
    if (size == 0 || text[0] != '{') {
        return NULL;
    }
    cJSON *tree = cJSON_ParseWithLengthOpts(text, size, &end, 0);
    if (tree != NULL && end != text + size) {
        cJSON_Delete(tree);
        return NULL;
    }
    return tree;
}

static bool parsed_id(const char *text, size_t size, char id[RESULT_LINE_ID_SIZE], size_t *length) {
    cJSON *tree = parse(text, size);
    bool found = keep_item(cJSON_GetObjectItemCaseSensitive(tree, "artist_id"), id, length);
    cJSON_Delete(tree);
    return found;
}

// An id with escapes; `quote` is its opening quote.
static bool escaped_id(const char *quote, size_t left, char id[RESULT_LINE_ID_SIZE], size_t *length) {
    const char *end = NULL;
    cJSON *item = cJSON_ParseWithLengthOpts(quote, left, &end, 0);
    bool found = keep_item(item, id, length);
    cJSON_Delete(item);
    return found;
}

bool result_line_id(const char *text, size_t size, char id[RESULT_LINE_ID_SIZE], size_t *length) {
    if (size <= BEGINNING || memcmp(text, beginning, BEGINNING) != 0 || text[size - 1] != '}') {
        return parsed_id(text, size, id, length);
    }
    const char *from = text + BEGINNING;
    size_t left = size - BEGINNING;
    // Inside a string its quotes would be escaped, so a second beginning means two lines that run into each
    // other.
    if (memmem(from, left, beginning, BEGINNING) != NULL) {
        return false;
    }
    const char *quote = memchr(from, '"', left);
    if (quote == NULL) {
        return false;
    }
    if (memchr(from, '\\', (size_t)(quote - from)) != NULL) {
        return escaped_id(from - 1, left + 1, id, length);
    }
    return keep_id(from, (size_t)(quote - from), id, length);
}

bool result_line_class(const char *text, size_t size, char *class, size_t class_size) {
    cJSON *tree = parse(text, size);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(tree, "class");
    bool found = cJSON_IsString(item);
    if (found) {
        strlcpy(class, item->valuestring, class_size);
    }
    cJSON_Delete(tree);
    return found;
}

bool result_line_unproven(const char *text, size_t size) {
    // These bytes cannot stand inside a string, where quotes are escaped. Our own lines end with them.
    static const char mark[] = ",\"unproven\":true}";
    return size > sizeof(mark) && memcmp(text + size - (sizeof(mark) - 1), mark, sizeof(mark) - 1) == 0;
}

bool result_line_input_hash(const char *text, size_t size, const char **hash, size_t *length) {
    // These bytes cannot stand inside a string, where quotes are escaped.
    static const char key[] = ",\"input_hash\":\"";
    // Our own lines end with it.
    static const size_t usual = sizeof(key) - 1 + USUAL_HASH + sizeof("\"}") - 1;
    const char *found = NULL;
    if (size > usual && memcmp(text + size - usual, key, sizeof(key) - 1) == 0) {
        found = text + size - usual;
    } else {
        found = memmem(text, size, key, sizeof(key) - 1);
    }
    if (found == NULL) {
        return false;
    }
    *hash = found + sizeof(key) - 1;
    const char *quote = memchr(*hash, '"', size - (size_t)(*hash - text));
    *length = quote == NULL ? 0 : (size_t)(quote - *hash);
    return quote != NULL;
}

bool result_line_is_whole(const char *text, size_t size, enum result_kind kind) {
    cJSON *tree = parse(text, size);
    const char *key = kind == RESULT_ANSWER ? "response_text" : "class";
    bool whole = cJSON_IsString(cJSON_GetObjectItemCaseSensitive(tree, "artist_id")) &&
                 cJSON_IsString(cJSON_GetObjectItemCaseSensitive(tree, key));
    cJSON_Delete(tree);
    return whole;
}

bool result_line_is_torn(const char *text, size_t size) {
    size_t zeros = 0;
    while (zeros < size && text[size - zeros - 1] == '\0') {
        zeros++;
    }
    size_t shown = size - zeros;
    return memcmp(text, beginning, shown < BEGINNING ? shown : BEGINNING) == 0;
}
