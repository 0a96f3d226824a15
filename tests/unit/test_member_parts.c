// The parts of a fleet's member that decide or keep something by themselves.
#include "member/member.h"
#include "member/member_batch.h"
#include "member/member_breaker.h"
#include "member/member_identity.h"
#include "member/member_ids.h"
#include "member/member_judge.h"
#include "member/member_prompt.h"
#include "member/member_settings.h"
#include "member/member_share.h"
#include "member/member_spool.h"
#include "member/member_want.h"
#include "prices/prices.h"
#include "ration/clock.h"
#include "ration/link_frame.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

static bool is(const struct text *text, const char *wanted) {
    return !text->failed && text->length == strlen(wanted) && memcmp(text->bytes, wanted, text->length) == 0;
}

// ---- frames ----

static void frames_come_whole_or_not(void **state) {
    (void)state;
    const struct link_field sent[] = {{"tick", 4}, {NULL, 0}, {"", 0}, {"a\0b", 3}};
    struct text text = {0};
    struct link_frame frame;
    struct link_field *field;
    link_frame_add(&text, &(struct link_frame){LINK_ROWS, 2, 4, 77}, sent);
    assert_false(text.failed);
    for (size_t length = 0; length < text.length; length++) {
        assert_int_equal(link_frame_read(text.bytes, length, &frame, &field), 0);
        assert_null(field);
    }
    link_frame_add(&text, &(struct link_frame){LINK_LOST, 0, 0, 78}, NULL);
    ptrdiff_t size = link_frame_read(text.bytes, text.length, &frame, &field);
    assert_in_range(size, 1, text.length - 1);
    assert_int_equal(frame.kind, LINK_ROWS);
    assert_int_equal(frame.number, 77);
    assert_int_equal(frame.count, 4);
    assert_memory_equal(field[0].bytes, "tick", 4);
    assert_null(field[1].bytes);
    assert_non_null(field[2].bytes);
    assert_memory_equal(field[3].bytes, "a\0b", 3);
    free(field);
    assert_int_equal(link_frame_read(text.bytes + size, text.length - (size_t)size, &frame, &field),
                     (ptrdiff_t)text.length - size);
    assert_int_equal(frame.number, 78);
    free(field);
    text_free(&text);
}

static void a_broken_frame_is_told(void **state) {
    (void)state;
    struct text text = {0};
    struct link_frame frame;
    struct link_field *field;
    link_frame_add(&text, &(struct link_frame){LINK_TICK, 0, 1, 1}, &(struct link_field){"12345678", 8});
    for (size_t at = 0; at < text.length; at++) { // whatever byte is another one: nothing is read beyond it
        text.bytes[at] = (char)(text.bytes[at] ^ 0xff);
        ptrdiff_t size = link_frame_read(text.bytes, text.length, &frame, &field);
        assert_true(size <= (ptrdiff_t)text.length);
        free(field);
        text.bytes[at] = (char)(text.bytes[at] ^ 0xff);
    }
    text_free(&text);
}

// ---- lines ----

static void lines_become_chunks_and_bits(void **state) {
    (void)state;
    struct member_batch *batch = calloc(1, sizeof(*batch));
    struct text chunks = {0}, bits = {0}, body = {0}, pieces = {0};
    assert_non_null(batch);
    member_batch_begin(batch, 100);
    assert_true(member_batch_add(batch, "{\"a\"}", 5, 513, 100, 106)); // chunk 2, bit 1
    assert_true(member_batch_add(batch, "{\"b\"}", 5, 0, 106, 112));
    assert_true(member_batch_add(batch, "{\"c\"}", 5, 767, 112, 118)); // chunk 2, bit 255
    assert_int_equal(batch->to, 118);
    assert_false(member_batch_pieces(batch, &pieces)); // all that is there
    assert_true(is(&pieces, "{100,118}"));
    member_batch_chunks(batch, &chunks);
    assert_true(is(&chunks, "{0,2}"));
    member_batch_bits(batch, &bits);
    assert_int_equal(bits.length, 2 * MEMBER_CHUNK + 3);
    assert_int_equal(bits.bytes[1], '1');
    assert_int_equal(bits.bytes[2 + MEMBER_CHUNK + 1], '1');
    assert_int_equal(bits.bytes[2 + MEMBER_CHUNK + 255], '1');
    // Others have the one of chunk 2 with bit 255: the rest is offered again.
    char lost[2 * MEMBER_CHUNK + 4];
    memset(lost, '0', sizeof(lost));
    lost[0] = '{';
    lost[1 + MEMBER_CHUNK] = ',';
    lost[2 + MEMBER_CHUNK + 255] = '1';
    lost[2 + 2 * MEMBER_CHUNK] = '}';
    assert_int_equal(member_batch_lose(batch, lost, 3 + 2 * MEMBER_CHUNK), 1);
    assert_int_equal(member_batch_lose(batch, lost, 3 + 2 * MEMBER_CHUNK), 0);
    assert_int_equal(member_batch_kept(batch), 2);
    member_batch_body(batch, &body);
    assert_true(is(&body, "{\"a\"}\n{\"b\"}\n"));
    text_clear(&pieces);
    assert_true(member_batch_pieces(batch, &pieces));
    assert_true(is(&pieces, "{100,112}"));
    assert_int_equal(member_batch_lose_artist(batch, 513) + member_batch_lose_artist(batch, 0), 2);
    text_clear(&chunks);
    member_batch_chunks(batch, &chunks);
    assert_true(is(&chunks, "{}"));
    text_clear(&pieces);
    assert_true(member_batch_pieces(batch, &pieces));
    assert_true(is(&pieces, "{}"));
    text_free(&pieces);
    text_free(&chunks);
    text_free(&bits);
    text_free(&body);
    member_batch_free(batch);
    free(batch);
}

