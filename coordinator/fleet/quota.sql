-- What members may spend. Units are counted, never lent for a time: a member that is cut off, stopped or dead spends what it was
-- granted and no more, whatever any clock says.

-- The figures of a bucket. For n members that tick each t seconds, and requests of up to p units:
--   cap + stock is at most room; a window of any form sees room + rate * (window + t) at most, and that is the limit.
-- Where the provider's own bucket refills all the time, it holds level + stock as long as room fits into it: the rate is the limit.
CREATE OR REPLACE FUNCTION ration.figures(p_limit double precision, p_window double precision, p_refills boolean, p_n int,
    p_largest bigint, OUT o_rate double precision, OUT o_cap double precision, OUT o_stock double precision,
    OUT o_room double precision) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    n int := greatest(p_n, 1);
    t double precision := greatest(0.25, n / 300.0);
    p double precision := least(greatest(p_largest, 1), p_limit);
    v_cap double precision := t * (1 + 1.0 / n); -- seconds' worth
    v_stock double precision := 2.5 * t;
    v_steady double precision := p_limit / (p_window + v_cap + v_stock + t);
BEGIN
    o_cap := greatest(v_cap * v_steady, p);
    o_stock := greatest(v_stock * v_steady, 2 * p);
    o_room := o_cap + o_stock;
    IF o_room > p_limit / 5 AND o_room > (v_cap + v_stock) * v_steady THEN
        -- Single requests are large beside the limit: as much as may be on its way leaves no more than the rest as a rate.
        o_room := greatest(p, p_limit / 5);
        o_cap := greatest(p, o_room / 2);
        o_stock := o_cap;
    END IF;
    o_rate := greatest((p_limit - o_room) / (p_window + t), p_limit / (20 * p_window));
    IF p_refills THEN
        o_rate := p_limit / p_window;
    END IF;
END $$;

