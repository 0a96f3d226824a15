#include "view/metrics_families.h"

#include "ration/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void metrics_families_head(FILE *out, const char *name, const char *type, const char *help) {
    (void)fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_escaped(FILE *out, const char *value) {
    size_t left = strlen(value), step;
    uint32_t character;
    for (; left > 0; value += step, left -= step) {
        enum utf8_kind kind = utf8_look(value, left, &step, &character);
        if (*value == '\\' || *value == '"') {
            (void)fputc('\\', out);
            (void)fputc(*value, out);
        } else if (*value == '\n') {
            (void)fputs("\\n", out);
        } else if (kind == UTF8_PLAIN) {
            (void)fwrite(value, 1, step, out);
        } else {
            (void)fputc(kind == UTF8_STEERS ? ' ' : '?', out);
        }
    }
}

static void put_name(FILE *out, const char *name, const char *const *labels) {
    (void)fputs(name, out);
    if (labels == NULL || labels[0] == NULL) {
        (void)fputc(' ', out);
        return;
    }
    for (size_t i = 0; labels[i] != NULL; i += 2) {
        (void)fprintf(out, "%c%s=\"", i == 0 ? '{' : ',', labels[i]);
        put_escaped(out, labels[i + 1]);
        (void)fputc('"', out);
    }
    (void)fputs("} ", out);
}

void metrics_families_sample(FILE *out, const char *name, const char *const *labels, double value) {
    put_name(out, name, labels);
    if (isnan(value)) {
        (void)fputs("NaN\n", out);
    } else {
        (void)fprintf(out, "%.15g\n", value);
    }
}

void metrics_families_count(FILE *out, const char *name, const char *const *labels, uint64_t value) {
    put_name(out, name, labels);
    (void)fprintf(out, "%" PRIu64 "\n", value);
}

void metrics_families_gauge(FILE *out, const char *name, const char *help, double value) {
    metrics_families_head(out, name, "gauge", help);
    metrics_families_sample(out, name, NULL, value);
}
