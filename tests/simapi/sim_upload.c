#include "sim_upload.h"

#include "sim_chance.h"
#include "sim_utf8.h"

#include <cjson/cJSON.h>
#include <err.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORM_BUFFER 65536
#define FIELD_MAX 512
#define WORDS                                                        \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
    "_-"

static void write_file(struct upload *u, const char *bytes, size_t len) {
    if (fwrite(bytes, 1, len, u->file) != len)
        err(1, "fatal: cannot write %s", u->path);
}

static void add_field(struct text *t, const char *bytes, size_t len, uint64_t at) {
    if (at + len > FIELD_MAX || at != (t->len ? t->len - 1 : 0))
        return;
    t->len = at;
    sim_text_add(t, bytes, len);
    sim_text_add(t, "", 1);
}

static enum MHD_Result take_field(void *cls, enum MHD_ValueKind kind, const char *key, const char *filename,
                                  const char *type, const char *encoding, const char *bytes, uint64_t at,
                                  size_t len) {
    struct upload *u = cls;

    (void)kind, (void)type, (void)encoding;
    if (!strcmp(key, "purpose"))
        add_field(&u->purpose, bytes, len, at);
    if (strcmp(key, "file") != 0)
        return MHD_YES;
    if (!u->has_file)
        add_field(&u->name, filename ? filename : "upload", strlen(filename ? filename : "upload"), 0);
    u->has_file = true;
    u->bytes = at + len;
    u->too_large |= u->bytes > u->bytes_most;
    if (!u->too_large)
        write_file(u, bytes, len);
    return MHD_YES;
}

static bool wrong(struct upload *u, size_t row, const char *what) {
    snprintf(u->message, sizeof(u->message), "requests.%zu.%s", row, what);
    return false;
}

/* A request that comes: {"custom_id":...,"params":{...}}, a line of the file. */
static bool take_request(void *cls, char *element, size_t len) {
    struct upload *u = cls;
    size_t row = u->rows.count;
    cJSON *tree = sim_utf8_valid(element, len) ? cJSON_ParseWithLength(element, len) : NULL;
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "custom_id"));
    bool good = false;

    if (!cJSON_IsObject(tree))
        wrong(u, row, "The body is not valid JSON.");
    else if (!id || !*id || strlen(id) > 64 || strspn(id, WORDS) != strlen(id))
        wrong(u, row, "custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'");
    else if (!cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(tree, "params")))
        wrong(u, row, "params: Field required");
    else if (!sim_batch_rows_is_new(&u->rows, sim_chance_hash(id, strlen(id))))
        wrong(u, row, "custom_id: must be unique within a batch");
    else
        good = true;
    cJSON_Delete(tree);
    if (!good)
        return false;
    sim_batch_rows_add(&u->rows, u->line_at);
    write_file(u, element, len);
    write_file(u, "\n", 1);
    u->line_at += len + 1;
    return true;
}

struct upload *sim_upload_begin(struct files *files, struct MHD_Connection *connection, enum upload_kind kind,
                                uint64_t bytes_most) {
    struct upload *u = calloc(1, sizeof(*u));

    if (!u)
        errx(1, "fatal: no memory for an upload");
    *u = (struct upload){.kind = kind, .bytes_most = bytes_most, .split = {.take = take_request, .cls = u}};
    u->file = sim_files_new(files, &u->path);
    if (kind == UPLOAD_FORM)
        u->form = MHD_create_post_processor(connection, FORM_BUFFER, take_field, u);
    u->bad_form = kind == UPLOAD_FORM && !u->form;
    return u;
}

void sim_upload_feed(struct upload *u, const char *bytes, size_t len) {
    if (u->kind == UPLOAD_FORM) {
        if (!u->bad_form && MHD_post_process(u->form, bytes, len) != MHD_YES)
            u->bad_form = true;
        return;
    }
    u->bytes += len;
    u->too_large |= u->bytes > u->bytes_most;
    if (!u->too_large)
        sim_batch_split_feed(&u->split, bytes, len);
}

void sim_upload_end(struct upload *u) {
    if (u->form && MHD_destroy_post_processor(u->form) != MHD_YES)
        u->bad_form = true;
    u->form = NULL;
    if (fflush(u->file))
        err(1, "fatal: cannot write %s", u->path);
}

void sim_upload_free(struct upload *u) {
    if (!u)
        return;
    if (u->form)
        MHD_destroy_post_processor(u->form);
    if (fclose(u->file))
        err(1, "fatal: cannot write a file that was uploaded");
    if (u->path && unlink(u->path))
        warn("warn: cannot delete %s", u->path);
    free(u->path);
    sim_text_free(&u->purpose);
    sim_text_free(&u->name);
    sim_batch_split_free(&u->split);
    sim_batch_rows_free(&u->rows);
    free(u);
}