// Lines in a row are one piece; what was passed by, or is somebody else's, parts them.
static void lines_are_told_by_their_places(void **state) {
    (void)state;
    struct member_batch *batch = calloc(1, sizeof(*batch));
    struct text pieces = {0};
    assert_non_null(batch);
    member_batch_begin(batch, 100);
    for (uint32_t i = 0; i < 6; i++) { // what stands before the fifth one is nobody's
        uint64_t from = 100 + 10 * i + (i >= 4 ? 7 : 0);
        assert_true(member_batch_add(batch, "{\"abcdef\"}", 9, i, from, from + 10));
    }
    assert_true(member_batch_pieces(batch, &pieces));
    assert_true(is(&pieces, "{100,140,147,167}"));
    assert_int_equal(member_batch_lose_artist(batch, 1), 1);
    text_clear(&pieces);
    assert_true(member_batch_pieces(batch, &pieces));
    assert_true(is(&pieces, "{100,110,120,140,147,167}"));
    // Those that are looked for once more stand anywhere.
    member_batch_begin(batch, 0 - UINT64_C(1));
    batch->again = true;
    assert_true(member_batch_add(batch, "{}", 2, 7, 500, 503));
    assert_int_equal(batch->to, 0);
    text_clear(&pieces);
    assert_true(member_batch_pieces(batch, &pieces));
    assert_true(is(&pieces, "{500,503}"));
    text_free(&pieces);
    member_batch_free(batch);
    free(batch);
}

static int file_of(const char *text) {
    int fd = memfd_create("spool", 0);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    return fd;
}

static void a_spool_goes_on_anywhere(void **state) {
    (void)state;
    static const char lines[] = "one\ntwo\nthree\nfour\n";
    struct member_spool spool = {.before_end = 8}; // two lines of earlier runs
    const char *line;
    size_t length;
    spool.tail.fd = file_of(lines);
    member_spool_seek(&spool, 0);
    assert_int_equal(member_spool_next(&spool, 4, &line, &length), 0);
    assert_int_equal(spool.line, 1);
    assert_int_equal(spool.at, 4);
    assert_int_equal(member_spool_next(&spool, 4, &line, &length), EAGAIN);
    assert_int_equal(member_spool_next(&spool, 19, &line, &length), 0);
    member_spool_seek(&spool, 4); // those of before are counted from the beginning on
    assert_int_equal(member_spool_next(&spool, 19, &line, &length), 0);
    assert_memory_equal(line, "two", 3);
    assert_int_equal(spool.line, 2);
    assert_int_equal(spool.shipped, 4);
    member_spool_seek(&spool, 14);
    assert_int_equal(member_spool_next(&spool, 19, &line, &length), 0);
    assert_memory_equal(line, "four", 4);
    assert_int_equal(spool.at, 19);
    assert_int_equal(member_spool_next(&spool, 19, &line, &length), EAGAIN);
    (void)close(spool.tail.fd);
    member_spool_free(&spool);
}

static void ids_are_found(void **state) {
    (void)state;
    struct member_ids ids = {0};
    char id[16];
    uint32_t artist = 0;
    assert_false(member_ids_find(&ids, "a", 1, &artist));
    for (uint32_t i = 0; i < 5000; i++) {
        int length = snprintf(id, sizeof(id), "id-%u", i);
        assert_true(member_ids_add(&ids, id, (size_t)length, i));
    }
    assert_true(member_ids_add(&ids, "id-7", 4, 9999)); // it stays as it was
    for (uint32_t i = 0; i < 5000; i++) {
        int length = snprintf(id, sizeof(id), "id-%u", i);
        assert_true(member_ids_find(&ids, id, (size_t)length, &artist));
        assert_int_equal(artist, i);
    }
    assert_false(member_ids_find(&ids, "id-5000", 7, &artist));
    member_ids_free(&ids);
}

// ---- others ----

#define TERM (60 * CLOCK_SECOND)
#define OWN "00000000-0000-4000-8000-000000000001"
#define OTHER "00000000-0000-4000-8000-000000000002"

static const struct member_seen *look(struct member_judge *judge, const char *own_beat,
                                      const char *other_beat, uint64_t now) {
    const struct link_field field[] = {{OWN, 36},
                                       {own_beat, (uint32_t)strlen(own_beat)},
                                       {OTHER, 36},
                                       {other_beat, (uint32_t)strlen(other_beat)}};
    return member_judge_look(judge, field, 2, OWN, TERM, now);
}

static void who_is_silent_for_the_term_is_dead(void **state) {
    (void)state;
    struct member_judge *judge = calloc(1, sizeof(*judge));
    uint64_t now = 1000 * CLOCK_SECOND;
    assert_non_null(judge);
    for (uint64_t at = 0; at < 60; at += 10) {
        assert_null(look(judge, "5", "7", now + at * CLOCK_SECOND)); // its own beat is nobody's business
    }
    const struct member_seen *dead = look(judge, "5", "7", now + TERM);
    assert_non_null(dead);
    assert_string_equal(dead->id, OTHER);
    assert_int_equal(dead->beat, 7);
    assert_null(look(judge, "5", "8", now + TERM + CLOCK_SECOND)); // a beat: all begins anew
    // Nothing was seen for a while: nobody can say that it was silent.
    assert_null(look(judge, "5", "8", now + 3 * TERM));
    member_judge_forget(judge);
    assert_null(look(judge, "5", "8", now + 3 * TERM + 10 * CLOCK_SECOND));
    free(judge);
}

// ---- wants ----

