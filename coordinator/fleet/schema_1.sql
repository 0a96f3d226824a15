-- Version 1 of a fleet's tables. Once released this file is never changed: what is new comes as schema_2.sql.
--
-- Rows that change four times a second have room on their page, so that their versions stay there (HOT), and
-- no index on a column that changes. Only functions of the schema write; lock order in docs/FLEET.md.

-- Which protocols the functions speak; a later version raises newest, and oldest once nobody needs it any more.
CREATE TABLE ration.protocol (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    oldest int NOT NULL,
    newest int NOT NULL);
INSERT INTO ration.protocol (oldest, newest) VALUES (1, 1);

CREATE TABLE ration.run (
    run int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    generation int NOT NULL DEFAULT 1, -- what was committed for another one is refused
    state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'done')),
    wanted text NOT NULL DEFAULT 'run' CHECK (wanted IN ('run', 'pause', 'stop')),
    wanted_no bigint NOT NULL DEFAULT 0, -- raised by each wish
    workers int,                         -- wanted on each machine; null: each as it was started
    news bigint NOT NULL DEFAULT 0,      -- raised by each hold: look at holds_1()
    artists bigint NOT NULL CHECK (artists > 0),
    input text NOT NULL,                 -- its hash: each member has the same one
    settings jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT clock_timestamp())
    WITH (fillfactor = 50);

CREATE TABLE ration.member ( -- one start of ration on one machine
    member uuid PRIMARY KEY,
    run int NOT NULL REFERENCES ration.run ON DELETE CASCADE,
    host text NOT NULL,
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'dead', 'left')),
    beat bigint NOT NULL DEFAULT 0, -- raised by each tick: fences late ones, and is what judges look at
    told bigint NOT NULL DEFAULT 0, -- the wish that its last tick was answered with
    acts bigint NOT NULL DEFAULT 0, -- and the one before: that one it follows
    seen timestamptz NOT NULL DEFAULT clock_timestamp(), -- for people, and see settle_silent()
    at timestamptz NOT NULL DEFAULT clock_timestamp())
    WITH (fillfactor = 50);
CREATE INDEX member_run ON ration.member (run);

CREATE UNLOGGED TABLE ration.member_now ( -- for people, too: what each tells of itself
    member uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    status jsonb NOT NULL)
    WITH (fillfactor = 50);

CREATE TABLE ration.session ( -- an account: of all runs that use it
    session int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE);

CREATE TABLE ration.hold ( -- nothing leaves for this account until then
    session int NOT NULL REFERENCES ration.session ON DELETE CASCADE,
    kind text NOT NULL, -- cooldown, breaker, spent
    until timestamptz NOT NULL,
    why text NOT NULL DEFAULT '',
    PRIMARY KEY (session, kind));

CREATE TABLE ration.dimension ( -- what an account may spend
    bucket int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session int NOT NULL REFERENCES ration.session ON DELETE CASCADE,
    unit int NOT NULL,
    window_s double precision NOT NULL, -- 0: a budget, an amount that does not come back by itself
    told bigint NOT NULL,               -- by the configuration; 0: nothing
    heard bigint NOT NULL DEFAULT 0,    -- by the answers; 0: nothing
    refills boolean NOT NULL DEFAULT false, -- the provider's is a bucket that refills all the time, as was seen
    run int REFERENCES ration.run ON DELETE CASCADE, -- a budget of one run alone
    UNIQUE (session, unit, window_s));

