-- Errors between C++ and the server, in both directions: every way to fail is a clean ERROR that keeps its
-- SQLSTATE, message, detail and hint; every destructor runs; nothing leaks; the backend lives on.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA boundary;
SET search_path = boundary, public;
SELECT pg_backend_pid() AS pid, pg_postmaster_start_time() AS started \gset

CREATE FUNCTION attempt(kind text, depth integer = 0, OUT result text, OUT state text, OUT message text, OUT detail text,
                        OUT hint text, OUT names text, OUT live bigint) LANGUAGE plpgsql AS $$
DECLARE s text; t text; c text; n text;
BEGIN
    result := schema_audit.debug_fail(kind, depth);
    live := schema_audit.debug_live_objects();
EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
        s = SCHEMA_NAME, t = TABLE_NAME, c = COLUMN_NAME, n = CONSTRAINT_NAME;
    names := concat_ws('; ', nullif(s, ''), nullif(t, ''), nullif(c, ''), nullif(n, ''));
    live := schema_audit.debug_live_objects();
END$$;

-- each way once, directly and below three levels of C++ and SQL; text with % is no format
\pset format unaligned
\pset null -
SELECT kind, depth, a.*
FROM unnest('{server_error,caught_and_thrown_again,thrown_in_server_call,invalid_argument,undefined_object,duplicate_object,syntax,
              not_supported,wrong_state,internal,std_exception,bad_alloc,thrown_int,no_such_kind}'::text[]) WITH ORDINALITY AS k (kind, number),
    unnest('{0,3}'::integer[]) AS depth, attempt(kind, depth) AS a
ORDER BY number, depth;
\pset format aligned
SELECT state IN ('53200', 'XX000', '38000') AS clean, live FROM attempt('real_bad_alloc');
SELECT state, message, live FROM attempt('recursion');
SELECT state, message, live FROM attempt('recursion', 2);

-- outside of any exception block the error reaches the client
SELECT schema_audit.debug_fail('server_error');
SELECT schema_audit.debug_fail('server_error', 2);
SELECT schema_audit.debug_fail('thrown_int', 1);
BEGIN;
SELECT schema_audit.debug_fail('bad_alloc');
SELECT 1 AS in_a_failed_transaction;
ROLLBACK;
SELECT schema_audit.debug_live_objects();

-- a NOTICE jumps too when the time is up; as do a sleep, a cancel, and a loop of C++ that looks for one
SET log_min_messages = notice;
SET statement_timeout = '50ms';
SELECT state, message, live FROM attempt('notices');
SELECT state, message, live FROM attempt('notices', 3);
SELECT state, message, live FROM attempt('sleep');
SELECT state, message, live FROM attempt('sleep', 3);
SELECT schema_audit.debug_fail('notices');
SELECT schema_audit.debug_fail('sleep', 2);
RESET statement_timeout;
RESET log_min_messages;
SELECT state, message, live FROM attempt('cancel');
SELECT state, message, live FROM attempt('cancel', 3);
SELECT state, message, live FROM attempt('interrupted_loop');
SELECT schema_audit.debug_fail('cancel', 1);
SELECT schema_audit.debug_live_objects();

-- an error may be caught and kept if a subtransaction is rolled back with it
CREATE TABLE boundary_row (what text);
SELECT result, live FROM attempt('kept_error');
SELECT what FROM boundary_row;
TRUNCATE boundary_row;
SELECT result, live FROM attempt('kept_error', 3);
SELECT what FROM boundary_row;

-- interrupts that were held are held after a caught error, and not after one that goes on to the client
SELECT result, live FROM attempt('kept_holdoff');
SELECT schema_audit.debug_fail_held();
SELECT schema_audit.debug_holdoff();
SET statement_timeout = '50ms';
SELECT pg_sleep(10);
RESET statement_timeout;