static void wants_follow_the_use(void **state) {
    (void)state;
    const struct {
        struct member_want_facts facts;
        uint64_t want_least, want_most, least;
    } each[] = {
        // works, soon, limit, window, size, taken, elapsed, short_of
        {{false, true, 6000, CLOCK_MINUTE, 1, 10, CLOCK_SECOND / 4, 1}, 0, 0, 0},
        {{true, true, 6000, CLOCK_MINUTE, 1, 0, 0, 0}, 100000, 100000, 0}, // the first: all of it
        {{true, true, 6000, CLOCK_MINUTE, 1, 25, CLOCK_SECOND / 4, 1},
         100000,
         100000,
         1},                                                                            // one asked in vain
        {{true, true, 6000, CLOCK_MINUTE, 1, 5, CLOCK_SECOND / 4, 0}, 30000, 40000, 0}, // it uses 20 a second
        {{true, false, 20, CLOCK_MINUTE, 1, 1, CLOCK_SECOND / 4, 1}, 333, 334, 0},      // nothing could leave
        {{true, true, 60000, CLOCK_MINUTE, 500, 0, CLOCK_SECOND / 4, 2000},
         1000000,
         1000000,
         2000}, // a large one
        {{true, true, 1000, CLOCK_MINUTE, 500, 0, CLOCK_SECOND / 4, 9000},
         16666,
         16667,
         1000}, // never more than all
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        struct member_want want = member_want(&each[i].facts);
        assert_in_range(want.want, each[i].want_least, each[i].want_most);
        assert_int_equal(want.least, each[i].least);
    }
}

// ---- who it is, and what must be alike ----

static void an_identity_is_kept(void **state) {
    (void)state;
    char folder[] = "/tmp/ration-member.XXXXXX", output[64];
    struct member_identity kept = {.from = {123456789012, 40}, .run_id = "20260301T120000-00af"}, read;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(output, sizeof(output), "%s/out.jsonl", folder);
    char *path = member_identity_path(output);
    assert_non_null(path);
    member_identity_read(path, &read);
    assert_string_equal(read.id, "");
    assert_int_equal(read.from[OUTPUT_ANSWERS] + read.from[OUTPUT_ERRORS], 0);
    assert_true(member_identity_make(kept.id));
    assert_int_equal(strlen(kept.id), 36);
    assert_int_equal(kept.id[14], '4');
    for (int ended = 0; ended < 2; ended++) {
        kept.ended = ended == 1;
        assert_int_equal(member_identity_keep(path, &kept), 0);
        member_identity_read(path, &read);
        assert_string_equal(read.id, kept.id);
        assert_int_equal(read.from[OUTPUT_ANSWERS], 123456789012);
        assert_int_equal(read.from[OUTPUT_ERRORS], 40);
        assert_string_equal(read.run_id, kept.run_id);
        assert_int_equal(read.ended, kept.ended);
    }
    struct member_identity nobody = {.id = "nobody"}; // what is none is taken for none
    assert_int_equal(member_identity_keep(path, &nobody), 0);
    member_identity_read(path, &read);
    assert_string_equal(read.id, "");
    // Numbers that are none, or those of an earlier version, which wrote none, are the beginning.
    static const struct {
        const char *text;
        uint64_t from;
        bool ended;
    } rest[] = {{"", 0, false},
                {"12", 0, false},
                {"12\n", 0, false},
                {"12 x\n", 0, false},
                {"-1 2\n", 0, false},
                {"1 99999999999999999999\nx ended\n", 0, false},
                {"1 2", 0, false},
                {"1 2\n", 3, false}, // of the version before this one
                {"1 2\nrun ende", 3, false},
                {"1 2\nrun ended", 3, false},
                {"1 2\na-run-whose-name-is-longer-than-any ended\n", 3, false},
                {"1 2\nrun ended\n", 3, true}};
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fprintf(file, "%s\n%s", kept.id, rest[i].text) > 0);
        assert_int_equal(fclose(file), 0);
        member_identity_read(path, &read);
        assert_string_equal(read.id, kept.id);
        assert_int_equal(read.from[OUTPUT_ANSWERS] + read.from[OUTPUT_ERRORS], rest[i].from);
        assert_int_equal(read.ended, rest[i].ended);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    free(path);
}

static void what_is_begun_is_little(void **state) {
    (void)state;
    static const struct {
        struct member_want_work work;
        uint64_t wanted;
    } each[] = {
        {{.pace = 0, .workers = 2, .in_flight = 0, .begun = 0}, 16},   // something to choose from
        {{.pace = 0, .workers = 2, .in_flight = 16, .begun = 16}, 16}, // all of it is under way
        {{.pace = 0, .workers = 2, .in_flight = 64, .begun = 64}, 64}, // as much again
        {{.pace = 0, .workers = 2, .in_flight = 10, .begun = 42}, 0},
        {{.pace = 100, .workers = 2, .in_flight = 500, .begun = 500}, 100}, // slow answers hold nobody up
        {{.pace = 100, .workers = 2, .in_flight = 10, .begun = 61}, 0},     // half a second's worth is left
        {{.pace = 100, .workers = 2, .in_flight = 10, .begun = 60}, 50},
        {{.pace = 100, .workers = 2, .in_flight = 10, .begun = 5}, 100}, // counted at two moments
        {{.pace = 100, .workers = 0, .in_flight = 0, .begun = 1000000}, 0},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        assert_int_equal(member_want_begun(&each[i].work), each[i].wanted);
    }
}

