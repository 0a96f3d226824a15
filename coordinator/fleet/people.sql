-- What people ask for.

CREATE OR REPLACE FUNCTION ration.run_named(p_name text) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE v_run int;
BEGIN
    IF p_name = '' THEN -- the only one there is
        SELECT min(run) INTO v_run FROM ration.run HAVING count(*) = 1;
        IF v_run IS NULL THEN
            RAISE EXCEPTION '%', coalesce((SELECT 'which run? there are ' || string_agg(name, ', ' ORDER BY run) FROM ration.run),
                'no run was begun yet') USING ERRCODE = 'RA006', HINT = CASE WHEN EXISTS (SELECT FROM ration.run)
                THEN 'name it with --fleet-name' ELSE 'ration run --fleet DATABASE --fleet-name NAME begins one' END;
        END IF;
    ELSE
        SELECT run INTO v_run FROM ration.run WHERE name = p_name;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no run of the fleet is named "%"', p_name USING ERRCODE = 'RA006',
                HINT = coalesce((SELECT 'there are ' || string_agg(name, ', ' ORDER BY run) FROM ration.run), 'none was begun yet');
        END IF;
    END IF;
    RETURN v_run;
END $$;

-- WISHES. Each tick is answered with them. p_workers 0: as each machine was started; null: as it is.
CREATE OR REPLACE FUNCTION ration.want_1(p_name text, p_wanted text, p_workers int, OUT o_run int, OUT o_no bigint)
LANGUAGE sql AS $$
    UPDATE ration.run SET wanted = coalesce(p_wanted, wanted), wanted_no = wanted_no + 1,
        workers = CASE WHEN p_workers IS NULL THEN workers ELSE nullif(p_workers, 0) END
    WHERE run = ration.run_named(p_name) RETURNING run, wanted_no
$$;

-- Which live members have not yet acted on that wish: one acts on what it was told before its last tick.
CREATE OR REPLACE FUNCTION ration.waiting_1(p_run int, p_no bigint)
RETURNS TABLE (o_member uuid, o_host text, o_age_s double precision) LANGUAGE sql AS $$
    SELECT member, host, extract(epoch FROM clock_timestamp() - seen)::double precision
    FROM ration.member WHERE run = p_run AND state = 'live' AND acts < p_no ORDER BY at, member
$$;

