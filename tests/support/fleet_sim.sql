-- Members of a fleet that tick and spend, on a clock of the test: hours of a fleet in a moment, and clocks that jump. Read after the
-- schema, in which ration.test_clock() stands for clock_timestamp().
CREATE SCHEMA test;
CREATE UNLOGGED TABLE test.departed (t double precision, units bigint, member int);
CREATE UNLOGGED TABLE test.used (t double precision, units bigint); -- of those that left then, what does not come back

CREATE FUNCTION test.uuid(i int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT lpad(i::text, 32, '0')::uuid $$;

-- What is true at second t of the test, and what the server believes.
CREATE FUNCTION test.clock(t double precision, p_jump double precision) RETURNS void LANGUAGE sql AS $$
    SELECT set_config('test.now', (1800000000 + t + p_jump)::text, false)
$$;

-- Members 1 .. n, each wanting p_want thousandths of a unit a second in requests of p_size units, for so many seconds. Each ticks
-- every quarter of a second. p_trouble has any of: lost (each fifth answer), stop (half of them sleep for 5 of 15 seconds, and then
-- send what they hold), server (its clock jumps by hours), member (one's clock jumps by an hour at each tick), slow
-- (answers take 5 to 10 s until second 50, and then no more than one), learned (what is booked is the mean of what is used, which is
-- anything from half of it to half as much more). p_back: the share of each request's units that comes back within a second, as where
-- more is booked than is used.
CREATE PROCEDURE test.sim(p_bucket int, p_seconds double precision, p_want bigint[], p_size bigint[], p_trouble text,
    p_back double precision DEFAULT 0)
LANGUAGE plpgsql AS $$
DECLARE
    n int := array_length(p_want, 1);
    step constant double precision := 0.025;
    t double precision := 0; jump double precision := 0; k int := 0; v_units bigint; v_back bigint; v_new bigint; v_elapsed double precision;
    granted bigint[] := array_fill(0, ARRAY[n]); taken bigint[] := array_fill(0, ARRAY[n]); beat bigint[] := array_fill(0, ARRAY[n]);
    answered double precision[] := array_fill(-1.0::double precision, ARRAY[n]);
    known bigint[] := array_fill(0, ARRAY[n]); coming bigint[] := array_fill(0, ARRAY[(n + 1) * 480]); place int;
    credit double precision[] := array_fill(0.0::double precision, ARRAY[n]); v_asleep boolean;
BEGIN
    TRUNCATE test.departed, test.used;
    PERFORM test.clock(t, jump);
    FOR i IN 1 .. n LOOP
        PERFORM ration.join_1((SELECT min(run) FROM ration.run), test.uuid(i), 'm' || i, NULL);
    END LOOP;
    COMMIT;
    WHILE t < p_seconds LOOP
        IF p_trouble ~ 'server' AND k % 400 = 50 THEN
            jump := 7200 * ((k / 400) % 3 - 1);
        END IF;
        PERFORM test.clock(t, jump);
        FOR i IN 1 .. n LOOP
            v_asleep := p_trouble ~ 'stop' AND i % 2 = 0 AND t - 15 * floor(t / 15) BETWEEN 5 AND 10;
            CONTINUE WHEN v_asleep;
            place := i * 480 + k % 480;
            IF coming[place] <> 0 THEN
                taken[i] := taken[i] - coming[place];
                granted[i] := least(granted[i], taken[i] + known[i]);
                INSERT INTO test.departed VALUES (t, -coming[place], i);
                coming[place] := 0;
            END IF;
            credit[i] := least(credit[i] + p_want[i] / 1000.0 * step, greatest(p_want[i] / 4000.0, p_size[i]));
            v_units := p_size[i] * floor(least(credit[i], granted[i] - taken[i]) / p_size[i]);
            IF v_units > 0 THEN
                credit[i] := credit[i] - v_units;
                taken[i] := taken[i] + v_units;
                INSERT INTO test.departed VALUES (t, v_units, i);
                place := i * 480 + (k + CASE WHEN p_trouble ~ 'slow' AND t < 50 THEN 200 + abs(hashint4(k * 64 + i)::bigint) % 200
                    ELSE 10 + abs(hashint4(k * 64 + i)::bigint) % 30 END) % 480;
                v_back := floor(v_units * CASE WHEN p_trouble ~ 'learned' THEN (abs(hashint4(k * 64 + i + 1)::bigint) % 101 - 50) / 100.0
                    ELSE p_back END);
                INSERT INTO test.used VALUES (t, v_units - v_back);
                coming[place] := coming[place] + v_back;
            END IF;
            CONTINUE WHEN k % 10 <> i % 10;
            beat[i] := beat[i] + 1;
            IF granted[i] - taken[i] < p_size[i] THEN -- it cannot send: others may be able to
                granted[i] := taken[i];
            END IF;
            known[i] := granted[i] - taken[i];
            v_elapsed := CASE WHEN p_trouble ~ 'member' AND i = 1 AND answered[i] >= 0 THEN 3600
                WHEN answered[i] < 0 THEN 0 ELSE t - answered[i] END;
            SELECT o_granted[1] INTO v_new FROM ration.tick_1(test.uuid(i), beat[i], v_elapsed, ARRAY[p_bucket], ARRAY[granted[i]],
                ARRAY[taken[i]], ARRAY[CASE WHEN p_want[i] > 0 THEN p_want[i] ELSE 0 END], ARRAY[p_size[i]]);
            CONTINUE WHEN p_trouble ~ 'lost' AND (k / 10 + i) % 5 = 0;
            known[i] := known[i] + v_new - granted[i];
            granted[i] := v_new;
            answered[i] := t;
        END LOOP;
        COMMIT;
        k := k + 1;
        t := k * step;
    END LOOP;
END $$;

-- The most that left in any window of so many seconds, and how much in all.
CREATE FUNCTION test.most(p_window double precision) RETURNS bigint LANGUAGE sql AS $$
    SELECT max(units) FROM (SELECT sum(units) OVER (ORDER BY t RANGE BETWEEN p_window PRECEDING AND CURRENT ROW)::bigint AS units
        FROM test.departed) AS w
$$;
CREATE FUNCTION test.spent() RETURNS bigint LANGUAGE sql AS $$ SELECT coalesce(sum(units), 0)::bigint FROM test.departed $$;