-- thousands of failures leave nothing behind
-- (a transaction each: in one and the same, the server itself keeps some kB for each CREATE TABLE undone)
CREATE PROCEDURE leaves_nothing(command text, times integer, INOUT failures integer = 0, INOUT live bigint = 0,
                                INOUT heap_is_as_before boolean = NULL) LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
    growth bigint;
BEGIN
    -- A cache of the server may take its next block of a megabyte at any time, but not twice: a leak grows again.
    FOR round IN 1..2 LOOP
        -- the first ones fill the caches
        FOR i IN 1 - times / 5 .. times LOOP
            IF i = 1 THEN
                before := schema_audit.debug_heap_bytes();
                failures := 0;
            END IF;
            BEGIN
                EXECUTE command;
            EXCEPTION WHEN OTHERS THEN
                failures := failures + 1;
            END;
            COMMIT;
        END LOOP;
        growth := schema_audit.debug_heap_bytes() - before;
        EXIT WHEN growth < 1000000;
    END LOOP;
    live := schema_audit.debug_live_objects();
    heap_is_as_before := growth < 1000000;
    IF NOT heap_is_as_before THEN
        RAISE WARNING '% grew by % bytes, twice', command, growth;
    END IF;
END$$;
CALL leaves_nothing($$SELECT schema_audit.debug_fail('server_error')$$, 20000);
CALL leaves_nothing($$SELECT schema_audit.debug_fail('invalid_argument')$$, 20000);
CALL leaves_nothing($$SELECT schema_audit.debug_fail('thrown_int')$$, 20000);
CALL leaves_nothing($$SELECT schema_audit.debug_fail('std_exception')$$, 2000);
CALL leaves_nothing($$SELECT schema_audit.debug_fail('bad_alloc')$$, 2000);
CALL leaves_nothing($$SELECT schema_audit.debug_fail('thrown_in_server_call')$$, 2000);
CALL leaves_nothing($$SELECT schema_audit.debug_fail('caught_and_thrown_again', 3)$$, 2000);
CALL leaves_nothing($$DO 'BEGIN PERFORM schema_audit.debug_fail(''kept_error''); RAISE ''undo''; END'$$, 500);

-- the functions that users call, too
CREATE TABLE boundary_user (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'x');
SELECT schema_audit.register_schema('boundary', '{boundary}') > 0 AS registered;
CALL leaves_nothing($$SELECT * FROM audit_schema(models => '{nope}')$$, 2000);
CALL leaves_nothing($$SELECT * FROM audit_schema(models => '{NULL}')$$, 2000);
CALL leaves_nothing($$SELECT * FROM audit_schema(min_severity => 'loud')$$, 2000);
CALL leaves_nothing($$SELECT * FROM schema_audit.columns(models => '{nope}')$$, 2000);
CALL leaves_nothing($$SELECT schema_audit.register_ddl('boundary', 'CREATE TABLE t (a nonsense)')$$, 500);
CALL leaves_nothing($$SELECT schema_audit.register_ddl('boundary', 'CREATE TABEL t (a int)')$$, 500);
CALL leaves_nothing($$SELECT schema_audit.register_ddl('boundary', 'CREATE TABLE t (a int)', schemas => '{NULL}')$$, 500);
CALL leaves_nothing($$SELECT schema_audit.register_schema('boundary', '{nope}')$$, 500);
-- and so does success that is rolled back
CALL leaves_nothing($$DO 'BEGIN PERFORM count(*) FROM audit_schema(); RAISE ''undo''; END'$$, 300);
CALL leaves_nothing($$DO 'BEGIN PERFORM schema_audit.register_ddl(''other'', ''CREATE TABLE t (a int DEFAULT 1)''); RAISE ''undo''; END'$$, 200);

SELECT pg_backend_pid() = :pid AS same_backend, pg_postmaster_start_time() = :'started' AS same_server;
SELECT schema_audit.unregister('boundary');
DROP SCHEMA boundary CASCADE;
