-- What people ask for.

CREATE OR REPLACE FUNCTION ration.run_named(p_name text) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE v_run int;
BEGIN
    IF p_name = '' THEN -- the only one there is
        SELECT min(run) INTO v_run FROM ration.run HAVING count(*) = 1;
        IF v_run IS NULL THEN
            RAISE EXCEPTION 'which run? %', coalesce((SELECT 'there are ' || string_agg(name, ', ' ORDER BY run) FROM ration.run),
                'none was begun yet') USING ERRCODE = 'RA006', HINT = 'name it with --fleet-name';
        END IF;
    ELSE
        SELECT run INTO v_run FROM ration.run WHERE name = p_name;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no run of the fleet is named "%"', p_name USING ERRCODE = 'RA006',
                HINT = coalesce((SELECT 'there are ' || string_agg(name, ', ' ORDER BY run) FROM ration.run), 'there is none');
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

-- All that is to be seen of a run.
CREATE OR REPLACE FUNCTION ration.status_1(p_name text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE v_run int := ration.run_named(p_name); v_all jsonb;
BEGIN
    SELECT jsonb_build_object('run', r.name, 'state', r.state, 'wanted', r.wanted, 'workers', r.workers, 'generation', r.generation,
            'artists', r.artists, 'begun', r.at)
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
    v_all := v_all || jsonb_build_object('members', (SELECT coalesce(jsonb_agg(jsonb_build_object('member', o_member, 'host', o_host,
            'state', o_state, 'silent_s', round(greatest(o_age_s, 0)::numeric, 1), 'status', o_status)), '[]') FROM ration.fleet_1(v_run)));
    v_all := v_all || jsonb_build_object('limits', (SELECT coalesce(jsonb_agg(jsonb_build_object('session', s.name, 'unit', d.unit,
            'window_s', d.window_s, 'limit', CASE WHEN d.heard > 0 AND (d.told = 0 OR d.heard < d.told) THEN d.heard ELSE d.told END,
            'budget', b.budget, 'granted', b.granted, 'taken', b.taken, 'left', floor(b.level), 'until', b.until)
            ORDER BY s.name, d.unit, d.window_s), '[]')
        FROM ration.bucket b JOIN ration.dimension d USING (bucket) JOIN ration.session s USING (session)
        WHERE EXISTS (SELECT FROM ration.holding h JOIN ration.member m USING (member) WHERE h.bucket = b.bucket AND m.run = v_run)));
    v_all := v_all || jsonb_build_object('holds', (SELECT coalesce(jsonb_agg(jsonb_build_object('session', o_session, 'kind', o_kind,
            'left_s', round(o_left_s::numeric, 1), 'why', o_why)), '[]') FROM ration.holds_1()));
    -- One that is open for minutes keeps vacuum from clearing the hot rows away.
    RETURN v_all || jsonb_build_object('database', (SELECT jsonb_build_object(
        'oldest_transaction_s', coalesce(round(extract(epoch FROM clock_timestamp() - min(xact_start))::numeric, 1), 0))
        FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = 'client backend'));
END $$;

CREATE OR REPLACE FUNCTION ration.runs_1() RETURNS TABLE (o_name text, o_state text, o_wanted text, o_artists bigint, o_live bigint)
LANGUAGE sql AS $$
    SELECT r.name, r.state, r.wanted, r.artists, (SELECT count(*) FROM ration.member m WHERE m.run = r.run AND m.state = 'live')
    FROM ration.run r ORDER BY r.run
$$;

-- DROP a run with all its lines; accounts and shared quotas stay. Not while a member is live, unless p_force.
CREATE OR REPLACE FUNCTION ration.drop_1(p_name text, p_force boolean) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_run int := ration.run_named(p_name); v_live text; v_member uuid; v_lines bigint;
BEGIN
    PERFORM 1 FROM ration.run WHERE run = v_run FOR UPDATE;
    SELECT string_agg(host, ', ') INTO v_live FROM ration.member WHERE run = v_run AND state = 'live';
    IF v_live IS NOT NULL AND NOT p_force THEN
        RAISE EXCEPTION 'the run is at work on %', v_live USING ERRCODE = 'RA008',
            HINT = 'stop it first; or say --force where those machines are known to be gone';
    END IF;
    PERFORM 1 FROM ration.member WHERE run = v_run ORDER BY member FOR UPDATE; -- the lock order
    PERFORM ration.lock_held(ARRAY(SELECT member FROM ration.member WHERE run = v_run), NULL);
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