static void a_difference_is_told(void **state) {
    (void)state;
    struct member_settings_difference difference;
    assert_false(
        member_settings_differ("{\"a\": \"1\", \"b\": \"2\"}", "{\"b\":\"2\",\"a\":\"1\"}", &difference));
    assert_true(member_settings_differ("{\"model\": \"x\"}", "{\"model\":\"y\"}", &difference));
    assert_string_equal(difference.name, "model");
    assert_string_equal(difference.theirs, "x");
    assert_string_equal(difference.own, "y");
    assert_true(member_settings_differ("{}", "{\"keep\":\"all\"}", &difference));
    assert_string_equal(difference.theirs, "");
    assert_true(member_settings_differ("{\"keep\":\"all\"}", "{}", &difference));
    assert_string_equal(difference.own, "");
    assert_true(member_settings_differ("{}", "{\"fleet-keep\":\"local\"}", &difference));
    assert_string_equal(difference.theirs, "database");
    assert_true(member_settings_differ("{\"limit\":\"7\"}", "{}", &difference));
    assert_string_equal(difference.own, "none");
    assert_false(member_settings_differ("{\"base-url\": \"a\"}", "{\"base-url\": \"b\"}", &difference));
    assert_true(member_settings_elsewhere("{\"base-url\": \"a\"}", "{\"base-url\": \"b\"}"));
    assert_true(member_settings_elsewhere("{\"base-url\": \"a\"}", "{}"));
    assert_false(member_settings_elsewhere("{\"base-url\": \"a\"}", "{\"base-url\": \"a\"}"));
}

// ---- settings ----

static struct config *config_with(const struct settings *settings) {
    struct config *config = calloc(1, sizeof(*config));
    assert_non_null(config);
    config->settings = *settings;
    return config;
}

static bool differ(const struct settings *one, const struct settings *two, char *name) {
    struct config *config[2] = {config_with(one), config_with(two)};
    struct text text[2] = {{0}, {0}};
    static const struct options options;
    struct member_settings_difference difference = {.name = ""};
    for (int i = 0; i < 2; i++) {
        member_settings_make(&options, config[i], &text[i]);
        text_add(&text[i], "", 1);
        assert_false(text[i].failed);
        assert_null(strstr(text[i].bytes, "hidden"));
        free(config[i]);
    }
    bool is = member_settings_differ(text[0].bytes, text[1].bytes, &difference);
    strcpy(name, difference.name);
    text_free(&text[0]);
    text_free(&text[1]);
    return is;
}

static void what_is_asked_is_alike(void **state) {
    (void)state;
    static char form[] = "{\"a\":1}", other[] = "{\"a\":2}", cached[] = "{\"a\":1,\"cache\":1}",
                flex[] = "flex";
    static char path[] = "temperature", top[] = "top_p", low[] = "\"hidden\"", high[] = "0.9";
    static const struct {
        struct settings one, two;
        const char *name; // NULL: they are alike
    } each[] = {
        {{.form = form}, {.form = form}, NULL},
        {{.form = form}, {.form = other}, "request"}, // --system, --request, --param
        {{.form = form}, {.form = NULL}, "request"},
        {{.form = form}, {.form = cached, .plain_form = form}, NULL}, // --cache-prompt
        {{.form = other}, {.form = cached, .plain_form = form}, "request"},
        {{.form = form}, {.form = cached, .plain_form = form, .service_tier = flex}, "service-tier"},
        {{.params = 1, .param = {{path, low}}}, {.params = 1, .param = {{path, low}}}, NULL},
        {{.params = 1, .param = {{path, low}}},
         {.params = 1, .param = {{path, high}}},
         "param 1, temperature"},
        {{.params = 1, .param = {{path, low}}}, {.params = 0}, "param 1, temperature"},
        {{.params = 1, .param = {{path, low}}}, {.params = 1, .param = {{top, low}}}, "param 1, temperature"},
        {{.params = 2, .param = {{path, low}, {path, high}}},
         {.params = 2, .param = {{path, high}, {path, low}}},
         "param 1, temperature"},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        char name[64];
        assert_int_equal(differ(&each[i].one, &each[i].two, name), each[i].name != NULL);
        assert_string_equal(name, each[i].name != NULL ? each[i].name : "");
        assert_int_equal(differ(&each[i].two, &each[i].one, name), each[i].name != NULL);
    }
}

// What a run's two machines may be told differently: of options, settings, sessions and prices.
struct told {
    struct options options;
    struct settings settings;
    struct config_session session;
    const char *prices; // --prices, the text of its file; NULL: none
    const char *model;
};

static void make_told(const struct told *told, struct text *text) {
    struct config *config = config_with(&told->settings);
    const char *path[] = {"/tmp/ration-prices.json"};
    char file[64] = "/tmp/ration-prices.XXXXXX";
    if (told->prices != NULL) {
        int fd = mkstemp(file);
        assert_true(fd >= 0 && write(fd, told->prices, strlen(told->prices)) > 0 && close(fd) == 0);
        path[0] = file;
    }
    config->sessions.count = 1;
    config->sessions.one[0] = told->session;
    config->sessions.one[0].provider = "openai";
    config->prices = prices_take(told->prices != NULL, path);
    assert_non_null(config->prices);
    if (told->prices != NULL) {
        assert_int_equal(unlink(file), 0);
    }
    const struct price_entry *row =
        price_book_find(config->prices, "openai", told->model != NULL ? told->model : "gpt-4o-mini");
    struct price_session *price = &config->prices->session[0];
    if (row != NULL) {
        *price = (struct price_session){.ground = PRICE_OF_ASKED, .price = row->price};
    }
    if (told->options.price.given) {
        const struct tier_price *each = &told->options.price.each;
        *price =
            (struct price_session){.ground = PRICE_TOLD, .price = price_plain(each->input, each->output)};
    }
    config->rates[0] = price->price.rates[PRICE_DEFAULT];
    member_settings_make(&told->options, config, text);
    text_add(text, "", 1);
    assert_false(text->failed);
    assert_null(strstr(text->bytes, "hidden"));
    free(config->prices);
    free(config);
}

