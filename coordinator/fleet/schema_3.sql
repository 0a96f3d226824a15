-- Version 3 of a fleet's tables: what is new since the second one. The second had these columns itself for a while, before it was kept as
-- it is; so they may be there.
UPDATE ration.protocol SET newest = 3;

-- Of a hold that is no breaker's: who was told so. It is the first to look whether the account may go on.
ALTER TABLE ration.hold ADD COLUMN IF NOT EXISTS teller uuid;

-- So many of its lines and failures an export has had: what nobody has is not dropped without a word.
ALTER TABLE ration.run ADD COLUMN IF NOT EXISTS exported bigint NOT NULL DEFAULT 0;
