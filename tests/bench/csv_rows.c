// The floor of what libcsv can do: reads a CSV file and counts its rows and bytes of fields, and looks at
// nothing.
//
//   csv_rows FILE
#include <csv.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t rows, bytes;

static void on_field(void *field, size_t length, void *context) {
    (void)field, (void)context;
    bytes += length;
}

static void on_row(int end, void *context) {
    (void)end, (void)context;
    rows++;
}

int main(int argc, char **argv) {
    static char buffer[1 << 16];
    struct csv_parser parser;
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    size_t got;
    if (file == NULL || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
        err(1, "usage: csv_rows FILE");
    }
    while ((got = fread(buffer, 1, sizeof(buffer), file)) > 0) {
        if (csv_parse(&parser, buffer, got, on_field, on_row, NULL) != got) {
            errx(1, "%s: %s", argv[1], csv_strerror(csv_error(&parser)));
        }
    }
    (void)csv_fini(&parser, on_field, on_row, NULL);
    csv_free(&parser);
    printf("%ju %ju\n", (uintmax_t)rows, (uintmax_t)bytes);
    (void)fclose(file);
    return 0;
}