// Told of each pair, in both directions: what differs, and both values.
static void machines_are_told_alike(void **state) {
    (void)state;
    static char url[] = "https://one.example", proxy[] = "http://proxy.example", gpt[] = "gpt-4o-mini",
                other[] = "gpt-4o", one[] = "default", two[] = "b",
                row[] = "{\"shape\":\"chat\",\"path\":\"/x\",\"base_url\":\"https://a\",\"key_env\":\"A\","
                        "\"headers\":{\"X\":\"hidden\"}}",
                moved[] = "{\"shape\":\"chat\",\"path\":\"/x\",\"base_url\":\"https://b\",\"key_env\":\"B\","
                          "\"headers\":{\"X\":\"hidden\"}}",
                beta[] = "{\"shape\":\"chat\",\"path\":\"/x\",\"headers\":{\"X\":\"hidden too\"}}",
                path[] = "{\"shape\":\"chat\",\"path\":\"/y\",\"headers\":{\"X\":\"hidden\"}}",
                version[] = "{\"shape\":\"chat\",\"path\":\"/x\",\"headers\":{\"X\":\"hidden\"},"
                            "\"query_text\":\"a=hidden\"}",
                form[] = "{\"a\":\"hidden\"}", form_2[] = "{\"a\":2}";
    static const char
        mine[] =
            "{\"prices\":[{\"provider\":\"openai\",\"model\":\"gpt-4o-mini\",\"input\":1,\"output\":2}]}",
        theirs[] =
            "{\"prices\":[{\"provider\":\"openai\",\"model\":\"gpt-4o-mini\",\"input\":1,\"output\":3}]}",
        again[] = "{\"prices\": [{\"model\": \"gpt-4o-mini\", \"output\": 2, \"input\": 1.0, "
                  "\"provider\": \"openai\"}]}",
        beside[] =
            "{\"prices\":[{\"provider\":\"openai\",\"model\":\"gpt-4o-mini\",\"input\":1,\"output\":2},"
            "{\"provider\":\"openai\",\"model\":\"mine\",\"input\":1,\"output\":2}]}";
    static const struct {
        struct told one, two;
        const char *name;         // NULL: they are alike
        const char *own, *theirs; // of `one` and of `two`; NULL: whatever, and a digest
    } each[] = {
        // What machines may have of their own.
        {{.settings = {.session_url = {url}}}, {.settings = {.session_url = {proxy}}}, NULL, NULL, NULL},
        {{.settings = {.session_provider = {row}}},
         {.settings = {.session_provider = {moved}}},
         NULL,
         NULL,
         NULL},
        {{.session = {.name = "default", .key = {.text = "a"}}},
         {.session = {.name = "default", .key = {.text = "b"}}},
         NULL,
         NULL,
         NULL},
        {{.options = {.max_workers = 4, .in_flight = 8, .log_file = "a", .output = "a", .errors = "a"}},
         {.options = {.max_workers = 8, .in_flight = 9, .log_file = "b", .output = "b", .errors = "b"}},
         NULL,
         NULL,
         NULL},
        {{.settings = {.timeout = 1, .sync_interval = 1, .memory_limit = 1}},
         {.settings = {.timeout = 2, .sync_interval = 2, .memory_limit = 2}},
         NULL,
         NULL,
         NULL},
        // Whom they ask.
        {{.session = {.name = "a"}}, {.session = {.name = "b"}}, "sessions", "a", "b"},
        {{.settings = {.session_model = {gpt}}},
         {.settings = {.session_model = {other}}},
         "model of session ",
         gpt,
         other},
        {{.settings = {.session_provider = {row}}},
         {.settings = {.session_provider = {path}}},
         "API of session ",
         "shape \"chat\", path \"/x\"",
         "shape \"chat\", path \"/y\""},
        {{.settings = {.session_provider = {row}}},
         {.settings = {.session_provider = {beta}}},
         "headers of session ",
         NULL,
         NULL},
        {{.settings = {.session_provider = {row}}},
         {.settings = {.session_provider = {version}}},
         "headers of session ",
         NULL,
         NULL},
        {{.settings = {.session_form = {form}}},
         {.settings = {.session_form = {form_2}}},
         "request of session ",
         NULL,
         NULL},
        {{.settings = {.provider = one}}, {.settings = {.provider = two}}, "provider", one, two},
        {{.settings = {.model = gpt}}, {.settings = {.model = other}}, "model", gpt, other},
        // What it costs.
        {{.prices = mine}, {.prices = again}, NULL, NULL, NULL},
        {{.prices = mine},
         {.prices = theirs},
         "price of session ",
         "input $1.00, output $2.00",
         "input $1.00, output $3.00"},
        {{.prices = mine}, {.prices = beside}, "price list", NULL, NULL},
        {{.options = {.price = {true, {1000000, 2000000}}}},
         {.prices = mine},
         "price of session ",
         "input $1.00, output $2.00, whichever model answers",
         "input $1.00, output $2.00"},
        {{.model = "no such model"},
         {.options = {.price = {true, {250000, 2000000}}}, .model = "no such model"},
         "price of session ",
         "",
         "input $0.2500, output $2.00, whichever model answers"},
        {{.options = {.cache_prompt = true}},
         {.options = {.cache_prompt = false}},
         "cache-prompt",
         "yes",
         "no"},
        {{.settings = {.flex_patience = 60 * CLOCK_SECOND}},
         {.settings = {.flex_patience = 0}},
         "flex-patience",
         "60",
         ""},
        // Which lines come of it.
        {{.settings = {.output_format = SETTINGS_OUTPUT_LINES}},
         {.settings = {.output_format = SETTINGS_OUTPUT_BATCH}},
         "output-format",
         "jsonl",
         "openai-batch"},
        {{.settings = {.format = SETTINGS_CSV}},
         {.settings = {.format = SETTINGS_JSONL}},
         "input-format",
         "csv",
         "jsonl"},
        {{.settings = {.delimiter = ';'}}, {.settings = {.delimiter = 0}}, "delimiter", "59", ""},
        {{.settings = {.attempts = 3}}, {.settings = {.attempts = 4}}, "attempts", "3", "4"},
        {{.settings = {.attempts_overloaded = 3}},
         {.settings = {.attempts_overloaded = 4}},
         "retries of an overload",
         "3",
         "4"},
        {{.settings = {.attempts_invalid = 3}},
         {.settings = {.attempts_invalid = 4}},
         "retries of an invalid answer",
         "3",
         "4"},
        {{.settings = {.max_output_tokens = 10}},
         {.settings = {.max_output_tokens = 20}},
         "max-output-tokens",
         "10",
         "20"},
        {{.options = {.keep = "all"}}, {.options = {.keep = NULL}}, "keep", "all", ""},
        {{.options = {.in_doubt = OPTIONS_IN_DOUBT_FAIL}},
         {.options = {.in_doubt = OPTIONS_IN_DOUBT_RETRY}},
         "in-doubt",
         "fail",
         "retry"},
        {{.options = {.limit = 5}}, {.options = {.limit = 0}}, "limit", "5", "none"},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        struct text text[2] = {{0}, {0}};
        struct member_settings_difference difference = {.name = ""}, back = {.name = ""};
        make_told(&each[i].one, &text[0]);
        make_told(&each[i].two, &text[1]);
        bool is = member_settings_differ(text[1].bytes, text[0].bytes, &difference);
        (void)member_settings_differ(text[0].bytes, text[1].bytes, &back);
        if (is != (each[i].name != NULL) || (is && strcmp(difference.name, each[i].name) != 0)) {
            fail_msg("row %zu: %s: %s, %s", i, difference.name, difference.theirs, difference.own);
        }
        if (is && each[i].own != NULL) {
            assert_string_equal(difference.own, each[i].own);
            assert_string_equal(difference.theirs, each[i].theirs);
        }
        assert_int_equal(is, back.name[0] != '\0');
        text_free(&text[0]);
        text_free(&text[1]);
    }
}

