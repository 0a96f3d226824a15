-- Who may do what. Machines may call functions and nothing else: they read no answer, and no table.
DO $$
DECLARE
    v_function regprocedure; v_role text; v_missing text := '';
    v_roles text[] := ARRAY['ration_machine', 'ration_collector', 'ration_viewer', 'ration_operator'];
    v_see text[] := ARRAY['status', 'runs', 'fleet', 'waiting', 'holds', 'run_named', 'lines'];
BEGIN
    FOR v_function IN SELECT oid FROM pg_proc WHERE pronamespace = 'ration'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = ration, pg_temp', v_function);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
    END LOOP;
    FOREACH v_role IN ARRAY v_roles LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
            EXCEPTION WHEN insufficient_privilege THEN
                v_missing := v_missing || ', ' || v_role;
                CONTINUE;
            WHEN duplicate_object OR unique_violation THEN
                NULL; -- made for another database of this server at the same moment
            END;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA ration TO %I', v_role);
    END LOOP;
    IF v_missing <> '' THEN
        RAISE WARNING 'the roles % are not there, and this user may not create them', substr(v_missing, 3)
            USING HINT = 'machines then log in as the user who prepares the database; or create them, and prepare it again';
    END IF;
    FOR v_function, v_role IN
        SELECT p.oid::regprocedure, r.rolname FROM pg_proc p, pg_roles r
            CROSS JOIN LATERAL regexp_replace(p.proname, '_[0-9]+$', '') AS name
        WHERE p.pronamespace = 'ration'::regnamespace AND (
            r.rolname = 'ration_machine' AND p.proname <> name AND name NOT IN ('want', 'drop', 'status', 'lost', 'lines', 'exported')
            OR r.rolname IN ('ration_viewer', 'ration_collector', 'ration_operator') AND name = ANY (v_see)
            OR r.rolname = 'ration_collector' AND name = 'exported'
            OR r.rolname = 'ration_operator' AND name = 'want')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', v_function, v_role);
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ration_collector') THEN
        GRANT SELECT ON ration.run, ration.batch, ration.failure, ration.member, ration.share, ration.share_piece TO ration_collector;
    END IF;
END $$;
