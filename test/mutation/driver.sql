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

-- Each mutation in a subtransaction that is rolled back: one that fails leaves nothing for the next.
CREATE FUNCTION mutation_test.run() RETURNS TABLE (kind text, attribute text, fires boolean, problem text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    m record;
    found text[];
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
            EXECUTE m.undo;
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