// A run that was begun by an earlier version has no word of what later ones compare.
static void what_an_earlier_version_knew_is_compared(void **state) {
    (void)state;
    static const struct {
        const char *theirs, *own;
        bool differ;
    } each[] = {
        {"{\"model\":\"m\"}",
         "{\"version\":\"2\",\"model\":\"m\",\"price of session a\":\"x\",\"sessions\":\"a\"}", false},
        {"{\"version\":\"2\",\"model\":\"m\",\"price of session a\":\"x\"}", "{\"model\":\"m\"}", false},
        {"{\"model\":\"n\"}", "{\"version\":\"2\",\"model\":\"m\"}", true},
        {"{}", "{\"version\":\"2\",\"model\":\"m\"}", true},
        {"{\"version\":\"2\"}", "{\"version\":\"2\",\"price of session a\":\"x\"}", true},
        {"{\"version\":\"3\"}", "{\"version\":\"2\",\"price of session a\":\"x\"}", true},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        struct member_settings_difference difference;
        assert_int_equal(member_settings_differ(each[i].theirs, each[i].own, &difference), each[i].differ);
    }
}

static void a_password_is_found(void **state) {
    (void)state;
    static const struct {
        const char *fleet;
        int result;
    } each[] = {
        {"postgresql://h/d", 0},
        {"postgresql://u@h:5432/d?sslmode=require", 0},
        {"host=h dbname=password user=u", 0},
        {"host=h passfile=/x", 0},
        {"postgresql://u:x@h/d", -1},
        {"postgresql://u@h/d?password=x", -1},
        {"host=h password=x", -1},
        {"host=h password = x", -1},
        {"host=h password\t=x", -1},
        {"user=password sslpassword \n= x", -1},
        {"host=h password=x dbname=a://b", -1},
        {"dbname='a b' password='x y'", -1},
        {"dbname='a\\' password=x", -1}, // a quote that does not end
        {"host=h sslpassword", -1},
        {"dbname='x password=y' user=u", 0},
        {"dbname=a\\ password=y", 0},
        {"host=h options='-c a=b' service=ration", 0},
        {"postgresql://u@h/d?pass%77ord=x", -1},
        {"postgres://h/d?sslmode=require&ssl%50assword=x", 0}, // no word of libpq's
        {"postgres://h/d?sslmode=require&ssl%70%61ssword=x", -1},
        {"postgres://u?v:x@h/d", -1},
        {"postgresql://u%3Ax@h/d", 0},
        {"postgresql://h:5432,i:5433/d?require_auth=password&passfile=/x", 0},
        {"password", 0}, // the database's name
    };
    static const struct config config;
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        const struct options options = {
            .fleet = each[i].fleet, .fleet_name = "batch", .retry_errors.which = OUTCOME_AGAIN_USUAL};
        assert_int_equal(member_check(&options, &config), each[i].result);
    }
}

