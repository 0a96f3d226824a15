-- Who is there. Nothing is decided by comparing two clocks.

-- JOIN. Twice is once. p_before: what this machine was before; its processes are gone, its file is shipped.
CREATE OR REPLACE FUNCTION ration.join_1(p_run int, p_member uuid, p_host text, p_before uuid) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ration.run WHERE run = p_run FOR KEY SHARE; -- before the member, as budget_1() does
    -- That of another login, which this machine was given since, is buried by its silence.
    IF p_before IS NOT NULL AND ration.is_own((SELECT login FROM ration.member WHERE member = p_before)) THEN
        PERFORM ration.settle_1(p_before);
    END IF;
    INSERT INTO ration.member (member, run, host) VALUES (p_member, p_run, p_host) ON CONFLICT (member) DO NOTHING;
    RETURN (SELECT state FROM ration.member WHERE member = p_member);
END $$;

-- Likewise, with the path of its output on that machine.
CREATE OR REPLACE FUNCTION ration.join_2(p_run int, p_member uuid, p_host text, p_before uuid, p_output text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE v_state text;
BEGIN
    v_state := ration.join_1(p_run, p_member, p_host, p_before);
    PERFORM ration.must_own(p_member);
    UPDATE ration.member SET output = p_output WHERE member = p_member AND output IS DISTINCT FROM p_output;
    RETURN v_state;
END $$;

-- Likewise, for a machine that keeps amounts of the run. Whoever asked for its budgets before anybody had joined may have told others: the
-- one that joins first goes on, and this one hears of it.
CREATE OR REPLACE FUNCTION ration.join_3(p_run int, p_member uuid, p_host text, p_before uuid, p_output text, p_bucket int[],
    p_amount bigint[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_live text;
BEGIN
    PERFORM 1 FROM ration.run WHERE run = p_run FOR KEY SHARE; -- against budget_1()
    IF EXISTS (SELECT FROM unnest(p_bucket, p_amount) AS k (bucket, amount) JOIN ration.bucket b USING (bucket) WHERE b.cap <> k.amount) THEN
        SELECT string_agg(host, ', ') INTO v_live FROM ration.member WHERE run = p_run AND state = 'live';
        RAISE EXCEPTION 'the run began on % with another amount', coalesce(v_live, 'another machine') USING ERRCODE = 'RA008',
            HINT = 'give the same --max-cost, --max-cost-run and --daily-limit on all machines; another one once all have ended';
    END IF;
    RETURN ration.join_2(p_run, p_member, p_host, p_before, p_output);
END $$;

-- What judges look at: a beat that one saw unchanged for the whole term, on its own clock and one connection, is a death.
CREATE OR REPLACE FUNCTION ration.beats_1(p_run int) RETURNS TABLE (o_member uuid, o_beat bigint) LANGUAGE sql AS $$
    SELECT member, beat FROM ration.member WHERE run = p_run AND state = 'live' ORDER BY member
$$;

-- BURY. Locks: that member, then its chunks. -1: it ticked meanwhile, or is buried already. Otherwise how many chunks are free.
-- Whom it may have asked is in doubt. Whatever a machine says, one that is heard is not buried: -1.
CREATE OR REPLACE FUNCTION ration.bury_1(p_member uuid, p_beat bigint) RETURNS int LANGUAGE plpgsql AS $$
DECLARE v_freed int; v_run int;
BEGIN
    UPDATE ration.member SET state = 'dead' WHERE member = p_member AND beat = p_beat AND state = 'live'
        AND (ration.is_own(login) OR ration.is_silent(seen, 1)) RETURNING run INTO v_run;
    IF NOT FOUND THEN
        RETURN -1;
    END IF;
    PERFORM 1 FROM ration.chunk WHERE holder = p_member ORDER BY chunk FOR NO KEY UPDATE;
    INSERT INTO ration.doubt (run, chunk, member, exact, bits)
        SELECT run, chunk, p_member, false, ration.open_asked(c) FROM ration.chunk c
        WHERE holder = p_member AND bit_count(ration.open_asked(c)) > 0
        ON CONFLICT DO NOTHING;
    UPDATE ration.chunk SET holder = NULL, fence = fence + 1, deaths = deaths + (begun OR bit_count(asked) > 0)::int
        WHERE holder = p_member;
    GET DIAGNOSTICS v_freed = ROW_COUNT;
    RETURN v_freed;
END $$;

-- SETTLE. What it held counts as spent, its chunks go to others. Only when its processes are known to be gone, or long after its
-- burial: another one's that is not buried, or was heard just now, is let alone. One that ends in order gives back with its last tick, by p_granted = p_taken, and settles itself.
-- Locks: that member, its buckets ascending, its chunks.
CREATE OR REPLACE FUNCTION ration.settle_1(p_member uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_bucket int; h ration.holding;
BEGIN
    UPDATE ration.member SET state = 'left' WHERE member = p_member AND state <> 'left'
        AND (ration.is_own(login) OR state = 'dead' AND ration.is_silent(seen, 10));
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOR v_bucket IN SELECT bucket FROM ration.holding WHERE member = p_member ORDER BY bucket LOOP
        PERFORM 1 FROM ration.bucket WHERE bucket = v_bucket FOR NO KEY UPDATE;
        SELECT * INTO STRICT h FROM ration.holding WHERE bucket = v_bucket AND member = p_member;
        UPDATE ration.bucket SET taken = taken + (h.granted - h.taken) WHERE bucket = v_bucket;
        UPDATE ration.holding SET taken = granted WHERE bucket = v_bucket AND member = p_member;
    END LOOP;
    PERFORM 1 FROM ration.chunk WHERE holder = p_member ORDER BY chunk FOR NO KEY UPDATE;
    UPDATE ration.chunk SET holder = NULL, fence = fence + 1 WHERE holder = p_member;
END $$;

-- TELL: what people are to see of it. FLEET: what they see.
CREATE OR REPLACE FUNCTION ration.tell_1(p_member uuid, p_status jsonb) RETURNS void LANGUAGE sql AS $$
    SELECT ration.must_own(p_member);
    INSERT INTO ration.member_now (member, at, status) VALUES (p_member, clock_timestamp(), p_status)
        ON CONFLICT (member) DO UPDATE SET at = excluded.at, status = excluded.status
$$;

CREATE OR REPLACE FUNCTION ration.fleet_1(p_run int)
RETURNS TABLE (o_member uuid, o_host text, o_state text, o_age_s double precision, o_status jsonb) LANGUAGE sql AS $$
    SELECT m.member, m.host, m.state, extract(epoch FROM clock_timestamp() - m.seen)::double precision, n.status
    FROM ration.member m LEFT JOIN ration.member_now n USING (member) WHERE m.run = p_run ORDER BY m.at, m.member
$$;
