#include "fleet/fleet_rows.h"

#include "fleet/fleet_tell.h"
#include "member/member_share.h"
#include "ration/file_io.h"
#include "system/temp_file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3))) static void add(struct fleet_rows *rows, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int length = vsnprintf(rows->word[rows->words], sizeof(rows->word[0]), format, values);
    va_end(values);
    if (length > 0 && (size_t)length < sizeof(rows->word[0])) { // else it must be said by hand
        rows->words++;
    }
}

// One piece to the end of the file. 1, 0: there is none; -1 after telling.
static int fetch(struct fleet_database *database, const char *run, unsigned piece, int fd) {
    char number[16];
    const char *const values[] = {run, number};
    (void)snprintf(number, sizeof(number), "%u", piece);
    struct fleet_answer *answer = fleet_database_ask(
        database,
        "SELECT body FROM ration.share_piece WHERE run = $1::int AND kind = 'input' AND piece = $2::int", 2,
        values);
    size_t length = 0;
    if (answer == NULL || fleet_answer_rows(answer) == 0) {
        fleet_answer_free(answer);
        return answer == NULL ? -1 : 0;
    }
    unsigned char *bytes = fleet_answer_bytes(answer, 0, 0, &length);
    int error = bytes == NULL ? ENOMEM : file_io_append(fd, bytes, length);
    fleet_answer_bytes_free(bytes);
    fleet_answer_free(answer);
    if (error != 0) {
        fleet_tell("cannot write a temporary file: %s; TMPDIR says where", strerror(error));
    }
    return error == 0 ? 1 : -1;
}

static void name(struct fleet_rows *rows, const char *about, const char *id) {
    bool lines;
    char delimiter;
    member_share_read_about(about, &lines, &delimiter);
    add(rows, "--input=/proc/self/fd/%d", rows->fd);
    add(rows, "--input-format=%s", lines ? "jsonl" : "csv");
    if (delimiter != '\0') {
        add(rows, "--delimiter=%c", delimiter);
    }
    if (id[0] != '\0') {
        add(rows, "--id=%s", id);
    }
}

int fleet_rows_open(struct fleet_database *database, const char *run, struct fleet_rows *rows) {
    const char *const values[] = {run};
    *rows = (struct fleet_rows){.fd = -1};
    // What an older version made may be no more than brought up.
    struct fleet_answer *answer =
        fleet_database_ask(database, "SELECT to_regclass('ration.share_piece') IS NOT NULL", 0, NULL);
    bool known = answer != NULL && fleet_answer_text(answer, 0, 0)[0] == 't';
    fleet_answer_free(answer);
    if (!known) {
        return answer != NULL ? 0 : -1;
    }
    answer = fleet_database_ask(
        database,
        "SELECT s.about, r.settings->>'id', s.pieces FROM ration.share s JOIN ration.run r USING (run) "
        "WHERE run = $1::int AND kind = 'input' AND s.pieces = (s.size + 1048575) / 1048576",
        1, values);
    if (answer == NULL || fleet_answer_rows(answer) == 0) {
        fleet_answer_free(answer);
        return answer == NULL ? -1 : 0;
    }
    rows->fd = temp_file_open();
    int status = rows->fd < 0 ? -1 : 1;
    if (rows->fd < 0) {
        fleet_tell("cannot make a temporary file: %s; TMPDIR says where", strerror(errno));
    }
    for (unsigned piece = 0; status > 0; piece++) {
        status = fetch(database, run, piece, rows->fd);
    }
    if (status == 0) {
        name(rows, fleet_answer_text(answer, 0, 0), fleet_answer_text(answer, 0, 1));
    }
    fleet_answer_free(answer);
    return status;
}

void fleet_rows_close(struct fleet_rows *rows) {
    if (rows->fd >= 0) {
        (void)close(rows->fd);
        rows->fd = -1;
    }
}
