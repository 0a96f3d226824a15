#include "link/link_statement.h"

#include "link/database.h"
#include "ration/clock.h"
#include "ration/link_frame.h"

#include <stddef.h>

#define SHORT (2 * CLOCK_SECOND)
#define LONG (10 * CLOCK_SECOND) // many rows, or many bytes
#define TEXTS DATABASE_VALUES

static const struct link_statement statement[LINK_CALLS] = {
    [LINK_BEGIN] = {"SELECT o_run, o_generation, o_artists, o_input, o_settings, o_state "
                    "FROM ration.begin_1($1::int, $2, $3::bigint, $4, $5::jsonb)",
                    5, TEXTS, 1, LONG},
    [LINK_BUCKET] = {"SELECT ration.bucket_1($1::int, $2, $3::int, $4::float8, $5::bigint)", 5, TEXTS, 1,
                     SHORT},
    [LINK_BUDGET] = {"SELECT o_bucket, o_period, o_left, o_age_s, o_rest_s, o_amount "
                     "FROM ration.budget_1($1::int, $2, $3::bigint, $4::uuid)",
                     4, TEXTS, 1, SHORT},
    [LINK_JOIN] = {"SELECT ration.join_3($1::int, $2::uuid, $3, $4::uuid, $5, $6::int[], $7::bigint[])", 7,
                   TEXTS, 1, LONG},
    [LINK_TICK] =
        {"SELECT o_granted, o_level, o_left, o_period, o_wanted, o_tick, coalesce(o_workers, 0), o_news "
         "FROM ration.tick_1($1::uuid, $2::bigint, $3::float8, "
         "$4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])",
         8, TEXTS, 0, SHORT},
    [LINK_CLAIM] = {"SELECT o_chunk, o_done, o_failed, o_doubt FROM ration.claim_1($1::uuid, $2::int)", 2,
                    TEXTS, 1, SHORT},
    [LINK_HELD] = {"SELECT o_chunk, o_done, o_failed, o_doubt FROM ration.held_1($1::uuid)", 1, TEXTS, 1,
                   SHORT},
    [LINK_BEGUN] = {"SELECT o_chunk, o_through FROM ration.begun_2($1::uuid, $2::int[], $3::bit(256)[])", 3,
                    TEXTS, 1, SHORT},
    [LINK_COMMIT] =
        {"SELECT o_to, o_lost FROM ration.commit_2($1::int, $2::int, $3::uuid, $4::bigint, $5::bigint, "
         "$6::int, $7::int[], $8::bit(256)[], $9::bytea, $10::bigint[], $11::bytea)",
         11, 8, 1, LONG},
    [LINK_FAIL] = {"SELECT ration.fail_1($1::int, $2::int, $3::uuid, $4::bigint[], $5::text[])", 5, TEXTS, 1,
                   LONG},
    [LINK_SHIPPED] = {"SELECT ration.shipped_1($1::int, $2::uuid)", 2, TEXTS, 1, SHORT},
    [LINK_JUDGE] = {"SELECT o_member, o_beat FROM ration.beats_1($1::int)", 1, TEXTS, 1, SHORT},
    [LINK_BURY] = {"SELECT ration.bury_1($1::uuid, $2::bigint)", 2, TEXTS, 1, SHORT},
    [LINK_SETTLE] = {"SELECT ration.settle_1($1::uuid)", 1, TEXTS, 1, SHORT},
    [LINK_SETTLE_DEAD] = {"SELECT ration.settle_1($1::uuid)", 1, TEXTS, 1, SHORT},
    [LINK_OPEN] = {"SELECT o_open, o_done, o_failed FROM ration.progress_1($1::int, $2::boolean)", 2, TEXTS,
                   1, LONG},
    [LINK_TELL] = {"SELECT ration.tell_1($1::uuid, $2::jsonb)", 2, TEXTS, 1, SHORT},
    [LINK_HOLD] = {"SELECT ration.hold_1($1::uuid, $2, $3, $4::float8, $5)", 5, TEXTS, 1, SHORT},
    [LINK_HOLDS] = {"SELECT o_session, o_kind, o_left_s, o_mine FROM ration.holds_3($1::uuid)", 1, TEXTS, 1,
                    SHORT},
    [LINK_BREAKER] = {"SELECT ration.breaker_2($1::uuid, $2, $3::float8, $4)", 4, TEXTS, 1, SHORT},
    [LINK_PROBE] = {"SELECT o_mine, o_left_s FROM ration.probe_2($1::uuid, $2)", 2, TEXTS, 1, SHORT},
    [LINK_LIMIT] = {"SELECT ration.limit_1($1::uuid, $2::int, $3::bigint, $4::boolean)", 4, TEXTS, 1, SHORT},
    [LINK_PERIOD] = {"SELECT ration.period_1($1::int, $2::int, to_timestamp($3::float8))", 3, TEXTS, 1,
                     SHORT},
    [LINK_REST] = {"SELECT ration.rest_1($1::int, $2::int, $3::float8)", 3, TEXTS, 1, SHORT},
    [LINK_DOUBT] = {"SELECT ration.doubt_2($1::uuid, $2::bigint[])", 2, TEXTS, 1, SHORT},
    [LINK_CRASH] =
        {"SELECT o_artist, o_crashes FROM ration.crash_2($1::uuid, $2::uuid, $3::bigint[], $4::int[])", 4,
         TEXTS, 1, SHORT},
    [LINK_SHARE] =
        {"SELECT o_run, o_settings, o_size, o_digest, o_about, o_pieces FROM ration.share_1($1, $2)", 2,
         TEXTS, 1, SHORT},
    [LINK_OFFER] = {"SELECT ration.offer_1($1::int, $2, $3::bigint, $4, $5)", 5, TEXTS, 1, LONG},
    [LINK_PUT] = {"SELECT ration.put_1($1::int, $2, $3, $4::int, $5::bytea)", 5, 4, 1, LONG},
    [LINK_PIECE] = {"SELECT ration.piece_1($1::int, $2, $3::int)", 3, TEXTS, 1, LONG},
    [LINK_WISH] = {"SELECT ration.wish_1($1::int)", 1, TEXTS, 1, SHORT},
    [LINK_LEND] = {"SELECT ration.lend_1($1::int, $2::uuid)", 2, TEXTS, 1, SHORT},
    [LINK_FLEET] = {"SELECT o_member, o_host, o_state, o_age_s, o_status, w FROM ration.fleet_1($1::int), "
                    "ration.wished_1($1::int) AS w",
                    1, TEXTS, 1, SHORT},
};

const struct link_statement *link_statement(uint32_t call) {
    return call < LINK_CALLS && statement[call].sql != NULL ? &statement[call] : NULL;
}
