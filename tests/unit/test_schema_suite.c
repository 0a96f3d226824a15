// The published test suite of JSON Schema: each case of each keyword that ration checks, in each draft that
// is installed. Debian's package has drafts 6 and 7; JSON_SCHEMA_SUITE names the folder of another copy,
// which may have 2019-09 and 2020-12. A schema that is refused is no failure: nothing would be sent with it.
// But only those may be that say what the documents name.
#include "ration/json_reader.h"
#include "ration/schema.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SUITE "/usr/share/json-schema-test-suite"

struct counts {
    unsigned cases, passed, refused;
};

static const struct {
    const char *folder, *identity;
} drafts[] = {
    {"draft6", "http://json-schema.org/draft-06/schema#"},
    {"draft7", "http://json-schema.org/draft-07/schema#"},
    {"draft2019-09", "https://json-schema.org/draft/2019-09/schema"},
    {"draft2020-12", "https://json-schema.org/draft/2020-12/schema"},
};

// What is refused says one of these.
static const char *const reasons[] = {"not in this file", "is not followed by ration",
                                      "a draft that ration does not know"};

static bool is_refused_well(const char *words) {
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (strstr(words, reasons[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static char *file_text(const char *path, size_t *length) {
    FILE *file = fopen(path, "rbe");
    char *text = malloc(1U << 20);
    assert_non_null(file);
    assert_non_null(text);
    *length = fread(text, 1, 1U << 20, file);
    (void)fclose(file);
    return text;
}

static const struct json_value *member(const struct json_value *object, const char *name) {
    const struct json_value *found = json_value_find(object, name, strlen(name));
    assert_non_null(found);
    return found;
}

// With the draft's name, if it names none itself.
static struct schema *schema_of(const char *text, const struct json_value *value, const char *draft,
                                struct schema_told *wrong) {
    size_t size = value->end - value->begin;
    char *named = NULL;
    if (value->kind != JSON_VALUE_OBJECT || json_value_find(value, "$schema", 7) != NULL) {
        return schema_new(text + value->begin, size, NULL, NULL, wrong);
    }
    int length = asprintf(&named, "{\"$schema\":\"%s\"%s%.*s", draft, value->count > 0 ? "," : "",
                          (int)size - 1, text + value->begin + 1);
    assert_true(length > 0);
    struct schema *schema = schema_new(named, (size_t)length, NULL, NULL, wrong);
    free(named);
    return schema;
}

static void run_group(const char *name, const char *text, const struct json_value *group, const char *draft,
                      struct counts *counts) {
    struct schema_told wrong;
    struct schema_report report;
    const struct json_value *tests = member(group, "tests");
    const struct json_value *what = member(group, "description");
    if (json_value_find(member(group, "schema"), "format", 6) != NULL) {
        return; // which is not checked
    }
    struct schema *schema = schema_of(text, member(group, "schema"), draft, &wrong);
    for (uint32_t i = 0; i < tests->count; i++) {
        const struct json_value *data = member(tests->child[i], "data");
        const struct json_value *says = member(tests->child[i], "description");
        bool valid = member(tests->child[i], "valid")->kind == JSON_VALUE_TRUE;
        counts->cases++;
        if (schema == NULL) {
            bool well = is_refused_well(wrong.words);
            counts->refused += well;
            if (!well) {
                print_message("# %s: %.*s: refused: %s\n", name, (int)what->length, what->text, wrong.words);
            }
            continue;
        }
        enum schema_verdict verdict =
            schema_check(schema, text + data->begin, data->end - data->begin, &report);
        bool passed =
            verdict == (valid ? SCHEMA_VALID : SCHEMA_INVALID) && (valid || report.words[0] != '\0');
        counts->passed += passed;
        if (!passed) {
            print_message("# %s: %.*s: %.*s: %d %s %s\n", name, (int)what->length, what->text,
                          (int)says->length, says->text, (int)verdict, report.path, report.words);
        }
    }
    schema_free(schema);
}

// All of a keyword's cases are checked, but for those that the documents except.
static bool may_be_refused(const char *file) {
    static const char *const files[] = {
        "ref.json",    "refRemote.json",        "defs.json",         "definitions.json",
        "anchor.json", "dynamicRef.json",       "recursiveRef.json", "vocabulary.json",
        "not.json",    "unevaluatedItems.json", "id.json",           "unevaluatedProperties.json"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (strcmp(file, files[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void run_file(const char *folder, const char *file, const char *draft, struct counts *all) {
    char path[700];
    struct json_document document = {0};
    struct json_reader_fault fault;
    struct counts counts = {0};
    size_t length;
    (void)snprintf(path, sizeof(path), "%s/%s", folder, file);
    char *text = file_text(path, &length);
    assert_int_equal(json_reader_read(text, length, &document, &fault), JSON_READER_READ);
    for (uint32_t i = 0; i < document.root->count; i++) {
        run_group(file, text, document.root->child[i], draft, &counts);
    }
    json_value_free(&document);
    free(text);
    print_message("# %-34s %4u of %4u, refused %u\n", file, counts.passed, counts.cases, counts.refused);
    assert_int_equal(counts.passed + counts.refused, counts.cases);
    assert_true(counts.refused == 0 || may_be_refused(file));
    all->cases += counts.cases;
    all->passed += counts.passed;
    all->refused += counts.refused;
}

// Keywords that are not checked, and are told of or refused.
static bool left_out(const char *file) {
    static const char *const files[] = {"format.json", "content.json", "default.json"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (strcmp(file, files[i]) == 0) {
            return true;
        }
    }
    return strcmp(file + strlen(file) - 5, ".json") != 0;
}

static int wanted(const struct dirent *entry) {
    return entry->d_name[0] != '.' && strlen(entry->d_name) > 5 && !left_out(entry->d_name);
}

// What the suite leaves open, and ration does.
static void run_optional(const char *folder, const char *draft, struct counts *counts) {
    static const char *const files[] = {"optional/bignum.json",
                                        "optional/zeroTerminatedFloats.json",

                                        "optional/ecmascript-regex.json",
                                        "optional/ecma-regex.json",
                                        "optional/non-bmp-regex.json",
                                        "optional/float-overflow.json",
                                        "optional/dependencies-compatibility.json",
                                        "optional/no-schema.json"};
    char path[500];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
        if (access(path, R_OK) == 0) {
            run_file(folder, files[i], draft, counts);
        }
    }
}

static void run_draft(const char *suite, const char *name, const char *draft, struct counts *all) {
    char folder[400];
    struct dirent **entry;
    (void)snprintf(folder, sizeof(folder), "%s/tests/%s", suite, name);
    int entries = scandir(folder, &entry, wanted, alphasort);
    if (entries < 0) {
        return;
    }
    struct counts counts = {0};
    for (int i = 0; i < entries; i++) {
        run_file(folder, entry[i]->d_name, draft, &counts);
        free(entry[i]);
    }
    free(entry);
    run_optional(folder, draft, &counts);
    print_message("# %s: %u of %u cases, refused %u\n", name, counts.passed, counts.cases, counts.refused);
    all->cases += counts.cases;
    all->passed += counts.passed;
    all->refused += counts.refused;
}

static void passes_each_case_that_it_does_not_refuse(void **state) {
    (void)state;
    const char *suite = getenv("JSON_SCHEMA_SUITE");
    struct counts all = {0};
    suite = suite != NULL ? suite : SUITE;
    for (size_t i = 0; i < sizeof(drafts) / sizeof(drafts[0]); i++) {
        run_draft(suite, drafts[i].folder, drafts[i].identity, &all);
    }
    if (all.cases == 0) {
        print_message("# %s is not there; scripts/setup installs it\n", suite);
        skip();
    }
    print_message("# all drafts: %u of %u cases, refused %u\n", all.passed, all.cases, all.refused);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(passes_each_case_that_it_does_not_refuse)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
