#include "export/export_writer.h"

#include "export/export_batch.h"
#include "export/export_csv.h"
#include "export/export_jsonl.h"
#include "export/export_sqlite.h"

static const struct {
    const char *name;
    const struct export_writer *writer;
} formats[EXPORT_FORMATS] = {
    [EXPORT_CSV] = {"csv", &export_csv_writer},
    [EXPORT_JSONL] = {"jsonl", &export_jsonl_writer},
    [EXPORT_SQLITE] = {"sqlite", &export_sqlite_writer},
    [EXPORT_BATCH] = {"openai-batch", &export_batch_writer},
};

const struct export_writer *export_writer_of(enum export_format format) {
    return formats[format].writer;
}
