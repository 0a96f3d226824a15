-- Version 2 of a fleet's tables: what is new since the first one. Functions of the first protocol keep their names and what they
-- mean; one that takes or answers something else is new, with the next number. So members of both may be at work.
UPDATE ration.protocol SET newest = 2;

-- What a machine shares of a run with those that have it not: the rows of its input, what its requests are made of. It goes with the run.
CREATE TABLE ration.share (
    run int NOT NULL REFERENCES ration.run ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('input', 'prompt')),
    size bigint NOT NULL CHECK (size > 0), -- bytes
    digest text NOT NULL,
    about text NOT NULL DEFAULT '',  -- how they are read
    pieces int NOT NULL DEFAULT 0,   -- that are there, from the first one on
    PRIMARY KEY (run, kind));
CREATE TABLE ration.share_piece ( -- a mebibyte, the last one less
    run int NOT NULL,
    kind text NOT NULL,
    piece int NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (run, kind, piece),
    FOREIGN KEY (run, kind) REFERENCES ration.share ON DELETE CASCADE);
CREATE TABLE ration.share_wish ( -- somebody waits for the rows of a run
    run int PRIMARY KEY REFERENCES ration.run ON DELETE CASCADE,
    at timestamptz NOT NULL,
    lender uuid,         -- who puts them there; another one may, when nothing came for some seconds
    lent timestamptz);
DO $$
BEGIN
    ALTER TABLE ration.share_piece ALTER body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN
    NULL;
END $$;

-- Who joined as it, which its login alone may act for; null: before this was kept.
ALTER TABLE ration.member ADD login name;
ALTER TABLE ration.member ALTER login SET DEFAULT session_user;

-- Lines that stay on their machines (--fleet-keep local): where they stand in its output, what they are, and whose.
ALTER TABLE ration.batch
    ADD pieces bigint[],    -- from, to, from, to, …: bytes of that file; null: from spool_from to spool_to
    ADD sum bytea,          -- of the lines; null: they are in the database
    ADD chunk int[],
    ADD bits bit(256)[];
ALTER TABLE ration.member ADD output text; -- the path of that file on its machine

-- Which of a chunk's artists its holder may have asked: it says so before it orders them. Machines of the first protocol say `begun`
-- of the whole chunk instead.
ALTER TABLE ration.chunk ADD asked bit(256) NOT NULL DEFAULT B'0'::bit(256);
-- Of a breaker: who may send the probe, as long as that member lives.
ALTER TABLE ration.hold ADD COLUMN prober uuid;

-- Of the first schema, which gave them one bucket.
DROP FUNCTION IF EXISTS ration.lock_held(uuid[], int), ration.settle_silent(int);