// What is short doubles, what is used is kept for a second, what is not used shrinks to nothing.
static void wants_of_a_budget(void **state) {
    (void)state;
    const struct {
        struct member_want_budget facts;
        uint64_t want, least;
    } each[] = {
        {{.works = false, .size = 10, .before = 1000, .short_of = 10}, 0, 0},
        {{.works = true}, 0, 0}, // nobody has asked yet
        {{.works = true, .size = 10, .short_of = 10}, 40, 10},
        {{.works = true, .size = 10, .short_of = 10, .before = 40, .elapsed = CLOCK_SECOND}, 80, 10},
        {{.works = true, .size = 10, .taken = 50, .elapsed = CLOCK_SECOND / 2, .before = 80}, 190, 0},
        {{.works = true, .size = 10, .taken = 0, .elapsed = CLOCK_SECOND / 2, .before = 80}, 60, 0},
        {{.works = true, .size = 10, .taken = 0, .elapsed = CLOCK_SECOND / 2, .before = 3}, 0, 0},
        {{.works = true, .size = UINT64_MAX, .short_of = 1, .before = UINT64_MAX}, UINT64_MAX / 16384, 1},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        struct member_want_portion portion = member_want_budget(&each[i].facts);
        assert_int_equal(portion.want, each[i].want);
        assert_int_equal(portion.least, each[i].least);
    }
}

// ---- what is shared ----

static void what_is_shared_goes_in_pieces(void **state) {
    (void)state;
    static const struct {
        uint64_t size, pieces;
        size_t last;
    } cases[] = {
        {1, 1, 1},
        {MEMBER_SHARE_PIECE - 1, 1, MEMBER_SHARE_PIECE - 1},
        {MEMBER_SHARE_PIECE, 1, MEMBER_SHARE_PIECE},
        {MEMBER_SHARE_PIECE + 1, 2, 1},
        {5 * MEMBER_SHARE_PIECE, 5, MEMBER_SHARE_PIECE},
        {((uint64_t)1 << 42) + 7, ((uint64_t)1 << 22) + 1, 7},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t pieces = member_share_pieces(cases[i].size);
        assert_int_equal(pieces, cases[i].pieces);
        assert_int_equal(member_share_length(cases[i].size, pieces - 1), cases[i].last);
        assert_int_equal(pieces < 2 || member_share_length(cases[i].size, 0) == MEMBER_SHARE_PIECE, true);
    }
}

static void how_rows_are_read_comes_back(void **state) {
    (void)state;
    static const char delimiters[] = {'\0', ',', ';', '\t', '|', ' '};
    for (int lines = 0; lines < 2; lines++) {
        for (size_t i = 0; i < sizeof(delimiters); i++) {
            char about[MEMBER_SHARE_ABOUT], delimiter = 'x';
            bool read = lines == 0;
            member_share_about(lines == 1, delimiters[i], about);
            member_share_read_about(about, &read, &delimiter);
            assert_int_equal(read, lines == 1);
            assert_int_equal(delimiter, delimiters[i]);
        }
    }
}

static void a_piece_is_bytes_or_none(void **state) {
    (void)state;
    static const struct {
        const char *text, *bytes;
        size_t length;
        bool good;
    } cases[] = {
        {"\\x", "", 0, true},
        {"\\x00ff41",
         "\0\xff"
         "A",
         3, true},
        {"", NULL, 0, false},
        {"4142", NULL, 0, false},
        {"\\x4", NULL, 0, false},
        {"\\x4142zz", NULL, 0, false},
        {"\\x41 42", NULL, 0, false},
    };
    static char room[MEMBER_SHARE_PIECE];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t length = 77;
        assert_int_equal(member_share_bytes(cases[i].text, room, &length), cases[i].good);
        if (cases[i].good) {
            assert_int_equal(length, cases[i].length);
            assert_memory_equal(room, cases[i].bytes, length);
        }
    }
    size_t size = 2 * MEMBER_SHARE_PIECE + 2, length;
    char *long_one = malloc(size + 3);
    assert_non_null(long_one);
    memset(long_one, '4', size + 2);
    long_one[0] = '\\';
    long_one[1] = 'x';
    long_one[size] = '\0';
    assert_true(member_share_bytes(long_one, room, &length));
    long_one[size] = '4';
    long_one[size + 2] = '\0';
    assert_false(member_share_bytes(long_one, room, &length)); // a byte more than a piece
    free(long_one);
}

static void reads(const char *path, const char *wanted) {
    char text[128] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    assert_string_equal(text, wanted);
    assert_int_equal(fclose(file), 0);
}

static void a_prompt_that_is_shared_is_the_same_elsewhere(void **state) {
    (void)state;
    char name[] = "/tmp/ration-prompt.XXXXXX", param[64], system[64];
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "@home {{name}}\n", 15), 15);
    assert_int_equal(close(fd), 0);
    (void)snprintf(param, sizeof(param), "tools=@%s", name);
    (void)snprintf(system, sizeof(system), "@%s", name);
    struct options given = {
        .prompt_file = "p", .system = system, .must_match = "a\"b", .max_output_tokens = 321, .min_chars = 5};
    given.param.text[given.param.count++] = "temperature=0.5";
    given.param.text[given.param.count++] = param;
    given.base_url = "https://user:geheim@host";
    given.headers.text[given.headers.count++] = "Authorization: geheim";
    struct settings settings = {.prompt_template = "About {{name}}:\n\"x\"", .model = "m", .schema = "{}"};
    struct text text = {0};
    assert_true(member_prompt_pack(&given, &settings, &text));
    text_add(&text, "", 1);
    assert_null(strstr(text.bytes, "geheim"));
    assert_int_equal(unlink(name), 0);

    struct options taken = {.model = "own"};
    struct member_prompt prompt = {.texts = 0};
    assert_true(member_prompt_unpack(text.bytes, &taken, &prompt));
    reads(taken.prompt_file, "About {{name}}:\n\"x\"");
    reads(taken.schema, "{}");
    reads(taken.system + 1, "@home {{name}}\n");
    assert_int_equal(taken.system[0], '@');
    assert_int_equal(taken.param.count, 2);
    assert_string_equal(taken.param.text[0], "temperature=0.5");
    assert_memory_equal(taken.param.text[1], "tools=@", 7);
    reads(taken.param.text[1] + 7, "@home {{name}}\n");
    assert_string_equal(taken.must_match, "a\"b");
    assert_string_equal(taken.model, "own"); // what is given here counts, and is compared later
    assert_int_equal(taken.max_output_tokens, 321);
    assert_int_equal(taken.min_chars, 5);
    assert_null(taken.request);
    assert_null(taken.base_url);
    member_prompt_free(&prompt);
    assert_false(member_prompt_unpack("[]", &taken, &prompt));
    text_free(&text);
}

