-- The table that the files fill, and what runs it.
CREATE EXTENSION schema_audit;
CREATE SCHEMA mutation_test;
CREATE TABLE mutation_test.mutation (
    number serial PRIMARY KEY,
    kind text NOT NULL,
    attribute text NOT NULL,
    change text NOT NULL,
    expected text[] NOT NULL,
    undo text NOT NULL
);

CREATE FUNCTION mutation_test.found() RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(rule || ' ' || object_name ORDER BY rule COLLATE "C", object_name COLLATE "C"), '{}')
    FROM public.audit_schema(models => '{mutation}', min_severity => 'info')
$$;

-- What an audit says does not depend on any of these: each mutation is told again under one of them.
CREATE TABLE mutation_test.setting (number serial PRIMARY KEY, name text NOT NULL, value text NOT NULL);
INSERT INTO mutation_test.setting (name, value) VALUES
    ('search_path', ''), ('DateStyle', 'SQL, DMY'), ('IntervalStyle', 'sql_standard'), ('TimeZone', 'Asia/Kolkata'), ('bytea_output', 'escape'),
    ('quote_all_identifiers', 'on'), ('extra_float_digits', '-10'), ('lc_messages', 'C'), ('role', 'mutation_nobody'),
    ('standard_conforming_strings', 'off'), ('search_path', 'pg_temp, public, pg_catalog');
SELECT 'CREATE ROLE mutation_nobody' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mutation_nobody') \gexec
GRANT USAGE ON SCHEMA mutation_test TO mutation_nobody;

CREATE FUNCTION mutation_test.rows() RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(a::text) FROM public.audit_schema(models => '{mutation}', min_severity => 'info') WITH ORDINALITY AS a
$$;

-- Each mutation in a subtransaction that is rolled back: one that fails leaves nothing for the next.
CREATE FUNCTION mutation_test.run() RETURNS TABLE (kind text, attribute text, fires boolean, problem text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    m record;
    found text[];
    fix text;
    setting record;
    rows text[];
    same boolean;
BEGIN
    PERFORM set_config('search_path', concat_ws(', ', (SELECT string_agg(quote_ident(s), ', ') FROM schema_audit.model, unnest(governed_schemas) AS s WHERE model = 'mutation' AND NOT whole_database), 'public'), false);
    FOR m IN SELECT * FROM mutation_test.mutation ORDER BY number LOOP
        kind := m.kind;
        attribute := m.attribute;
        fires := m.expected <> '{}';
        problem := NULL;
        BEGIN
            EXECUTE m.change;
            found := mutation_test.found();
            IF found <> m.expected THEN
                problem := format('expected %s, found %s', m.expected, found);
            END IF;
            rows := mutation_test.rows();
            SELECT s.*, current_setting(name) AS before INTO setting FROM mutation_test.setting AS s
            WHERE s.number = 1 + m.number % (SELECT count(*) FROM mutation_test.setting);
            PERFORM set_config(setting.name, setting.value, true);
            same := rows IS NOT DISTINCT FROM mutation_test.rows();
            PERFORM set_config(setting.name, setting.before, true);
            IF NOT same THEN
                problem := concat_ws('; ', problem, format('otherwise under %s = %s', setting.name, setting.value));
            END IF;
            IF m.undo = 'fix' THEN
                FOR fix IN SELECT f.fix FROM public.audit_schema(models => '{mutation}', min_severity => 'info') AS f LOOP
                    EXECUTE fix;
                END LOOP;
            ELSE
                EXECUTE m.undo;
            END IF;
            found := mutation_test.found();
            IF found <> '{}' THEN
                problem := concat_ws('; ', problem, format('undone, and found %s', found));
            END IF;
            RAISE SQLSTATE 'MUTAT';
        EXCEPTION
            WHEN SQLSTATE 'MUTAT' THEN NULL;
            WHEN OTHERS THEN problem := SQLERRM;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
