-- Who works on which artists, and what came of them. Each artist's bit turns from 0 to 1 in exactly one transaction, together with
-- its line. The bit is the fence of answers. That of orders and of failures is the holder: a member that was given up never holds
-- anything again, since its machine comes back by another name. Nobody compares `fence`; it counts holders, for people.

-- BEGIN. Makes the run and its chunks if there is none by this name; otherwise tells what is there, which the caller compares.
-- p_artists 0: only join one that is there.
CREATE OR REPLACE FUNCTION ration.begin_1(p_protocol int, p_name text, p_artists bigint, p_input text, p_settings jsonb,
    OUT o_run int, OUT o_generation int, OUT o_artists bigint, OUT o_input text, OUT o_settings jsonb, OUT o_state text)
LANGUAGE plpgsql AS $$
DECLARE v_made int; v_oldest int; v_newest int;
BEGIN
    SELECT oldest, newest INTO STRICT v_oldest, v_newest FROM ration.protocol;
    IF p_protocol < v_oldest THEN
        RAISE EXCEPTION 'this ration is too old for the fleet: it speaks protocol %, the database % to %', p_protocol, v_oldest,
            v_newest USING ERRCODE = 'RA005', HINT = 'upgrade ration on this machine';
    ELSIF p_protocol > v_newest THEN
        RAISE EXCEPTION 'the database is too old for this ration: it speaks protocol % to %, this ration %', v_oldest, v_newest,
            p_protocol USING ERRCODE = 'RA005', HINT = 'run ration fleet init with this ration; older members go on';
    END IF;
    IF p_artists > 0 THEN
        INSERT INTO ration.run (name, artists, input, settings) VALUES (p_name, p_artists, p_input, coalesce(p_settings, '{}'))
            ON CONFLICT (name) DO NOTHING RETURNING run INTO v_made;
    END IF;
    IF v_made IS NOT NULL THEN
        INSERT INTO ration.chunk (run, chunk, n)
            SELECT v_made, k, least(256, p_artists - 256 * k) FROM generate_series(0, (p_artists - 1) / 256) AS k;
    END IF;
    SELECT run, generation, artists, input, settings, state
        INTO o_run, o_generation, o_artists, o_input, o_settings, o_state FROM ration.run WHERE name = p_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no run of the fleet is named "%"', p_name USING ERRCODE = 'RA006',
            HINT = 'ration fleet status lists them';
    END IF;
END $$;

-- CLAIM. Locks: its own member's row FOR SHARE, against a burial; the chunks, skipping those that others claim at this moment.
-- Chunks that many members died of come last, and one at a time. o_doubt: who may have been asked by one that died.
CREATE OR REPLACE FUNCTION ration.claim_1(p_member uuid, p_most int)
RETURNS TABLE (o_chunk int, o_fence bigint, o_n smallint, o_done bit(256), o_failed bit(256), o_doubt bit(256))
LANGUAGE plpgsql AS $$
DECLARE v_run int; v_found int[];
BEGIN
    PERFORM ration.must_own(p_member);
    SELECT run INTO v_run FROM ration.member WHERE member = p_member AND state = 'live' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'buried' USING ERRCODE = 'RA002';
    END IF;
    v_found := ARRAY(SELECT c.chunk FROM ration.chunk c
        WHERE c.run = v_run AND c.holder IS NULL AND c.open AND c.deaths < 3
        ORDER BY c.chunk LIMIT p_most FOR NO KEY UPDATE SKIP LOCKED);
    IF coalesce(array_length(v_found, 1), 0) = 0 AND NOT EXISTS (
            SELECT FROM ration.chunk c WHERE c.holder = p_member AND c.deaths >= 3) THEN
        v_found := ARRAY(SELECT c.chunk FROM ration.chunk c
            WHERE c.run = v_run AND c.holder IS NULL AND c.open AND c.deaths >= 3
            ORDER BY c.chunk LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED);
    END IF;
    UPDATE ration.chunk c SET holder = p_member, fence = c.fence + 1, begun = false, asked = B'0'::bit(256)
        WHERE c.run = v_run AND c.chunk = ANY (v_found);
    RETURN QUERY SELECT * FROM ration.held_1(p_member) h WHERE h.o_chunk = ANY (v_found);