CREATE TABLE ration.bucket ( -- the hot row of a dimension
    bucket int PRIMARY KEY REFERENCES ration.dimension ON DELETE CASCADE,
    budget boolean NOT NULL,            -- level is what is left; rate counts for nothing
    rate double precision NOT NULL,     -- units a second
    cap double precision NOT NULL,      -- the most that level may be
    stock double precision NOT NULL,    -- units that all members together may hold; a budget: seconds' worth of each
    room double precision NOT NULL,     -- the most of level and of what members hold, together
    level double precision NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    granted bigint NOT NULL DEFAULT 0,  -- sum over the holdings
    taken bigint NOT NULL DEFAULT 0,    -- likewise, as last told
    largest bigint NOT NULL DEFAULT 1,  -- the most that one request took
    span_no bigint NOT NULL DEFAULT 0,  -- who ticked in the last span shares
    want bigint NOT NULL DEFAULT 0,     -- of those of this span, thousandths of a unit a second
    want_last bigint NOT NULL DEFAULT 0,
    n int NOT NULL DEFAULT 0,           -- how many they are
    n_last int NOT NULL DEFAULT 0,
    period int NOT NULL DEFAULT 1,      -- a budget that is renewed: the how manyeth,
    since timestamptz NOT NULL DEFAULT clock_timestamp(), -- when it began,
    until timestamptz,                  -- when the next one begins,
    rests boolean NOT NULL DEFAULT false) -- and that nothing is left until then
    WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
          autovacuum_vacuum_cost_delay = 0);

CREATE TABLE ration.holding ( -- what a member was granted of a bucket, and took: sums that only grow, but for gifts back
    bucket int NOT NULL REFERENCES ration.bucket ON DELETE CASCADE,
    member uuid NOT NULL REFERENCES ration.member ON DELETE CASCADE,
    granted bigint NOT NULL DEFAULT 0,
    taken bigint NOT NULL DEFAULT 0,
    span_no bigint NOT NULL DEFAULT 0, -- it is counted in the bucket's want of that span
    PRIMARY KEY (bucket, member))
    WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX holding_member ON ration.holding (member);

-- From here on no reference to the run: each line that comes would lock its row. drop_1() clears them away.
CREATE TABLE ration.chunk ( -- 256 artists in a row; number k begins at 256 k
    run int NOT NULL,
    chunk int NOT NULL,
    generation int NOT NULL DEFAULT 1,
    open boolean NOT NULL DEFAULT true, -- some artist has no verdict
    holder uuid,
    fence bigint NOT NULL DEFAULT 0,    -- raised whenever the holder changes
    begun boolean NOT NULL DEFAULT false, -- this holder may have asked for some
    deaths int NOT NULL DEFAULT 0,      -- of members that had begun it
    n smallint NOT NULL DEFAULT 256,
    done bit(256) NOT NULL DEFAULT B'0'::bit(256),
    failed bit(256) NOT NULL DEFAULT B'0'::bit(256),
    PRIMARY KEY (run, chunk))
    WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX chunk_free ON ration.chunk (run, chunk) WHERE holder IS NULL AND open;
CREATE INDEX chunk_held ON ration.chunk (holder) WHERE holder IS NOT NULL;

CREATE TABLE ration.batch ( -- lines of one member, in the order of its output file
    run int NOT NULL,
    member uuid NOT NULL,
    spool_from bigint NOT NULL, -- bytes of that file
    spool_to bigint NOT NULL,
    lines int NOT NULL,
    body bytea,                 -- null: they are on the machine alone
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run, member, spool_from));

CREATE TABLE ration.failure (
    run int NOT NULL,
    artist bigint NOT NULL,
    member uuid NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (run, artist));

CREATE TABLE ration.doubt ( -- who may have been asked by a member that died, without a verdict
    run int NOT NULL,
    chunk int NOT NULL,
    member uuid NOT NULL,
    exact boolean NOT NULL, -- its own machine told; otherwise: these at most
    bits bit(256) NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run, chunk, member));

CREATE TABLE ration.crash ( -- artists whose workers died, over all machines
    run int NOT NULL,
    artist bigint NOT NULL,
    member uuid NOT NULL,
    crashes int NOT NULL, -- on that member
    PRIMARY KEY (run, artist, member));

-- lz4 takes a fifth of the time of the usual compression; a server may be built without it.
DO $$
BEGIN
    ALTER TABLE ration.batch ALTER body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN
    NULL;
END $$;
