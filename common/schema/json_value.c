#include "ration/json_value.h"

#include "ration/utf8.h"
#include "schema/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)32 << 10)
#define ALIGNMENT _Alignof(max_align_t)

struct json_document_block {
    struct json_document_block *next;
    size_t size, used;
    _Alignas(max_align_t) char bytes[];
};

// ---- memory ----

void *json_value_room(struct json_document *document, size_t size) {
    struct json_document_block *block = document->blocks;
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded < size) {
        return NULL;
    }
    if (block == NULL || rounded > block->size - block->used) {
        size_t room = rounded > BLOCK_SIZE ? rounded : BLOCK_SIZE;
        block = malloc(sizeof(*block) + room);
        if (block == NULL) {
            return NULL;
        }
        *block = (struct json_document_block){.next = document->blocks, .size = room};
        document->blocks = block;
        document->taken += room;
    }
    void *memory = block->bytes + block->used;
    block->used += rounded;
    return memory;
}

void json_value_free(struct json_document *document) {
    while (document->blocks != NULL) {
        struct json_document_block *next = document->blocks->next;
        free(document->blocks);
        document->blocks = next;
    }
    *document = (struct json_document){0};
}

// ---- order ----

int json_value_compare_names(const char *left, size_t left_length, const char *right, size_t right_length) {
    size_t shorter = left_length < right_length ? left_length : right_length;
    int order = shorter > 0 ? memcmp(left, right, shorter) : 0;
    return order != 0 ? order : (left_length > right_length) - (left_length < right_length);
}

static int compare_children(const struct json_value *left, const struct json_value *right) {
    for (uint32_t i = 0; i < left->count; i++) {
        const struct json_value *a = left->child[i], *b = right->child[i];
        int order =
            a->name != NULL ? json_value_compare_names(a->name, a->name_length, b->name, b->name_length) : 0;
        order = order != 0 ? order : json_value_compare(a, b);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

int json_value_compare(const struct json_value *left, const struct json_value *right) {
    if (left->kind != right->kind) {
        return left->kind < right->kind ? -1 : 1;
    }
    if (left->count != right->count) {
        return left->count < right->count ? -1 : 1;
    }
    switch (left->kind) {
    case JSON_VALUE_NUMBER: {
        struct decimal a = decimal_of(left->text, left->length), b = decimal_of(right->text, right->length);
        return decimal_compare(&a, &b);
    }
    case JSON_VALUE_STRING:
        return json_value_compare_names(left->text, left->length, right->text, right->length);
    case JSON_VALUE_ARRAY:
    case JSON_VALUE_OBJECT:
        return compare_children(left, right);
    default:
        return 0;
    }
}

void json_value_sort(struct json_value **value, struct json_value **spare, size_t count,
                     int (*compare)(const struct json_value *left, const struct json_value *right)) {
    if (count < 2) {
        return;
    }
    size_t half = count / 2;
    json_value_sort(value, spare, half, compare);
    json_value_sort(value + half, spare, count - half, compare);
    memcpy(spare, value, half * sizeof(struct json_value *));
    for (size_t left = 0, right = half, to = 0; left < half; to++) {
        bool second = right < count && compare(value[right], spare[left]) < 0;
        value[to] = second ? value[right++] : spare[left++];
    }
}

// ---- looking things up ----

struct json_value *json_value_find(const struct json_value *object, const char *name, size_t length) {
    size_t low = 0, high = object != NULL && object->kind == JSON_VALUE_OBJECT ? object->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct json_value *member = object->child[middle];
        int order = json_value_compare_names(name, length, member->name, member->name_length);
        if (order == 0) {
            return member;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

bool json_value_says(const struct json_value *value, const char *word) {
    return value != NULL && value->kind == JSON_VALUE_STRING && value->length == strlen(word) &&
           memcmp(value->text, word, value->length) == 0;
}

// ---- paths ----

// From the back to the front, so that the end of a long path is told.
struct writer {
    char *first, *at;
};

static bool put(struct writer *writer, const char *bytes, size_t length) {
    if ((size_t)(writer->at - writer->first) < length) {
        return false;
    }
    writer->at -= length;
    memcpy(writer->at, bytes, length);
    return true;
}

static bool put_name(struct writer *writer, const char *name, size_t length) {
    bool good = true;
    while (good && length > 0) {
        char byte = name[--length];
        good = byte == '/'   ? put(writer, "~1", 2)
               : byte == '~' ? put(writer, "~0", 2)
                             : put(writer, &byte, 1);
    }
    return good;
}

const char *json_value_path(const struct json_value *value, char *out, size_t size) {
    struct writer writer = {out, out + size - 1};
    char digits[16];
    *writer.at = '\0';
    for (; value != NULL && value->parent != NULL; value = value->parent) {
        (void)snprintf(digits, sizeof(digits), "%u", value->index);
        bool good = value->name != NULL ? put_name(&writer, value->name, value->name_length)
                                        : put(&writer, digits, strlen(digits));
        if (!good || !put(&writer, "/", 1)) {
            break;
        }
    }
    memmove(out, writer.at, strlen(writer.at) + 1);
    utf8_defuse(out);
    return out;
}