-- The figures of a bucket whose row is locked, anew.
CREATE OR REPLACE FUNCTION ration.figure_out(p_bucket int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d ration.dimension; b ration.bucket; f record;
BEGIN
    SELECT * INTO STRICT d FROM ration.dimension WHERE bucket = p_bucket;
    SELECT * INTO STRICT b FROM ration.bucket WHERE bucket = p_bucket;
    SELECT * INTO f FROM ration.figures(
        CASE WHEN d.told = 0 THEN d.heard WHEN d.heard = 0 THEN d.told ELSE least(d.told, d.heard) END,
        d.window_s, d.refills, greatest(b.n, b.n_last), b.largest);
    UPDATE ration.bucket SET rate = f.o_rate, cap = f.o_cap, stock = f.o_stock, room = f.o_room, level = least(level, f.o_cap)
        WHERE bucket = p_bucket AND (rate, cap, stock, room) IS DISTINCT FROM (f.o_rate, f.o_cap, f.o_stock, f.o_room);
END $$;

CREATE OR REPLACE FUNCTION ration.session_of(p_name text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE v_session int;
BEGIN
    INSERT INTO ration.session (name) VALUES (p_name) ON CONFLICT (name) DO NOTHING;
    SELECT session INTO STRICT v_session FROM ration.session WHERE name = p_name;
    RETURN v_session;
END $$;

-- All that members whose rows are locked hold, and those buckets (null: none): each row once, in the lock order, whoever holds it.
CREATE OR REPLACE FUNCTION ration.lock_held(p_member uuid[], p_bucket int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ration.bucket WHERE bucket = ANY (p_bucket) OR bucket IN (SELECT bucket FROM ration.holding WHERE member = ANY (p_member))
        ORDER BY bucket FOR NO KEY UPDATE;
    PERFORM 1 FROM ration.chunk WHERE holder = ANY (p_member) ORDER BY run, chunk FOR NO KEY UPDATE;
END $$;

-- Machines of runs that nobody went on with hold units of their accounts for ever, and nobody judges them: who begins to use an account,
-- and now and then who uses it, settles those that have been silent for ten minutes. By the server's clock, since nothing can be exceeded
-- by it: what they hold counts as spent, and one that was alive after all joins anew. They are buried as by others, so that what they had
-- begun is in doubt. The rows of those buckets are locked then.
CREATE OR REPLACE FUNCTION ration.settle_silent(p_bucket int[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_member uuid; v_silent uuid[];
BEGIN
    v_silent := ARRAY(SELECT m.member FROM ration.member m
        WHERE m.state <> 'left' AND m.seen < clock_timestamp() - interval '10 minutes'
            AND EXISTS (SELECT FROM ration.holding h WHERE h.member = m.member AND h.bucket = ANY (p_bucket))
        ORDER BY m.member FOR NO KEY UPDATE SKIP LOCKED);
    IF cardinality(v_silent) > 0 OR cardinality(p_bucket) = 1 THEN
        PERFORM ration.lock_held(v_silent, p_bucket);
    END IF;
    FOREACH v_member IN ARRAY v_silent LOOP
        PERFORM ration.bury_1(v_member, (SELECT beat FROM ration.member WHERE member = v_member));
        PERFORM ration.settle_1(v_member);
    END LOOP;
END $$;

-- BUCKET of an account, which all runs that name it share. p_limit units each p_window_s seconds. Whoever comes while others are
-- at work can lower a limit, not raise it.
CREATE OR REPLACE FUNCTION ration.bucket_1(p_run int, p_session text, p_unit int, p_window_s double precision, p_limit bigint,
    OUT o_bucket int) LANGUAGE plpgsql AS $$
DECLARE v_session int := ration.session_of(p_session); v_made int;
BEGIN
    IF p_window_s <= 0 OR p_limit <= 0 THEN
        RAISE EXCEPTION 'a bucket needs a window and a limit above 0' USING ERRCODE = 'RA007';
    END IF;
    INSERT INTO ration.dimension (session, unit, window_s, told) VALUES (v_session, p_unit, p_window_s, p_limit)
        ON CONFLICT (session, unit, window_s) DO NOTHING RETURNING bucket INTO v_made;
    SELECT bucket INTO STRICT o_bucket FROM ration.dimension
        WHERE session = v_session AND unit = p_unit AND window_s = p_window_s;
    PERFORM ration.settle_silent(ARRAY[o_bucket]); -- the bucket before its dimension, as limit_1() does
    IF v_made IS NOT NULL THEN
        INSERT INTO ration.bucket (bucket, budget, rate, cap, stock, room, level) VALUES (o_bucket, false, 0, 0, 0, 0, 0);
    ELSE
        IF EXISTS (SELECT FROM ration.holding h JOIN ration.member m USING (member)
                WHERE h.bucket = o_bucket AND m.state = 'live') THEN
            UPDATE ration.dimension SET told = least(told, p_limit) WHERE bucket = o_bucket;
        ELSE -- what was learned by those who are gone may have changed since
            UPDATE ration.dimension SET told = p_limit, heard = 0, refills = false WHERE bucket = o_bucket;
            UPDATE ration.bucket SET largest = 1 WHERE bucket = o_bucket;
        END IF;
    END IF;
    PERFORM ration.figure_out(o_bucket);
END $$;

-- BUDGET of a run: an amount. 'money': of its whole life; 'run money': from when a machine begins while no other is at work; 'day':
-- requests of a day. Whoever begins while others are at work must tell the same amount. 0: none is told. Then that of the run's money
-- holds here too, and of a day that has one it is refused. p_before: what this machine was before. o_amount: what holds; 0: nothing does.
-- o_left: what is not spent, as far as it was told. o_age_s: since the day began. o_rest_s: until the next one, where it rests; else 0.
-- Locks: the run, against one that joins meanwhile, then its bucket.
CREATE OR REPLACE FUNCTION ration.budget_1(p_run int, p_kind text, p_amount bigint, p_before uuid,
    OUT o_bucket int, OUT o_period int, OUT o_left bigint, OUT o_age_s double precision, OUT o_rest_s double precision,
    OUT o_amount bigint)
LANGUAGE plpgsql AS $$
DECLARE
    v_session int := ration.session_of('run ' || p_run);
    v_unit int := CASE p_kind WHEN 'day' THEN 1 WHEN 'money' THEN 16 ELSE 17 END;
    v_live text; v_made boolean; b ration.bucket;
BEGIN
    PERFORM 1 FROM ration.run WHERE run = p_run FOR UPDATE; -- one after another
    INSERT INTO ration.dimension (session, unit, window_s, told, run) VALUES (v_session, v_unit, 0, p_amount, p_run)
        ON CONFLICT (session, unit, window_s) DO NOTHING RETURNING bucket INTO o_bucket;
    v_made := o_bucket IS NOT NULL;
    IF v_made THEN
        INSERT INTO ration.bucket (bucket, budget, rate, cap, stock, room, level, since, until)
            VALUES (o_bucket, true, 0, p_amount, 1, p_amount, p_amount, clock_timestamp(),
                CASE WHEN p_kind = 'day' THEN clock_timestamp() + interval '1 day' END);
    ELSE
        SELECT bucket INTO STRICT o_bucket FROM ration.dimension WHERE session = v_session AND unit = v_unit AND window_s = 0;
    END IF;
    SELECT * INTO STRICT b FROM ration.bucket WHERE bucket = o_bucket FOR NO KEY UPDATE;
    SELECT string_agg(host, ', ') INTO v_live FROM ration.member WHERE run = p_run AND state = 'live' AND member IS DISTINCT FROM p_before;
    IF p_amount = 0 AND b.cap > 0 AND p_kind = 'day' THEN
        RAISE EXCEPTION 'the run has a limit of a day, and here is none' USING ERRCODE = 'RA008',
            HINT = 'give the same --daily-limit as the other machines; another one once all have ended';
    ELSIF p_amount = 0 THEN
        p_amount := b.cap;
    END IF;
    IF v_live IS NOT NULL AND b.cap <> p_amount THEN
        RAISE EXCEPTION 'the run is at work on %, with another amount', v_live USING ERRCODE = 'RA008',
            HINT = 'give the same --max-cost, --max-cost-run and --daily-limit on all machines; another one once all have ended';
    ELSIF v_live IS NULL AND NOT v_made THEN
        b.level := CASE p_kind WHEN 'run money' THEN p_amount - (b.granted - b.taken) ELSE b.level + (p_amount - b.cap) END;
        IF b.rests AND b.level >= 1 THEN -- there is room again
            b.rests := false;
            b.until := b.since + interval '1 day';
        END IF;
        UPDATE ration.bucket SET level = b.level, cap = p_amount, room = p_amount, rests = b.rests, until = b.until,
            period = period + (p_kind = 'run money')::int WHERE bucket = o_bucket RETURNING * INTO b;
        UPDATE ration.dimension SET told = p_amount WHERE bucket = o_bucket;
    END IF;
    o_amount := b.cap;
    o_period := b.period;
    o_left := greatest(0, floor(b.level) + b.granted - b.taken);
    o_age_s := greatest(0, extract(epoch FROM clock_timestamp() - b.since));
    o_rest_s := CASE WHEN b.rests THEN greatest(0.001, extract(epoch FROM b.until - clock_timestamp())) ELSE 0 END;
END $$;

-- A day's requests: only of a run in which this login has a member, and no other amount.
CREATE OR REPLACE FUNCTION ration.must_share(p_bucket int) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT ration.is_owner() AND NOT EXISTS (SELECT FROM ration.dimension d JOIN ration.member m USING (run)
            WHERE d.bucket = p_bucket AND d.unit = 1 AND m.state <> 'left' AND ration.is_own(m.login)) THEN
        RAISE EXCEPTION 'bucket % holds no day of a run that this login has a member in', p_bucket USING ERRCODE = '42501',
            HINT = 'a machine acts for itself alone; see Roles in docs/FLEET.md';
    END IF;
END $$;

-- A NEW DAY of a budget, once both the member's wall clock and the server's are past its end: whichever is behind counts. p_now null:
-- the provider's own day has ended, or somebody asked. Anyone may call it, one succeeds; the others hear of it with their next tick.
-- What members still hold may leave in the new day, and counts there.
CREATE OR REPLACE FUNCTION ration.period_1(p_bucket int, p_period int, p_now timestamptz, OUT o_period int) LANGUAGE plpgsql AS $$
DECLARE b ration.bucket;
BEGIN
    SELECT * INTO STRICT b FROM ration.bucket WHERE bucket = p_bucket AND budget FOR NO KEY UPDATE;
    PERFORM ration.must_share(p_bucket);
    o_period := b.period;
    IF b.period = p_period AND (p_now IS NULL OR b.until <= least(p_now, clock_timestamp())) THEN
        o_period := b.period + 1;
        UPDATE ration.bucket SET period = o_period, since = clock_timestamp(), until = clock_timestamp() + interval '1 day', rests = false,
            level = cap - (granted - taken) WHERE bucket = p_bucket;
    END IF;
END $$;

-- REST: a day's budget is used up, and the next day begins in so many seconds. The first one who says so decides; later ones only
-- make it shorter.
CREATE OR REPLACE FUNCTION ration.rest_1(p_bucket int, p_period int, p_for_s double precision) RETURNS void LANGUAGE sql AS $$
    SELECT ration.must_share(p_bucket);
    UPDATE ration.bucket SET rests = true, until = CASE WHEN rests THEN least(until, clock_timestamp() + p_for_s * interval '1 second')
            ELSE clock_timestamp() + p_for_s * interval '1 second' END
        WHERE bucket = p_bucket AND period = p_period AND budget
$$;

-- LIMIT: what an answer told, or that the provider's bucket was seen to refill (null: nothing new of it). It never raises what the
-- configuration says.
CREATE OR REPLACE FUNCTION ration.limit_1(p_member uuid, p_bucket int, p_limit bigint, p_refills boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ration.must_own(p_member);
    PERFORM 1 FROM ration.member WHERE member = p_member AND state = 'live';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'buried' USING ERRCODE = 'RA002';
    END IF;
    PERFORM 1 FROM ration.bucket WHERE bucket = p_bucket AND NOT budget FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'bucket % has no limit of a time', p_bucket USING ERRCODE = 'RA007';
    END IF;
    UPDATE ration.dimension SET heard = coalesce(p_limit, heard), refills = coalesce(p_refills, refills)
        WHERE bucket = p_bucket AND (heard, refills) IS DISTINCT FROM (coalesce(p_limit, heard), coalesce(p_refills, refills));
    IF FOUND THEN
        PERFORM ration.figure_out(p_bucket);
    END IF;
END $$;

-- TICK. Locks: its own member's row, then each bucket, ascending: the hot rows. Each 64th one also settles silent members, whose rows it
-- skips where others have them, and whose buckets it locks together with its own.
-- p_elapsed: seconds on the member's own clock since it SENT its last tick that was answered; 0: none was.
-- p_granted: the limit it holds itself to, cumulative; it may have lowered it, to give back. p_taken: cumulative.
-- p_want: thousandths of a unit a second that it could use. p_least: units without which nothing can leave before its next tick.
-- The answer: o_granted as p_granted; of budgets o_level, what nobody was granted, o_left, that and what members hold, but for dead ones,
-- and o_period; the wish of whoever steers; o_news: look at holds_1() when it changes; o_tick: seconds until the next tick.
CREATE OR REPLACE FUNCTION ration.tick_1(p_member uuid, p_beat bigint, p_elapsed double precision, p_bucket int[],
    p_granted bigint[], p_taken bigint[], p_want bigint[], p_least bigint[],
    OUT o_granted bigint[], OUT o_level bigint[], OUT o_left bigint[], OUT o_period int[], OUT o_wanted text, OUT o_workers int,
    OUT o_news bigint, OUT o_tick double precision) LANGUAGE plpgsql AS $$
DECLARE
    m ration.member; b ration.bucket; h ration.holding;
    v_now timestamptz; v_share double precision; v_span bigint; v_held bigint; v_need bigint; v_fair bigint; v_level bigint;
    v_least bigint; v_give bigint; v_last int := 0; v_n int := 1;
BEGIN
    UPDATE ration.member k SET beat = p_beat, seen = clock_timestamp(), acts = k.told, told = r.wanted_no
        FROM ration.run r WHERE k.member = p_member AND k.beat < p_beat AND k.state = 'live' AND r.run = k.run AND ration.is_own(k.login)
        RETURNING k.run, r.wanted, r.workers, r.news INTO m.run, o_wanted, o_workers, o_news;
    IF NOT FOUND THEN
        PERFORM ration.must_own(p_member);
        SELECT * INTO m FROM ration.member WHERE member = p_member;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'unknown member' USING ERRCODE = 'RA001'; -- join again
        ELSIF m.state <> 'live' THEN
            RAISE EXCEPTION 'buried' USING ERRCODE = 'RA002'; -- begin nothing, hand in what there is, join as another
        END IF;
        RAISE EXCEPTION 'late tick' USING ERRCODE = 'RA003'; -- of a connection that was given up
    END IF;
    IF p_elapsed = 0 AND EXISTS (SELECT FROM ration.dimension d JOIN ration.bucket k USING (bucket)
            WHERE d.run = m.run AND k.cap > 0 AND k.bucket <> ALL (p_bucket)) THEN
        -- It began before the run had that amount, and joined after.
        RAISE EXCEPTION 'the run has an amount that is not kept here' USING ERRCODE = 'RA008',
            HINT = 'begin again, with the same --max-cost, --max-cost-run and --daily-limit as the other machines';
    END IF;
    IF p_beat % 64 = 0 THEN
        PERFORM ration.settle_silent(p_bucket);
    END IF;
    FOR i IN 1 .. coalesce(array_length(p_bucket, 1), 0) LOOP
        IF p_bucket[i] <= v_last THEN
            RAISE EXCEPTION 'buckets must ascend' USING ERRCODE = 'RA007'; -- or two ticks could wait for each other
        END IF;
        v_last := p_bucket[i];
        SELECT * INTO STRICT b FROM ration.bucket WHERE bucket = p_bucket[i] FOR NO KEY UPDATE;
        IF NOT b.budget AND p_least[i] > b.largest THEN
            b.largest := p_least[i];
            UPDATE ration.bucket SET largest = b.largest WHERE bucket = b.bucket;
            PERFORM ration.figure_out(b.bucket);
            SELECT * INTO STRICT b FROM ration.bucket WHERE bucket = p_bucket[i];
        END IF;
        IF p_elapsed > 0 AND NOT b.budget THEN -- the smaller of two clocks: a jump of either mints nothing
            v_now := clock_timestamp();
            b.level := b.level + b.rate * greatest(0, least(extract(epoch FROM v_now - b.at), p_elapsed));
            b.at := v_now;
        END IF;
        SELECT * INTO h FROM ration.holding WHERE bucket = b.bucket AND member = p_member;
        IF NOT FOUND THEN
            IF b.budget AND NOT ration.is_owner()
                AND NOT EXISTS (SELECT FROM ration.dimension d WHERE d.bucket = b.bucket AND d.run = m.run) THEN
                RAISE EXCEPTION 'bucket % is an amount of another run', b.bucket USING ERRCODE = 'RA007';
            END IF;
            INSERT INTO ration.holding (bucket, member) VALUES (b.bucket, p_member) RETURNING * INTO h;
        END IF;
        -- Less than was granted: it gave back, or the answer was lost. More: the server lost history, and the member is right.
        b.level := b.level + CASE WHEN b.budget THEN greatest(h.granted, 0) - greatest(p_granted[i], 0) -- never what others have spent
            ELSE h.granted - p_granted[i] END;
        b.granted := b.granted + (p_granted[i] - h.granted);
        b.taken := b.taken + (p_taken[i] - h.taken);
        b.level := least(b.level, b.cap);
        IF NOT b.budget THEN
            b.level := least(b.level, greatest(0, b.room - (b.granted - b.taken)));
            b.level := greatest(b.level, -60 * b.rate); -- after a minute nothing of it matters any more
        END IF;
        -- Shares are a matter of fairness, not of safety: what others want is taken from the spans, whatever their clock.
        v_span := floor(extract(epoch FROM clock_timestamp()) / greatest(1, b.n / 75.0));
        IF v_span <> b.span_no THEN
            b.want_last := b.want;
            b.want := 0;
            b.n_last := b.n;
            b.n := 0;
            b.span_no := v_span;
        END IF;
        IF h.span_no <> v_span THEN
            b.want := b.want + p_want[i];
            b.n := b.n + 1;
        END IF;
        v_n := greatest(v_n, b.n, b.n_last);
        v_held := p_granted[i] - p_taken[i];
        v_level := floor(b.level);
        v_least := p_least[i] - v_held;
        v_share := p_want[i] / 1000.0;
        IF b.budget THEN -- what it spends in a second, and in the end an even share: little is stranded, and all are done at once
            v_need := greatest(ceil(v_share * b.stock), p_least[i]) - v_held;
            v_give := least(v_need, v_level, greatest(v_least, v_level / greatest(b.n, b.n_last, 1)));
        ELSE
            v_share := least(v_share, b.rate * p_want[i] / greatest(b.want, b.want_last, 1));
            v_least := least(p_least[i], floor(b.cap), floor(b.stock)) - v_held;
            v_need := greatest(ceil(v_share / b.rate * b.stock), p_least[i]) - v_held;
            v_fair := greatest(floor(v_share * least(p_elapsed, b.stock / b.rate)), v_least);
            v_give := least(v_need, v_level, greatest(v_fair, v_level - floor(b.cap / 2)),
                            ceil(b.stock) - (b.granted - b.taken));
        END IF;
        -- A part of a request is of no use to anyone.
        IF p_want[i] <= 0 OR v_give < v_least OR v_give < 0 THEN
            v_give := 0;
        END IF;
        UPDATE ration.holding SET granted = p_granted[i] + v_give, taken = p_taken[i], span_no = v_span
            WHERE bucket = b.bucket AND member = p_member;
        UPDATE ration.bucket SET level = b.level - v_give, at = b.at, granted = b.granted + v_give, taken = b.taken,
            span_no = b.span_no, want = b.want, want_last = b.want_last, n = b.n, n_last = b.n_last WHERE bucket = b.bucket;
        IF b.n = 1 AND h.span_no <> v_span AND NOT b.budget THEN
            PERFORM ration.figure_out(b.bucket); -- the first of a span: for as many as there are
        END IF;
        o_granted[i] := p_granted[i] + v_give;
        o_level[i] := 0;
        o_left[i] := 0;
        o_period[i] := b.period;
        IF b.budget THEN
            o_level[i] := v_level - v_give;
            o_left[i] := greatest(0, v_level + b.granted - b.taken - (SELECT coalesce(sum(d.granted - d.taken), 0)
                FROM ration.holding d JOIN ration.member USING (member) WHERE d.bucket = b.bucket AND state = 'dead'));
        END IF;
    END LOOP;
    o_tick := greatest(0.25, v_n / 300.0);
END $$;

-- HOLD: nothing leaves for this account for so long; 0 ends it. The longer of two counts. The others hear of it with their next tick.
CREATE OR REPLACE FUNCTION ration.hold_1(p_member uuid, p_session text, p_kind text, p_for_s double precision, p_why text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_session int := ration.session_of(p_session);
BEGIN
    PERFORM ration.must_own(p_member);
    IF p_for_s <= 0 THEN
        DELETE FROM ration.hold WHERE session = v_session AND kind = p_kind;
    ELSE
        INSERT INTO ration.hold AS k (session, kind, until, why, teller)
            VALUES (v_session, p_kind, clock_timestamp() + p_for_s * interval '1 second', coalesce(p_why, ''), p_member)
            ON CONFLICT (session, kind) DO UPDATE SET until = excluded.until, why = excluded.why, teller = excluded.teller
            WHERE excluded.until > k.until + interval '1 second';
    END IF;
    IF FOUND THEN
        PERFORM 1 FROM ration.run WHERE state <> 'done' ORDER BY run FOR NO KEY UPDATE; -- two that come at once do not wait for each other
        UPDATE ration.run SET news = news + 1 WHERE state <> 'done';
    END IF;
END $$;

-- The holds: in seconds from now, which each member adds to its own clock.
CREATE OR REPLACE FUNCTION ration.holds_1()
RETURNS TABLE (o_session text, o_kind text, o_left_s double precision, o_why text) LANGUAGE sql AS $$
    SELECT s.name, h.kind, extract(epoch FROM h.until - clock_timestamp())::double precision, h.why
    FROM ration.hold h JOIN ration.session s USING (session) WHERE h.until > clock_timestamp() ORDER BY 1, 2
$$;

-- The circuit breaker of an account is a hold that does not end by itself: it is over when an answer came, to whomever.
-- BREAKER: the API fails; a probe may leave in so many seconds. 0: an answer came. Whoever had the probe gives it back by that.
CREATE OR REPLACE FUNCTION ration.breaker_2(p_member uuid, p_session text, p_for_s double precision, p_why text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE v_session int := ration.session_of(p_session); v_until timestamptz := clock_timestamp() + p_for_s * interval '1 second';
BEGIN
    PERFORM ration.must_own(p_member);
    IF p_for_s <= 0 THEN
        DELETE FROM ration.hold WHERE session = v_session AND kind = 'breaker';
        IF NOT FOUND THEN
            RETURN;
        END IF;
    ELSE
        UPDATE ration.hold SET until = greatest(until, v_until), prober = nullif(prober, p_member)
            WHERE session = v_session AND kind = 'breaker';
        IF FOUND THEN
            RETURN; -- who asks for the probe hears of it
        END IF;
        INSERT INTO ration.hold (session, kind, until, why) VALUES (v_session, 'breaker', v_until, coalesce(p_why, ''))
            ON CONFLICT (session, kind) DO NOTHING;
    END IF;
    PERFORM 1 FROM ration.run WHERE state <> 'done' ORDER BY run FOR NO KEY UPDATE; -- as hold_1() does
    UPDATE ration.run SET news = news + 1 WHERE state <> 'done';
END $$;

-- PROBE: may this member look whether the API is well again? One at a time: until it says what came of it, is given up or ends. Nothing
-- takes it back by a clock, but from a member of a run that nobody goes on with. o_left_s: when to ask again; below 0: it is over.
CREATE OR REPLACE FUNCTION ration.probe_2(p_member uuid, p_session text, OUT o_mine boolean, OUT o_left_s double precision)
LANGUAGE plpgsql AS $$
DECLARE v_session int := ration.session_of(p_session); h ration.hold;
BEGIN
    PERFORM ration.must_own(p_member);
    o_mine := false;
    SELECT * INTO h FROM ration.hold WHERE session = v_session AND kind = 'breaker' FOR UPDATE;
    IF NOT FOUND THEN
        o_left_s := -1;
    ELSIF h.until > clock_timestamp() THEN
        o_left_s := extract(epoch FROM h.until - clock_timestamp());
    ELSIF h.prober <> p_member AND EXISTS (SELECT FROM ration.member WHERE member = h.prober AND state = 'live'
            AND seen > clock_timestamp() - interval '10 minutes') THEN
        o_left_s := greatest(0.5, (SELECT count(*) FROM ration.member WHERE state = 'live') / 100.0);
    ELSE
        UPDATE ration.hold SET prober = p_member WHERE session = v_session AND kind = 'breaker';
        o_mine := true;
        o_left_s := 0;
    END IF;
END $$;

-- The holds, and the breakers that are open, whenever their probe is due. One of which nobody has said anything for ten minutes is of
-- machines that are gone.
CREATE OR REPLACE FUNCTION ration.holds_2()
RETURNS TABLE (o_session text, o_kind text, o_left_s double precision, o_why text) LANGUAGE sql AS $$
    SELECT s.name, h.kind, extract(epoch FROM h.until - clock_timestamp())::double precision, h.why
    FROM ration.hold h JOIN ration.session s USING (session)
    WHERE h.until > clock_timestamp() - CASE WHEN h.kind = 'breaker' THEN interval '10 minutes' ELSE interval '0' END ORDER BY 1, 2
$$;

-- The same, for a member: whether it is the one that was told so.
CREATE OR REPLACE FUNCTION ration.holds_3(p_member uuid)
RETURNS TABLE (o_session text, o_kind text, o_left_s double precision, o_mine boolean) LANGUAGE sql AS $$
    SELECT k.o_session, k.o_kind, k.o_left_s, coalesce(h.teller = p_member, false) FROM ration.holds_2() k
        JOIN ration.session s ON s.name = k.o_session JOIN ration.hold h ON h.session = s.session AND h.kind = k.o_kind ORDER BY 1, 2
$$;