-- A moment for programs, as everywhere: RFC 3339, in UTC.
CREATE OR REPLACE FUNCTION ration.utc(p_at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Of a limit: what is counted, and of an amount of the run the option that says it.
CREATE OR REPLACE FUNCTION ration.kind_of(p_unit int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_unit WHEN 1 THEN 'requests' WHEN 2 THEN 'tokens' WHEN 3 THEN 'input_tokens' WHEN 4 THEN 'output_tokens'
        WHEN 5 THEN 'project_tokens' WHEN 16 THEN 'nano_dollars' WHEN 17 THEN 'nano_dollars' END
$$;
CREATE OR REPLACE FUNCTION ration.option_of(p_unit int, p_budget boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN NOT p_budget THEN NULL WHEN p_unit = 1 THEN '--daily-limit' WHEN p_unit = 16 THEN '--max-cost'
        ELSE '--max-cost-run' END
$$;

-- What was taken of each member: its answers, and failures that still stand.
CREATE OR REPLACE FUNCTION ration.committed(p_run int) RETURNS TABLE (o_member uuid, o_done bigint, o_failed bigint)
LANGUAGE sql STABLE AS $$
    SELECT m.member, coalesce(b.n, 0)::bigint, coalesce(f.n, 0) FROM ration.member m
    LEFT JOIN (SELECT member, sum(lines) AS n FROM ration.batch WHERE run = p_run GROUP BY member) AS b USING (member)
    LEFT JOIN (SELECT member, count(*) AS n FROM ration.failure WHERE run = p_run GROUP BY member) AS f USING (member)
    WHERE m.run = p_run
$$;

-- Who of other runs holds units of a bucket, or may be granted some.
CREATE OR REPLACE FUNCTION ration.holders_elsewhere(p_bucket int, p_run int) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('run', r.name, 'host', m.host, 'member', m.member, 'state', m.state,
        'held', h.granted - h.taken) ORDER BY r.name, m.at, m.member), '[]')
    FROM ration.holding h JOIN ration.member m USING (member) JOIN ration.run r ON r.run = m.run
    WHERE h.bucket = p_bucket AND m.run <> p_run AND m.state <> 'left'
$$;

-- All that is to be seen of a run.
CREATE OR REPLACE FUNCTION ration.status_1(p_name text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE v_run int := ration.run_named(p_name); v_all jsonb;
BEGIN
    SELECT jsonb_build_object('run', r.name, 'state', r.state, 'wanted', r.wanted, 'workers', r.workers, 'generation', r.generation,
            'artists', r.artists, 'begun', ration.utc(r.at), 'exported', r.exported)
        INTO v_all FROM ration.run r WHERE r.run = v_run;
    v_all := v_all || (SELECT jsonb_build_object('done', coalesce(sum(bit_count(done)), 0), 'failed', coalesce(sum(bit_count(failed)), 0),
            'chunks', jsonb_build_object('all', count(*), 'open', count(*) FILTER (WHERE open),
                'held', count(*) FILTER (WHERE holder IS NOT NULL), 'suspect', count(*) FILTER (WHERE open AND deaths >= 3)))
        FROM ration.chunk WHERE run = v_run);
    v_all := v_all || jsonb_build_object('in_doubt', (SELECT jsonb_build_object(
            'exact', coalesce(sum(bit_count(bits)) FILTER (WHERE exact), 0),
            'at_most', coalesce(sum(bit_count(bits)) FILTER (WHERE NOT exact), 0)) FROM ration.doubt WHERE run = v_run));
    v_all := v_all || jsonb_build_object('shared', (SELECT coalesce(jsonb_object_agg(kind, jsonb_build_object('bytes', size,
            'there', least(size, 1048576 * pieces::bigint))), '{}') FROM ration.share WHERE run = v_run));
    v_all := v_all || jsonb_build_object('members', (SELECT coalesce(jsonb_agg(jsonb_build_object('member', f.o_member, 'host', f.o_host,
            'output', m.output, 'state', f.o_state, 'silent_s', round(greatest(f.o_age_s, 0)::numeric, 1), 'status', f.o_status,
            'committed', jsonb_build_object('done', c.o_done, 'failed', c.o_failed)) ORDER BY m.at, m.member), '[]')
        FROM ration.fleet_1(v_run) f JOIN ration.member m ON m.member = f.o_member JOIN ration.committed(v_run) c ON c.o_member = f.o_member));
    v_all := v_all || jsonb_build_object('limits', (SELECT coalesce(jsonb_agg(jsonb_build_object('session', s.name, 'unit', d.unit,
            'kind', ration.kind_of(d.unit), 'option', ration.option_of(d.unit, b.budget),
            'window_s', d.window_s, 'limit', CASE WHEN d.heard > 0 AND (d.told = 0 OR d.heard < d.told) THEN d.heard ELSE d.told END,
            'budget', b.budget, 'granted', b.granted, 'taken', b.taken, 'left', floor(b.level), 'until', ration.utc(b.until),
            'elsewhere', ration.holders_elsewhere(b.bucket, v_run)) ORDER BY s.name, d.unit, d.window_s), '[]')
        FROM ration.bucket b JOIN ration.dimension d USING (bucket) JOIN ration.session s USING (session)
        WHERE EXISTS (SELECT FROM ration.holding h JOIN ration.member m USING (member) WHERE h.bucket = b.bucket AND m.run = v_run)));
    v_all := v_all || jsonb_build_object('holds', (SELECT coalesce(jsonb_agg(jsonb_build_object('session', o_session, 'kind', o_kind,
            'left_s', round(o_left_s::numeric, 1), 'why', o_why)), '[]') FROM ration.holds_1()));
    v_all := v_all || jsonb_build_object('keep', CASE WHEN ration.keeps_local(v_run) THEN 'local' ELSE 'database' END);
    IF ration.keeps_local(v_run) THEN
        v_all := v_all || jsonb_build_object('lines', (SELECT coalesce(jsonb_agg(jsonb_build_object('member', o_member, 'host', o_host,
            'output', o_output, 'lines', o_lines, 'bytes', o_bytes)), '[]') FROM ration.lines_1(v_run)));
    END IF;
    -- One that is open for minutes keeps vacuum from clearing the hot rows away.
    RETURN v_all || jsonb_build_object('database', (SELECT jsonb_build_object(
        'oldest_transaction_s', coalesce(round(extract(epoch FROM clock_timestamp() - min(xact_start))::numeric, 1), 0))
        FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = 'client backend'));
END $$;

-- Whose lines stand where: members of whom lines were taken that are on their machines alone.
CREATE OR REPLACE FUNCTION ration.lines_1(p_run int)
RETURNS TABLE (o_member uuid, o_host text, o_output text, o_state text, o_lines bigint, o_bytes bigint) LANGUAGE sql STABLE AS $$
    SELECT b.member, coalesce(m.host, ''), coalesce(m.output, ''), coalesce(m.state, 'left'), sum(b.lines), sum(CASE
            WHEN b.pieces IS NULL THEN b.spool_to - b.spool_from
            ELSE (SELECT sum(b.pieces[i + 1] - b.pieces[i]) FROM generate_series(1, array_length(b.pieces, 1), 2) AS i) END)::bigint
    FROM ration.batch b LEFT JOIN ration.member m USING (member) WHERE b.run = p_run AND b.body IS NULL
    GROUP BY b.member, m.host, m.output, m.state, m.at ORDER BY m.at, b.member
$$;

-- LOST: the files of these machines are gone for good: a host, HOST:OUTPUT, or the first eight digits of a member at least. In one
-- transaction the bits of lines that stood only there turn back to 0 and what the fleet knew of these lines goes: they are asked
-- again. Should the files turn up after all, what stands in them is offered as ever, and taken where nobody was first. p_sure false:
-- only what would be given back. p_force: though members of them are live, which are buried.
-- Locks: the run, the members, their files, the chunks ascending.
CREATE OR REPLACE FUNCTION ration.lost_1(p_name text, p_machine text, p_sure boolean, p_force boolean)
RETURNS TABLE (o_member uuid, o_host text, o_output text, o_state text, o_lines bigint, o_bytes bigint) LANGUAGE plpgsql AS $$
DECLARE v_run int := ration.run_named(p_name); v_of uuid[]; v_live text;
BEGIN
    IF NOT ration.keeps_local(v_run) THEN
        RAISE EXCEPTION 'the lines of this run are in the database: no machine''s files are needed' USING ERRCODE = 'RA007';
    END IF;
    v_of := ARRAY(SELECT member FROM ration.member WHERE run = v_run AND (host = p_machine OR host || ':' || output = p_machine
        OR (length(p_machine) >= 8 AND left(member::text, length(p_machine)) = lower(p_machine))) ORDER BY member);
    IF coalesce(array_length(v_of, 1), 0) = 0 THEN
        RAISE EXCEPTION 'no machine of the run is "%"', p_machine USING ERRCODE = 'RA006', HINT = coalesce((SELECT 'there are '
            || string_agg(DISTINCT host || ':' || output, ', ') FROM ration.member WHERE run = v_run), 'none was there yet');
    END IF;
    IF p_sure THEN
        PERFORM 1 FROM ration.run WHERE run = v_run FOR NO KEY UPDATE;
        PERFORM 1 FROM ration.member WHERE member = ANY (v_of) ORDER BY member FOR UPDATE;
        SELECT string_agg(host || ' as ' || left(member::text, 8), ', ') INTO v_live FROM ration.member
            WHERE member = ANY (v_of) AND state = 'live';
        IF v_live IS NOT NULL AND NOT p_force THEN
            RAISE EXCEPTION 'at work on %', v_live USING ERRCODE = 'RA008',
                HINT = 'name another member of that machine; or say --force where it is known to be gone';
        END IF;
        PERFORM pg_advisory_xact_lock(ration.files_of(member)) FROM unnest(v_of) AS member;
        PERFORM 1 FROM ration.chunk k WHERE k.run = v_run AND (k.holder = ANY (v_of) OR k.chunk IN (SELECT unnest(b.chunk)
            FROM ration.batch b WHERE b.run = v_run AND b.member = ANY (v_of) AND b.body IS NULL)) ORDER BY k.chunk FOR NO KEY UPDATE;
        PERFORM ration.bury_1(member, beat) FROM ration.member WHERE member = ANY (v_of) AND state = 'live';
    END IF;
    RETURN QUERY SELECT * FROM ration.lines_1(v_run) l WHERE l.o_member = ANY (v_of);
    IF NOT p_sure THEN
        RETURN;
    END IF;
    WITH gone AS (DELETE FROM ration.batch b WHERE b.run = v_run AND b.member = ANY (v_of) AND b.body IS NULL
            RETURNING b.chunk, b.bits),
        back AS (SELECT g.chunk, bit_or(g.bits) AS bits FROM (SELECT unnest(gone.chunk) AS chunk, unnest(gone.bits) AS bits
            FROM gone) AS g GROUP BY g.chunk),
        known AS (UPDATE ration.doubt d SET bits = d.bits & ~back.bits FROM back WHERE d.run = v_run AND d.chunk = back.chunk)
    UPDATE ration.chunk k SET done = k.done & ~back.bits, open = true FROM back WHERE k.run = v_run AND k.chunk = back.chunk;
    UPDATE ration.run SET state = 'ready', exported = 0 WHERE run = v_run
        AND EXISTS (SELECT FROM ration.chunk k WHERE k.run = v_run AND k.open);
END $$;

CREATE OR REPLACE FUNCTION ration.runs_1() RETURNS TABLE (o_name text, o_state text, o_wanted text, o_artists bigint, o_live bigint)
LANGUAGE sql AS $$
    SELECT r.name, r.state, r.wanted, r.artists, (SELECT count(*) FROM ration.member m WHERE m.run = r.run AND m.state = 'live')
    FROM ration.run r ORDER BY r.run
$$;

-- EXPORTED: so many lines and failures somebody has now.
CREATE OR REPLACE FUNCTION ration.exported_1(p_run int, p_verdicts bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE ration.run SET exported = p_verdicts WHERE run = p_run
$$;

-- DROP a run with all its lines; accounts and shared quotas stay. Not while a member is live, unless p_force; not with lines that no
-- export has had, unless p_sure.
CREATE OR REPLACE FUNCTION ration.drop_2(p_name text, p_force boolean, p_sure boolean) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_run int := ration.run_named(p_name); v_live text; v_member uuid; v_lines bigint; v_verdicts bigint; v_exported bigint;
BEGIN
    SELECT exported INTO v_exported FROM ration.run WHERE run = v_run FOR UPDATE;
    SELECT string_agg(host, ', ') INTO v_live FROM ration.member WHERE run = v_run AND state = 'live';
    IF v_live IS NOT NULL AND NOT p_force THEN
        RAISE EXCEPTION 'the run is at work on %', v_live USING ERRCODE = 'RA008',
            HINT = 'stop it first; or say --force where those machines are known to be gone';
    END IF;
    v_verdicts := (SELECT coalesce(sum(lines), 0) FROM ration.batch WHERE run = v_run)
        + (SELECT count(*) FROM ration.failure WHERE run = v_run);
    IF v_verdicts > v_exported AND NOT p_sure THEN
        RAISE EXCEPTION '% of its % lines would be gone that no export has had', v_verdicts - v_exported, v_verdicts
            USING ERRCODE = 'RA009', HINT = 'ration fleet export has them; or say --yes where nobody needs them';
    END IF;
    PERFORM 1 FROM ration.member WHERE run = v_run ORDER BY member FOR UPDATE; -- the lock order
    PERFORM ration.lock_held(ARRAY(SELECT member FROM ration.member WHERE run = v_run), NULL::int[]);
    PERFORM 1 FROM ration.chunk WHERE run = v_run ORDER BY chunk FOR UPDATE; -- before what belongs to them, as those do that write it
    FOR v_member IN SELECT member FROM ration.member WHERE run = v_run ORDER BY member LOOP
        PERFORM ration.settle_1(v_member); -- what they held of shared accounts counts as spent
    END LOOP;
    SELECT coalesce(sum(lines), 0) INTO v_lines FROM ration.batch WHERE run = v_run;
    DELETE FROM ration.member_now WHERE member IN (SELECT member FROM ration.member WHERE run = v_run);
    DELETE FROM ration.batch WHERE run = v_run;
    DELETE FROM ration.failure WHERE run = v_run;
    DELETE FROM ration.doubt WHERE run = v_run;
    DELETE FROM ration.crash WHERE run = v_run;
    DELETE FROM ration.chunk WHERE run = v_run;
    DELETE FROM ration.session s USING ration.dimension d WHERE d.session = s.session AND d.run = v_run;
    DELETE FROM ration.run WHERE run = v_run;
    RETURN v_lines;
END $$;

-- Of programs that ask nothing.
CREATE OR REPLACE FUNCTION ration.drop_1(p_name text, p_force boolean) RETURNS bigint LANGUAGE sql AS $$
    SELECT ration.drop_2(p_name, p_force, true)
$$;
