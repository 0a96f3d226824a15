-- Which member a login may act for: its own. So a machine that is stolen can neither end, forge nor hold up what others do, where each
-- machine has a login of its own.

-- Who owns the schema acts for all.
CREATE OR REPLACE FUNCTION ration.is_owner() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'ration'), 'MEMBER')
$$;

-- p_login: who joined as that member; null: before this was kept.
CREATE OR REPLACE FUNCTION ration.is_own(p_login name) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(p_login = session_user, true) OR ration.is_owner()
$$;

-- Refuses; one that is not there is its caller's matter.
CREATE OR REPLACE FUNCTION ration.must_own(p_member uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT ration.is_own((SELECT login FROM ration.member WHERE member = p_member)) THEN
        RAISE EXCEPTION 'another login joined as this member' USING ERRCODE = '42501',
            HINT = 'a machine acts for itself alone; see Roles in docs/FLEET.md';
    END IF;
END $$;

-- Whether a member's last tick is at least p_s seconds ago by the server's clock, whichever way that has jumped since.
CREATE OR REPLACE FUNCTION ration.is_silent(p_seen timestamptz, p_s double precision) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT p_seen NOT BETWEEN clock_timestamp() - p_s * interval '1 second' AND clock_timestamp()
$$;
