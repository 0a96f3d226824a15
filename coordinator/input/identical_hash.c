#include "input/identical_hash.h"

#include "input/id_table.h"
#include "input/record_at.h"
#include "ration/log.h"
#include "ration/request.h"
#include "system/signals.h"

#include <errno.h>
#include <string.h>

int identical_hash_failed(int error) {
    log_fatal("input", "cannot look for identical requests: %s; they need %s", strerror(error),
              error == ENOMEM ? "a little more memory"
                              : "room in a temporary file, in /tmp or where TMPDIR says");
    return -1;
}

int identical_hash_changed(const struct identical_input *input) {
    log_fatal("input", "%s: changed while it was read; start again when it is complete", input->name);
    return -1;
}

static int hash_requests(const struct identical_input *input, struct record_reader *reader,
                         struct request_maker *maker, struct id_table *hashes) {
    uint64_t offset, line;
    uint32_t artist;
    input_index_locate(input->index, 0, &offset, &line, &artist);
    record_reader_seek(reader, offset, line);
    for (; artist < input->index->artists; artist++) {
        struct record record;
        char hash[REQUEST_HASH_SIZE];
        if (signals_caught()) {
            return -1;
        }
        if (record_reader_next(reader, &record) != RECORD_OK) {
            return identical_hash_changed(input);
        }
        if (request_prepare(maker, &record) != 0) {
            return identical_hash_failed(ENOMEM);
        }
        request_hash(maker, hash);
        int error = id_table_add(hashes, hash, REQUEST_HASH_SIZE - 1, artist);
        if (error != 0) {
            return identical_hash_failed(error);
        }
    }
    return 0;
}

int identical_hash_pairs(const struct identical_input *input,
                         int (*pair)(void *context, uint32_t first, uint32_t again), void *context) {
    struct record_reader *reader = record_at_reader(input->index, input->fd, input->name);
    struct request_maker *maker = request_new(input->settings, NULL);
    struct id_table *hashes = id_table_new();
    int status = -1;
    if (reader == NULL) {
        goto done; // told
    }
    if (maker == NULL || hashes == NULL) {
        (void)identical_hash_failed(ENOMEM);
        goto done;
    }
    status = hash_requests(input, reader, maker, hashes);
    if (status == 0) {
        int error = id_table_duplicates(hashes, pair, context);
        status = error == 0 ? 0 : identical_hash_failed(error);
    }
done:
    id_table_free(hashes);
    request_free(maker);
    record_reader_free(reader);
    return status;
}