// ---- breakers ----

#define AT (7 * CLOCK_HOUR)

// What is next for a breaker, by what this machine knows of the fleet's and what its own has come to.
static void a_breaker_is_the_fleets(void **state) {
    (void)state;
    const struct breaker closed = {0}, out = {.state = BREAKER_HALF_OPEN};
    const struct breaker due = {.state = BREAKER_OPEN, .until = AT};
    const struct breaker later = {.state = BREAKER_OPEN, .until = AT + 2 * CLOCK_SECOND};
    const struct {
        struct member_breaker known;
        struct member_breaker_facts facts;
        enum member_breaker_do next;
        bool waits;
    } each[] = {
        {{0}, {closed, true, true, 9, AT}, MEMBER_BREAKER_NOTHING, false},
        {{0}, {later, true, true, 9, AT}, MEMBER_BREAKER_OPENED, false},
        // it reaches nothing: its own trouble
        {{0}, {later, false, true, 9, AT}, MEMBER_BREAKER_NOTHING, false},
        {{.alone = true, .answers = 9}, {later, true, true, 9, AT}, MEMBER_BREAKER_NOTHING, false},
        {{.alone = true, .answers = 8}, {later, true, true, 9, AT}, MEMBER_BREAKER_OPENED, false},
        {{.tells = MEMBER_BREAKER_OPENED}, {later, true, true, 9, AT}, MEMBER_BREAKER_NOTHING, false},
        // The fleet has it open.
        {{.known = true}, {closed, true, true, 9, AT}, MEMBER_BREAKER_OVER, false},
        {{.known = true, .ours = true}, {out, true, true, 9, AT}, MEMBER_BREAKER_NOTHING, false},
        {{.known = true, .ask_at = AT}, {due, true, true, 9, AT}, MEMBER_BREAKER_ASK, true},
        {{.known = true, .ask_at = AT + 1}, {due, true, true, 9, AT}, MEMBER_BREAKER_NOTHING, true},
        {{.known = true, .ask_at = AT + 1}, {later, true, true, 9, AT}, MEMBER_BREAKER_NOTHING, false},
        {{.known = true, .ask_at = AT}, {due, true, false, 9, AT}, MEMBER_BREAKER_NOTHING, true}, // no work
        // The probe is ours.
        {{.known = true, .ours = true, .free_at = AT},
         {due, true, true, 9, AT - 1}, // the moment was looked at before
         MEMBER_BREAKER_NOTHING,
         false},
        {{.known = true, .ours = true, .free_at = AT},
         {later, true, true, 9, AT},
         MEMBER_BREAKER_OPENED,
         false},
        {{.known = true, .ours = true, .free_at = AT},
         {due, true, true, 9, AT + CLOCK_MINUTE}, // it does not leave
         MEMBER_BREAKER_OPENED,
         false},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        assert_int_equal(member_breaker_next(&each[i].known, &each[i].facts), each[i].next);
        assert_int_equal(member_breaker_waits(&each[i].known, &each[i].facts), each[i].waits);
    }
    struct member_breaker begun = {.known = true, .begun = true}, heard = {.known = true};
    member_breaker_contradicted(&begun, &each[0].facts);
    member_breaker_contradicted(&heard, &each[0].facts);
    assert_true(begun.alone && !begun.known && begun.answers == 9);
    assert_true(!heard.alone && !heard.known);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_breaker_is_the_fleets),
        cmocka_unit_test(wants_of_a_budget),
        cmocka_unit_test(frames_come_whole_or_not),
        cmocka_unit_test(a_broken_frame_is_told),
        cmocka_unit_test(lines_become_chunks_and_bits),
        cmocka_unit_test(lines_are_told_by_their_places),
        cmocka_unit_test(a_spool_goes_on_anywhere),
        cmocka_unit_test(ids_are_found),
        cmocka_unit_test(who_is_silent_for_the_term_is_dead),
        cmocka_unit_test(wants_follow_the_use),
        cmocka_unit_test(an_identity_is_kept),
        cmocka_unit_test(what_is_begun_is_little),
        cmocka_unit_test(a_difference_is_told),
        cmocka_unit_test(what_is_asked_is_alike),
        cmocka_unit_test(machines_are_told_alike),
        cmocka_unit_test(what_an_earlier_version_knew_is_compared),
        cmocka_unit_test(a_password_is_found),
        cmocka_unit_test(what_is_shared_goes_in_pieces),
        cmocka_unit_test(how_rows_are_read_comes_back),
        cmocka_unit_test(a_piece_is_bytes_or_none),
        cmocka_unit_test(a_prompt_that_is_shared_is_the_same_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
