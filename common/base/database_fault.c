#include "ration/database_fault.h"

#include <stdio.h>
#include <string.h>

#define ONCE_MORE "; nothing is half done: give the command again once it is back"
#define PREPARES "ration fleet init DATABASE prepares it"
#define PASSWORD                                                                      \
    "check the user, and its password in the file that PGPASSFILE names (mode 0600, " \
    "host:port:database:user:password), in ~/.pgpass or in the service"
#define PLACE "check the URL: postgresql://USER@HOST:PORT/DATABASE?sslmode=…, or libpq's words"
#define CERTIFICATES \
    "check sslmode, sslrootcert, sslcert and sslkey, in the URL or where libpq looks for them"

static bool begins(const char *text, const char *beginning) {
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

// ---- a line of libpq's words ----

static bool is_state(const char *text) {
    for (int i = 0; i < DATABASE_FAULT_STATE - 1; i++) {
        if ((text[i] < '0' || text[i] > '9') && (text[i] < 'A' || text[i] > 'Z')) {
            return false;
        }
    }
    return text[DATABASE_FAULT_STATE - 1] == ':' && text[DATABASE_FAULT_STATE] == ' ';
}

// "FATAL:  28P01: password …": whatever language the severity is told in. NULL: there is none.
static const char *find_state(const char *words) {
    for (const char *at = words; (at = strstr(at, ":  ")) != NULL; at++) {
        if (is_state(at + 3)) {
            return at + 3;
        }
    }
    return NULL;
}

void database_fault_words(const char *words, char *out, size_t size, char state[DATABASE_FAULT_STATE]) {
    const char *told = find_state(words), *first = words;
    state[0] = '\0';
    if (strstr(words, "connection option \"port\"") != NULL || begins(words, "invalid port number")) {
        words = "invalid port: it is no number"; // but perhaps a part of a password, which has a / in it
    }
    if (told == NULL) {
        (void)snprintf(out, size, "%.*s", (int)strcspn(words, "\n"), words);
        return;
    }
    // Of several hosts the one that has answered.
    for (const char *at = words; at < told; at++) {
        first = *at == '\n' ? at + 1 : first;
    }
    memcpy(state, told, DATABASE_FAULT_STATE - 1);
    state[DATABASE_FAULT_STATE - 1] = '\0';
    const char *rest = told + DATABASE_FAULT_STATE + 1;
    (void)snprintf(out, size, "%.*s%.*s", (int)(told - 1 - first), first, (int)strcspn(rest, "\n"), rest);
}

// ---- what it means ----

struct known {
    const char *begins; // of a SQLSTATE or of words; classes of states have two characters
    const char *hint;
};

static const char *find(const struct known *each, size_t count, const char *text) {
    for (size_t i = 0; i < count; i++) {
        if (begins(text, each[i].begins)) {
            return each[i].hint;
        }
    }
    return NULL;
}
#define FIND(each, text) find(each, sizeof(each) / sizeof((each)[0]), text)

// What libpq refuses before it connects; in English, as none of these programs calls setlocale(3).
static bool is_of_place(const char *line) {
    static const char *const each[] = {
        "invalid ",
        "missing ",
        "unterminated ",
        "forbidden value",
        "unexpected character",
        "extra key/value",
        "end of string",
        "IPv6 host address",
        "could not match ",
        "could not parse ",
        "definition of service",
        "service file",
        "syntax error in service file",
        "nested service",
        "Unix-domain socket path",
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        if (begins(line, each[i])) {
            return true;
        }
    }
    return strstr(line, "is too long (maximum") != NULL;
}

static bool is_of_certificates(const char *said) {
    return strstr(said, "certificate") != NULL || strstr(said, "private key") != NULL ||
           strstr(said, "SSL support") != NULL || strstr(said, "does not support SSL") != NULL;
}

struct database_fault database_fault_connecting(const char *state, const char *line) {
    static const struct known states[] = {
        {"28P01", PASSWORD},
        {"28",
         "check the user in the URL; and whether pg_hba.conf lets it in, from here and to this database"},
        {"3D", "check the database's name in the URL; createdb makes one, and ration fleet init DATABASE "
               "prepares it"},
        {"42501", "GRANT CONNECT ON DATABASE … TO this user"},
        {"42", "check the options in the URL"},
        {"22", "check the options in the URL"},
    };
    static const char failed[] = "failed: ";
    const char *behind = strstr(line, failed);
    const char *said = behind != NULL ? behind + strlen(failed) : line;
    const char *hint = FIND(states, state);
    if (hint == NULL && state[0] == '\0') {
        hint = strstr(said, "no password supplied") != NULL ? PASSWORD
               : is_of_place(said)                          ? PLACE
               : is_of_certificates(said)                   ? CERTIFICATES
                                                            : NULL;
    }
    return (struct database_fault){hint != NULL, hint};
}

struct database_fault database_fault_asking(const char *state, const char *words, const char *hint) {
    static const struct known states[] = {
        {"57P0", "the database is shut down, or starts" ONCE_MORE},
        {"40", "others were at the same rows again and again; give the command again"},
        {"55P03", "somebody holds these rows for long (pg_stat_activity names it); give the command again"},
        {"57014", "statement_timeout, or somebody ended it; give the command again"},
        {"53300", "max_connections are in use; give the command again, or use pgbouncer"},
        {"53100", "the database's disk is full; give the command again once it has room"},
        {"25006", "this is a standby; name all hosts in the URL, or the one that takes writes"},
        {"42501", "which role may do it: see Roles in docs/FLEET.md"},
        {"3F000", "CREATE SCHEMA makes it; or name another one"},
    };
    static const struct known wrong[] = {{"RA", ""}, {"22", ""}, {"28", ""},
                                         {"3D", ""}, {"3F", ""}, {"42", ""}};
    bool missing =
        (strcmp(state, "3F000") == 0 && strstr(words, "ration") != NULL) ||
        ((strcmp(state, "42P01") == 0 || strcmp(state, "42883") == 0) && strstr(words, "ration.") != NULL);
    // Of a function that is not there the server has a hint of its own, which is about types.
    if (missing) {
        hint = PREPARES;
    } else if (hint == NULL || hint[0] == '\0') {
        hint = FIND(states, state);
    }
    return (struct database_fault){FIND(wrong, state) != NULL, hint};
}
