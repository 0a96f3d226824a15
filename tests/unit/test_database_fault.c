// What a fault of a fleet's database means.
#include "ration/database_fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define AT "connection to server at \"h\", port 5432 failed: "

static void a_line_loses_its_state(void **state) {
    (void)state;
    const struct {
        const char *words, *line, *state;
    } each[] = {
        {AT
         "FATAL:  28P01: password authentication failed for user \"u\"\nLOCATION:  auth_failed, auth.c:1\n",
         AT "FATAL: password authentication failed for user \"u\"", "28P01"},
        {AT "Connection refused\n\tIs the server running?\n" AT
            "FATAL:  3D000: database \"x\" does not exist\n",
         AT "FATAL: database \"x\" does not exist", "3D000"},
        {AT "Connection refused\n\tIs the server running?\n", AT "Connection refused", ""},
        {"invalid URI query parameter: \"slmode\"\n", "invalid URI query parameter: \"slmode\"", ""},
        {"invalid integer value \"geheim\" for connection option \"port\"\n", "invalid port: it is no number",
         ""},
        {AT "FATAL:  28P0", AT "FATAL:  28P0", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        char line[256], told[DATABASE_FAULT_STATE];
        database_fault_words(each[i].words, line, sizeof(line), told);
        assert_string_equal(line, each[i].line);
        assert_string_equal(told, each[i].state);
    }
}

static void what_nobody_mends_is_not_waited_for(void **state) {
    (void)state;
    const struct {
        const char *state, *line;
        bool wrong;
    } each[] = {
        {"28P01", AT "FATAL: password authentication failed", true},
        {"28000", AT "FATAL: role \"u\" does not exist", true},
        {"3D000", AT "FATAL: database \"x\" does not exist", true},
        {"42501", AT "FATAL: permission denied for database \"x\"", true},
        {"57P03", AT "FATAL: the database system is starting up", false},
        {"53300", AT "FATAL: sorry, too many clients already", false},
        {"", AT "Connection refused", false},
        {"", AT "timeout expired", false},
        {"", "could not translate host name \"h\" to address: Name or service not known", false},
        {"", "connection to server at \"certificates.example\" failed: Connection refused", false},
        {"", AT "fe_sendauth: no password supplied", true},
        {"", AT "root certificate file \"/x\" does not exist", true},
        {"", AT "server does not support SSL, but SSL was required", true},
        {"", AT "server closed the connection unexpectedly", false},
        {"", "invalid sslmode value: \"x\"", true},
        {"", "invalid connection option \"hots\"", true},
        {"", "definition of service \"x\" not found", true},
        {"", "missing \"=\" after \"x\" in connection info string", true},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        struct database_fault fault = database_fault_connecting(each[i].state, each[i].line);
        if (fault.wrong != each[i].wrong || (fault.wrong && fault.hint == NULL)) {
            fail_msg("%s", each[i].line);
        }
    }
}

static void what_is_refused_has_what_to_do(void **state) {
    (void)state;
    const struct {
        const char *state, *words, *hint;
        bool wrong;
        const char *own; // the server's hint
    } each[] = {
        {"3F000", "schema \"ration\" does not exist", "ration fleet init", true, NULL},
        {"42P01", "relation \"ration.run\" does not exist", "ration fleet init", true, NULL},
        {"42883", "function ration.tick_9(uuid) does not exist", "ration fleet init", true,
         "No function matches the given name and argument types."},
        {"42883", "function f() does not exist", "No function", true, "No function matches"},
        {"RA008", "the run is at work", "stop it first", true, "stop it first"},
        {"3F000", "schema \"reports\" does not exist", "CREATE SCHEMA", true, NULL},
        {"42P01", "relation \"x\" does not exist", NULL, true, NULL},
        {"42501", "permission denied for table batch", "Roles", true, NULL},
        {"RA006", "no such run", NULL, true, NULL},
        {"53100", "could not extend file", "disk is full", false, NULL},
        {"57P01", "terminating connection", "give the command again", false, NULL},
        {"XX000", "internal error", NULL, false, NULL},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        struct database_fault fault = database_fault_asking(each[i].state, each[i].words, each[i].own);
        bool told = each[i].hint == NULL ? fault.hint == NULL || fault.hint[0] == '\0'
                                         : fault.hint != NULL && strstr(fault.hint, each[i].hint) != NULL;
        if (fault.wrong != each[i].wrong || !told) {
            fail_msg("%s: %s", each[i].state, each[i].words);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_loses_its_state),
        cmocka_unit_test(what_nobody_mends_is_not_waited_for),
        cmocka_unit_test(what_is_refused_has_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