END $$;

-- HELD: after each lost answer and on each new connection. A lease is what the table says, not what an answer said.
CREATE OR REPLACE FUNCTION ration.held_1(p_member uuid)
RETURNS TABLE (o_chunk int, o_fence bigint, o_n smallint, o_done bit(256), o_failed bit(256), o_doubt bit(256))
LANGUAGE sql AS $$
    SELECT ration.must_own(p_member);
    SELECT c.chunk, c.fence, c.n, c.done, c.failed, coalesce((SELECT bit_or(d.bits) FROM ration.doubt d
        WHERE d.run = c.run AND d.chunk = c.chunk), B'0'::bit(256)) & ~(c.done | c.failed)
    FROM ration.chunk c WHERE c.holder = p_member ORDER BY c.chunk
$$;

-- BEGUN, by the first protocol: from now on some of these may have been asked. How many of them are still held.
CREATE OR REPLACE FUNCTION ration.begun_1(p_member uuid, p_chunk int[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_rows bigint;
BEGIN
    PERFORM ration.must_own(p_member);
    PERFORM 1 FROM ration.chunk c JOIN ration.member m ON m.run = c.run WHERE m.member = p_member AND c.chunk = ANY (p_chunk)
        ORDER BY c.chunk FOR NO KEY UPDATE OF c;
    UPDATE ration.chunk SET begun = true WHERE holder = p_member AND chunk = ANY (p_chunk);
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    RETURN v_rows;
END $$;

-- BEGUN: these artists may be asked from now on, for each chunk the bits of some. Of each chunk that is still held: who has a verdict,
-- from others. Of a chunk that is not told nobody may be ordered. Locks: those chunks.
CREATE OR REPLACE FUNCTION ration.begun_2(p_member uuid, p_chunk int[], p_bits bit(256)[])
RETURNS TABLE (o_chunk int, o_through bit(256)) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ration.must_own(p_member);
    PERFORM 1 FROM ration.chunk WHERE holder = p_member AND chunk = ANY (p_chunk) ORDER BY chunk FOR NO KEY UPDATE;
    RETURN QUERY UPDATE ration.chunk c SET asked = c.asked | d.bits FROM unnest(p_chunk, p_bits) AS d(chunk, bits)
        WHERE c.holder = p_member AND c.chunk = d.chunk RETURNING c.chunk, c.done | c.failed;
END $$;

CREATE OR REPLACE FUNCTION ration.same_generation(p_is int, p_said int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p_is IS DISTINCT FROM p_said THEN
        RAISE EXCEPTION 'another generation' USING ERRCODE = 'RA004', HINT = 'the run was begun anew, or dropped';
    END IF;
END $$;

-- The first p_n of 256 bits.
CREATE OR REPLACE FUNCTION ration.first_bits(p_n int) RETURNS bit(256) LANGUAGE sql IMMUTABLE AS $$
    SELECT (repeat('1', p_n) || repeat('0', 256 - p_n))::bit(256)
$$;

-- The artists of a chunk whose bits are set.
CREATE OR REPLACE FUNCTION ration.artists_of(p_chunk int, p_bits bit(256)) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(256::bigint * p_chunk + bit ORDER BY bit), '{}') FROM generate_series(0, 255) AS bit
        WHERE get_bit(p_bits, bit) = 1
$$;

-- Who of a chunk may have been asked by its holder, and has no verdict.
CREATE OR REPLACE FUNCTION ration.open_asked(c ration.chunk) RETURNS bit(256) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN c.begun THEN ration.first_bits(c.n) ELSE c.asked END & ~(c.done | c.failed)
$$;

-- Whether the run's lines stay on their machines: the first of them has said so.
CREATE OR REPLACE FUNCTION ration.keeps_local(p_run int) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT settings ->> 'fleet-keep' = 'local' FROM ration.run WHERE run = p_run), false)
$$;

