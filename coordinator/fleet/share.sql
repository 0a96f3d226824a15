-- What a machine shares of a run with those that have it not: in pieces of a mebibyte, in their order, so that whoever was stopped
-- amid it goes on, and several that share the same help each other.

CREATE OR REPLACE FUNCTION ration.share_pieces(p_size bigint) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT ((p_size + 1048575) / 1048576)::int
$$;

-- LOOK. What there is of it; nulls where there is none, and no o_run where there is no such run.
CREATE OR REPLACE FUNCTION ration.share_1(p_name text, p_kind text, OUT o_run int, OUT o_settings jsonb, OUT o_size bigint,
    OUT o_digest text, OUT o_about text, OUT o_pieces int) LANGUAGE sql STABLE AS $$
    SELECT r.run, r.settings, s.size, s.digest, s.about, s.pieces
    FROM ration.run r LEFT JOIN ration.share s ON s.run = r.run AND s.kind = p_kind WHERE r.name = p_name
$$;

-- OFFER. How many pieces are there already; -1: all pieces of another one. One that nobody finished gives way to another one.
CREATE OR REPLACE FUNCTION ration.offer_1(p_run int, p_kind text, p_size bigint, p_digest text, p_about text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE s ration.share;
BEGIN
    INSERT INTO ration.share (run, kind, size, digest, about) VALUES (p_run, p_kind, p_size, p_digest, p_about) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT s FROM ration.share WHERE run = p_run AND kind = p_kind FOR NO KEY UPDATE;
    IF s.digest = p_digest AND s.size = p_size THEN
        RETURN s.pieces;
    ELSIF s.pieces = ration.share_pieces(s.size) THEN
        RETURN -1;
    END IF;
    DELETE FROM ration.share_piece WHERE run = p_run AND kind = p_kind;
    UPDATE ration.share SET size = p_size, digest = p_digest, about = p_about, pieces = 0 WHERE run = p_run AND kind = p_kind;
    RETURN 0;
EXCEPTION WHEN foreign_key_violation THEN
    RAISE EXCEPTION 'the run was dropped' USING ERRCODE = 'RA006';
END $$;

-- PUT. How many pieces are there now; -1: another one has taken its place. A piece whose turn it is not changes nothing.
CREATE OR REPLACE FUNCTION ration.put_1(p_run int, p_kind text, p_digest text, p_piece int, p_body bytea) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE s ration.share;
BEGIN
    SELECT * INTO s FROM ration.share WHERE run = p_run AND kind = p_kind FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the run was dropped' USING ERRCODE = 'RA006';
    ELSIF s.digest <> p_digest THEN
        RETURN -1;
    ELSIF s.pieces <> p_piece OR p_piece >= ration.share_pieces(s.size) THEN
        RETURN s.pieces;
    ELSIF octet_length(p_body) <> least(1048576, s.size - 1048576::bigint * p_piece) THEN
        RAISE EXCEPTION 'a piece of % bytes', octet_length(p_body) USING ERRCODE = 'RA007';
    END IF;
    INSERT INTO ration.share_piece (run, kind, piece, body) VALUES (p_run, p_kind, p_piece, p_body);
    UPDATE ration.share SET pieces = p_piece + 1 WHERE run = p_run AND kind = p_kind;
    UPDATE ration.share_wish SET lent = clock_timestamp() WHERE run = p_run;
    RETURN p_piece + 1;
END $$;

-- TAKE. Null: it is not there.
CREATE OR REPLACE FUNCTION ration.piece_1(p_run int, p_kind text, p_piece int) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT body FROM ration.share_piece WHERE run = p_run AND kind = p_kind AND piece = p_piece
$$;

-- WISH. Somebody waits for the rows of a run, and says so each few seconds. How many machines are at work that might have them.
CREATE OR REPLACE FUNCTION ration.wish_1(p_run int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ration.share_wish AS w (run, at) VALUES (p_run, clock_timestamp()) ON CONFLICT (run) DO UPDATE SET at = excluded.at;
    RETURN (SELECT count(*) FROM ration.member WHERE run = p_run AND state = 'live');
EXCEPTION WHEN foreign_key_violation THEN
    RAISE EXCEPTION 'the run was dropped' USING ERRCODE = 'RA006';
END $$;

-- WISHED. For machines that have them, with each look at the fleet. The times are one clock's, and only of what is of no harm twice.
CREATE OR REPLACE FUNCTION ration.wished_1(p_run int) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM ration.share_wish WHERE run = p_run AND at > clock_timestamp() - interval '1 minute')
        AND NOT EXISTS (SELECT FROM ration.share WHERE run = p_run AND kind = 'input' AND pieces = ration.share_pieces(size))
$$;

-- LEND. Whether this machine is the one that puts them there; repeated while it reads them. One that has ended is followed at once.
CREATE OR REPLACE FUNCTION ration.lend_1(p_run int, p_member uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ration.must_own(p_member);
    UPDATE ration.share_wish SET lender = p_member, lent = clock_timestamp()
        WHERE run = p_run AND (lender IS NULL OR lender = p_member OR lent < clock_timestamp() - interval '10 seconds'
            OR NOT EXISTS (SELECT FROM ration.member WHERE member = lender AND state = 'live'));
    RETURN FOUND;
END $$;