-- Locked shared by who hands in lines that stay with that member, alone by who says that they are lost.
CREATE OR REPLACE FUNCTION ration.files_of(p_member uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended(p_member::text, 8247012117316543)
$$;

-- COMMIT. Locks: the chunks of the lines, ascending. Answers are taken from whoever has them: they were paid for. One that comes
-- although its artist is failed takes that failure back, with its line: what was in doubt is known now.
-- o_to: so far the member's file is the fleet's, which may be SHORTER than what is offered again, since it grew.
-- -1: nothing was changed; o_lost tells which bits others have. The member leaves those lines out, tells that they were paid twice,
-- and offers the rest. Repeated with the same p_from, it answers what it did.
CREATE OR REPLACE FUNCTION ration.commit_lines(p_run int, p_generation int, p_member uuid, p_from bigint, p_to bigint, p_lines int,
    p_chunk int[], p_bits bit(256)[], p_body bytea, p_pieces bigint[], p_sum bytea, OUT o_to bigint, OUT o_lost bit(256)[])
LANGUAGE plpgsql AS $$
DECLARE v_clash boolean := false; v_failed bigint[] := '{}'; c ration.chunk; v_last int := -1;
BEGIN
    PERFORM ration.must_own(p_member); -- or another one's file would seem to be handed in
    IF p_body IS NULL THEN
        PERFORM pg_advisory_xact_lock_shared(ration.files_of(p_member));
    END IF;
    SELECT spool_to INTO o_to FROM ration.batch WHERE run = p_run AND member = p_member AND spool_from = p_from;
    IF FOUND THEN
        RETURN;
    END IF;
    FOR i IN 1 .. coalesce(array_length(p_chunk, 1), 0) LOOP
        IF p_chunk[i] <= v_last THEN
            RAISE EXCEPTION 'chunks must ascend' USING ERRCODE = 'RA007';
        END IF;
        v_last := p_chunk[i];
        SELECT * INTO c FROM ration.chunk WHERE run = p_run AND chunk = p_chunk[i] FOR NO KEY UPDATE;
        PERFORM ration.same_generation(c.generation, p_generation);
        o_lost[i] := c.done & p_bits[i];
        v_failed := v_failed || ration.artists_of(p_chunk[i], c.failed & p_bits[i]);
        v_clash := v_clash OR bit_count(o_lost[i]) > 0;
    END LOOP;
    IF v_clash THEN -- with its own commit, which came through on a connection that was given up?
        SELECT spool_to INTO o_to FROM ration.batch WHERE run = p_run AND member = p_member AND spool_from = p_from;
        IF FOUND THEN
            o_lost := NULL;
        ELSE
            o_to := -1;
        END IF;
        RETURN;
    END IF;
    IF (p_body IS NULL) <> ration.keeps_local(p_run) OR (p_body IS NULL AND p_sum IS NULL) THEN
        RAISE EXCEPTION 'the lines of this run are kept %', CASE WHEN ration.keeps_local(p_run) THEN 'by its machines' ELSE
            'in the database' END USING ERRCODE = 'RA007', HINT = 'give all machines the same --fleet-keep';
    END IF;
    INSERT INTO ration.batch (run, member, spool_from, spool_to, lines, body, pieces, sum, chunk, bits)
        VALUES (p_run, p_member, p_from, p_to, p_lines, p_body, p_pieces, p_sum, CASE WHEN p_body IS NULL THEN p_chunk END,
            CASE WHEN p_body IS NULL THEN p_bits END) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN -- the same call on another connection was first
        SELECT spool_to INTO STRICT o_to FROM ration.batch WHERE run = p_run AND member = p_member AND spool_from = p_from;
        o_lost := NULL;
        RETURN;
    END IF;
    DELETE FROM ration.failure WHERE run = p_run AND artist = ANY (v_failed);
    UPDATE ration.chunk k SET done = k.done | d.bits, failed = k.failed & ~d.bits, open = bit_count(k.done | k.failed | d.bits) < k.n,
            holder = CASE WHEN bit_count(k.done | k.failed | d.bits) < k.n THEN k.holder END
        FROM unnest(p_chunk, p_bits) AS d(chunk, bits) WHERE k.run = p_run AND k.chunk = d.chunk;
    o_to := p_to;
END $$;

CREATE OR REPLACE FUNCTION ration.commit_1(p_run int, p_generation int, p_member uuid, p_from bigint, p_to bigint, p_lines int,
    p_chunk int[], p_bits bit(256)[], p_body bytea, OUT o_to bigint, OUT o_lost bit(256)[]) LANGUAGE sql AS $$
    SELECT o_to, o_lost FROM ration.commit_lines(p_run, p_generation, p_member, p_from, p_to, p_lines, p_chunk, p_bits,
        coalesce(p_body, ''), NULL, NULL)
$$;

-- Likewise; without p_body its lines stay on the machine. p_pieces: where they stand in its output, null where that is all from p_from
-- to p_to. p_sum: what they are.
CREATE OR REPLACE FUNCTION ration.commit_2(p_run int, p_generation int, p_member uuid, p_from bigint, p_to bigint, p_lines int,
    p_chunk int[], p_bits bit(256)[], p_body bytea, p_pieces bigint[], p_sum bytea, OUT o_to bigint, OUT o_lost bit(256)[])
LANGUAGE sql AS $$
    SELECT o_to, o_lost FROM ration.commit_lines(p_run, p_generation, p_member, p_from, p_to, p_lines, p_chunk, p_bits, p_body,
        p_pieces, p_sum)
$$;

-- FAIL: verdicts without an answer, from the holder of the chunk alone. o_lost: artists that are not this member's, or have another
-- verdict already. Repeated, it answers what it did.
CREATE OR REPLACE FUNCTION ration.fail_1(p_run int, p_generation int, p_member uuid, p_artist bigint[], p_line text[],
    OUT o_lost bigint[]) LANGUAGE plpgsql AS $$
DECLARE f record; c ration.chunk; v_bit int; v_set bit(256);
BEGIN
    PERFORM ration.must_own(p_member);
    o_lost := '{}';
    FOR f IN SELECT a.artist, a.line FROM unnest(p_artist, p_line) AS a(artist, line) ORDER BY a.artist LOOP
        SELECT * INTO c FROM ration.chunk WHERE run = p_run AND chunk = f.artist / 256 FOR NO KEY UPDATE;
        PERFORM ration.same_generation(c.generation, p_generation);
        v_bit := f.artist % 256;
        IF EXISTS (SELECT FROM ration.failure WHERE run = p_run AND artist = f.artist AND member = p_member) THEN
            CONTINUE;
        ELSIF c.holder IS DISTINCT FROM p_member OR get_bit(c.done | c.failed, v_bit) = 1 THEN
            o_lost := o_lost || f.artist;
            CONTINUE;
        END IF;
        v_set := set_bit(c.failed, v_bit, 1);
        INSERT INTO ration.failure (run, artist, member, line) VALUES (p_run, f.artist, p_member, f.line);
        UPDATE ration.chunk SET failed = v_set, open = bit_count(done | v_set) < n,
            holder = CASE WHEN bit_count(done | v_set) < n THEN holder END WHERE run = p_run AND chunk = c.chunk;
    END LOOP;
END $$;

-- SHIPPED: so far this member's file is the fleet's. After a fail-over that lost transactions it may have gone back. Lines that are
-- handed in once more, out of their order, have a p_from below 0 and a p_to of 0. -1: no such member is in this run, or it is another
-- login's: a machine that was given another one joins anew, with all that it has.
CREATE OR REPLACE FUNCTION ration.shipped_1(p_run int, p_member uuid) RETURNS bigint LANGUAGE sql AS $$
    SELECT CASE WHEN NOT ration.is_own((SELECT login FROM ration.member WHERE member = p_member)) THEN -1 ELSE coalesce((SELECT max(spool_to) FROM ration.batch WHERE run = p_run AND member = p_member),
        (SELECT 0 FROM ration.member WHERE run = p_run AND member = p_member), -1) END
$$;

-- OPEN: how many chunks have artists without a verdict. 0: the run is done.
CREATE OR REPLACE FUNCTION ration.open_1(p_run int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_open bigint;
BEGIN
    SELECT count(*) INTO v_open FROM ration.chunk WHERE run = p_run AND open;
    IF v_open = 0 THEN
        UPDATE ration.run SET state = 'done' WHERE run = p_run AND state <> 'done';
    END IF;
    RETURN v_open;
END $$;

-- PROGRESS: likewise, with what came of the artists where it is asked for, or at the end. It reads each chunk of the run.
CREATE OR REPLACE FUNCTION ration.progress_1(p_run int, p_all boolean, OUT o_open bigint, OUT o_done bigint, OUT o_failed bigint)
LANGUAGE plpgsql AS $$
BEGIN
    o_open := ration.open_1(p_run);
    IF p_all OR o_open = 0 THEN
        SELECT coalesce(sum(bit_count(done)), 0), coalesce(sum(bit_count(failed)), 0) INTO o_done, o_failed
            FROM ration.chunk WHERE run = p_run;
    END IF;
END $$;

-- DOUBT, by the first protocol: exactly these of a member's artists had been asked when it died, by what its own machine says. It takes the place of
-- what was said of it at its burial.
CREATE OR REPLACE FUNCTION ration.doubt_1(p_member uuid, p_artist bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_run int;
BEGIN
    PERFORM ration.must_own(p_member);
    SELECT run INTO v_run FROM ration.member WHERE member = p_member FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown member' USING ERRCODE = 'RA001';
    END IF;
    DELETE FROM ration.doubt WHERE member = p_member;
    INSERT INTO ration.doubt (run, chunk, member, exact, bits)
        SELECT v_run, artist / 256, p_member, true, bit_or(set_bit(B'0'::bit(256), (artist % 256)::int, 1))
        FROM unnest(p_artist) AS artist GROUP BY artist / 256;
END $$;

-- DOUBT: likewise, but null where its own machine does not know, as what it remembered is gone: then all that it may have asked is in
-- doubt, as at a burial, and what was said at that stays.
CREATE OR REPLACE FUNCTION ration.doubt_2(p_member uuid, p_artist bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ration.must_own(p_member);
    IF p_artist IS NULL THEN
        PERFORM ration.bury_1(p_member, (SELECT beat FROM ration.member WHERE member = p_member));
    ELSE
        PERFORM ration.doubt_1(p_member, p_artist);
    END IF;
END $$;

-- CRASH, by the first protocol: so many of this member's workers have died of this artist. How many did on all machines: whoever gets
-- 3 or more gives up.
CREATE OR REPLACE FUNCTION ration.crash_1(p_member uuid, p_artist bigint, p_crashes int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_run int;
BEGIN
    PERFORM ration.must_own(p_member);
    SELECT run INTO v_run FROM ration.member WHERE member = p_member;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown member' USING ERRCODE = 'RA001';
    END IF;
    INSERT INTO ration.crash AS k (run, artist, member, crashes) VALUES (v_run, p_artist, p_member, p_crashes)
        ON CONFLICT (run, artist, member) DO UPDATE SET crashes = greatest(k.crashes, excluded.crashes);
    RETURN (SELECT sum(crashes) FROM ration.crash WHERE run = v_run AND artist = p_artist);
END $$;

-- CRASH: likewise, of many artists at once. p_counts: the member by whose name this machine counts. A machine that was given up comes back
-- by another name and goes on counting where it was, so what it told before is the same deaths, and not more of them.
-- Locks: the run, so that of two machines that tell at once one hears of the other's.
CREATE OR REPLACE FUNCTION ration.crash_2(p_member uuid, p_counts uuid, p_artist bigint[], p_crashes int[])
RETURNS TABLE (o_artist bigint, o_crashes bigint) LANGUAGE plpgsql AS $$
DECLARE v_run int;
BEGIN
    PERFORM ration.must_own(p_member), ration.must_own(p_counts);
    SELECT run INTO v_run FROM ration.member WHERE member = p_member;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown member' USING ERRCODE = 'RA001';
    END IF;
    PERFORM 1 FROM ration.run WHERE run = v_run FOR NO KEY UPDATE;
    INSERT INTO ration.crash AS k (run, artist, member, crashes)
        SELECT v_run, d.artist, p_counts, d.crashes FROM unnest(p_artist, p_crashes) AS d (artist, crashes) ORDER BY d.artist
        ON CONFLICT (run, artist, member) DO UPDATE SET crashes = greatest(k.crashes, excluded.crashes);
    RETURN QUERY SELECT k.artist, sum(k.crashes) FROM ration.crash k WHERE k.run = v_run AND k.artist = ANY (p_artist)
        GROUP BY k.artist ORDER BY k.artist;
END $$;
