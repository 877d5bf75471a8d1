#!/usr/bin/env python3
"""Prints a random valid schema: generate.py SEED [MAJOR]. The same seed gives the same SQL.

A kind of object is a function that takes a World and adds statements, and a row of KINDS at the end: how many of it a
schema has. Types of columns are rows of TYPES. Every seed has names of its own for what a database or a cluster
holds once, so that many seeds fit into one database.
"""
import random
import sys

# --- names ------------------------------------------------------------------------------

ODD = ["Mixed Case", "a.b", 'quo"te', "apo'strophe", "new\nline", "größe", "日本語", "select", "order", "user", " lead", "trail ",
       "tab\there", "$dollar$", "-- comment", "/* open", "per%cent", "back\\slash", "{brace}", "1digit", "UPPER", "semi;colon",
       "comma,", "(paren)", "[1]", "ARRAY", "check", "Ünïcode", "e\u0301", "x'y\"z\\w", "%I", "$1", "::", "=", "NULL", "true", "*",
       "nextval('x'::regclass)", "a_name_as_long_as_names_can_be_" * 2, "ß" * 31, "default", "constraint", "\u00a0", "emoji 🐘", "E'"]
PLAIN = ["account", "amount", "body", "city", "code", "created", "customer", "email", "event", "flag", "item", "kind", "label", "level",
         "line", "name", "note", "owner", "parent", "place", "price", "rank", "ref", "score", "size", "state", "tag", "title", "total",
         "value", "weight", "year"]


def quote(name):
    """An identifier."""
    if name.isascii() and name.isidentifier() and name.islower() and len(name) > 1 and name not in RESERVED:
        return name
    return '"%s"' % name.replace('"', '""')


RESERVED = {"select", "order", "user", "check", "default", "constraint", "value", "true", "null", "array"}


def literal(text):
    return ("E'%s'" % text.replace("\\", "\\\\").replace("'", "''")) if "\\" in text else "'%s'" % text.replace("'", "''")


def cut(name):
    """To the 63 bytes that the server keeps."""
    raw = name.encode()[:63]
    return raw.decode(errors="ignore")


# --- types ------------------------------------------------------------------------------

class Type:
    """name: one of these is taken, or a type of the world for a callable. {c} is the column."""

    def __init__(self, *names, family="", defaults=(), checks=(), expressions=(), generated=(), btree=True, hash=True,
                 classes=(), collatable=False, partition=(), weight=2):
        self.names, self.family, self.defaults, self.checks = names, family or names[0], defaults, checks
        self.expressions, self.generated, self.btree, self.hash = expressions, generated, btree, hash
        self.classes, self.collatable, self.partition, self.weight = classes, collatable, partition, weight


INTEGER_CHECKS = ("{c} > 0", "{c} IN (1, 2, 3)", "{c} NOT IN (7, 8)", "{c} BETWEEN 1 AND 100", "{c} BETWEEN SYMMETRIC 9 AND -9", "{c} <> ALL (ARRAY[4, 5])",
                  "{c} % 2 = 0 OR {c} IS NULL", "CASE WHEN {c} > 5 THEN {c} < 100 ELSE {c} > -100 END", "COALESCE({c}, 0) >= 0",
                  "({c} IS DISTINCT FROM 13)", "NOT ({c} = 0 AND {c} < 5)", "NULLIF({c}, 3) > -5", "{c} = 3", "GREATEST({c}, 1) > 0", "({c} & 1) = 0")
TEXT_CHECKS = ("{c} <> ''", "{c} IN ('a', 'b', 'c')", "{c} = 'x'", "{c} ~ '^[a-z]+$'", "{c} !~* 'x$'", "{c} LIKE 'a%'", "{c} NOT LIKE '%\\_%'", "{c} ILIKE 'B%'",
               "length({c}) BETWEEN 1 AND 9", "char_length({c}) > 0", "{c} SIMILAR TO '(a|b)%'", "{c} = ANY (ARRAY['p', 'q'])", "lower({c}) = {c}", "trim(both from {c}) <> ''",
               "{c} IS NOT NULL", "position('x' in {c}) = 0", "substring({c} from 1 for 2) <> 'zz'", "{c} COLLATE \"C\" < 'zz'", "{c} NOT IN ('no', 'it''s', E'back\\\\slash')",
               "overlay({c} placing 'x' from 1) <> 'xy'", "{c} IN ('one')", "({c})::text <> 'cast'", "{c}::varchar(3) <> 'abc'", "starts_with({c}, 'z') IS NOT TRUE")
TIME_CHECKS = ("{c} > '2000-01-01'", "{c} BETWEEN '1999-12-31' AND '2100-01-01'", "{c} IS NOT NULL OR {c} IS NULL", "{c} < 'infinity'")
TYPES = [
    Type("integer", "int4", family="int", defaults=("0", "-1", "1 + 2 * 3", "'5'", "'7'::bigint", "(3)::smallint", "NULL", "length('abc')"), checks=INTEGER_CHECKS,
         expressions=("{c} + 1", "abs({c})", "{c} % 7", "-{c}", "COALESCE({c}, 0)", "{c} IS NULL", "CASE WHEN {c} > 0 THEN 1 ELSE 0 END"), generated=("{c} * 2", "{c} + 1"), partition=("range", "list", "hash"), weight=9),
    Type("bigint", family="int8", defaults=("0", "'0'::bigint", "9223372036854775807", "-5", "1e3"), checks=INTEGER_CHECKS, expressions=("{c} + 1", "abs({c})", "{c}::text"), generated=("{c} + 1",),
         partition=("range", "list", "hash"), weight=8),
    Type("smallint", family="int2", defaults=("0", "'1'", "-32768"), checks=INTEGER_CHECKS[:4], expressions=("{c} + 1",), partition=("list",)),
    Type("numeric", "numeric(10,2)", "numeric(5)", "decimal(20,10)", "numeric(3,0)", defaults=("0", "0.00", "'0'::numeric", "1.50", "1e-5", "-0", "'NaN'", "round(2.5)", "1"),
         checks=("{c} >= 0", "{c} > 0.5", "{c} BETWEEN 0 AND 99.9", "{c} <> 0.10", "{c} IN (1, 2.5)", "round({c}, 1) = {c}", "{c} * 2 < 1e6"), expressions=("round({c})", "{c} * 1.19"), generated=("{c} * 1.19",), weight=4),
    Type("real", "double precision", "float(10)", "float8", defaults=("0", "0.1", "'-Infinity'", "1e300 * 0", "pi()", "-1.5", "0.1::real"), checks=("{c} > -1.5", "{c} <> 'NaN'", "{c} < 1e10"), expressions=("floor({c})",),
         generated=("{c} / 2",)),
    Type("money", hash=False, defaults=("0", "'1.5'"), checks=("!{c} > 0::money",)),
    Type("boolean", defaults=("true", "false", "'t'", "'no'", "(NOT true)", "(1 = 1)"), checks=("{c}", "{c} IS NOT FALSE", "NOT {c} OR {c}", "{c} IS NOT UNKNOWN", "{c} = true"), expressions=("NOT {c}",), partition=("list",), weight=4),
    Type("text", family="text", defaults=("''", "'x'", "'it''s'", "E'tab\\t\\\\'", "'a' || 'b'", "CURRENT_USER", "'x'::text", "lower('ABC')", "$q$dollar$q$", "('a')", "NULL::text", "md5('x')", "U&'\\00e9'"), checks=TEXT_CHECKS,
         expressions=("lower({c})", "{c} || 'x'", "COALESCE({c}, '')", "substr({c}, 1, 3)", "md5({c})", "length({c})", "{c} COLLATE \"C\"", "left({c}, 2)", "reverse({c})"),
         generated=("lower({c})", "{c} || '!'", "COALESCE({c}, 'none')"), classes=("text_pattern_ops", "public.gin_trgm_ops/gin", "public.gist_trgm_ops/gist"), collatable=True, partition=("list", "hash"), weight=8),
    Type("varchar", "varchar(20)", "character varying(254)", "varchar(1)", family="varchar", defaults=("''", "'x'", "'x'::text", "'x'::varchar", "'x'::varchar(20)", "('y')::character varying"), checks=TEXT_CHECKS,
         expressions=("upper({c})", "{c}::text", "lower({c}) || 'x'"), generated=("upper({c})",), classes=("varchar_pattern_ops", "text_pattern_ops"), collatable=True, partition=("list",), weight=8),
    Type("char(3)", "character(10)", "bpchar", family="bpchar", defaults=("'x'", "'abc'::char(3)", "''"), checks=("{c} <> 'q'", "{c} IN ('a', 'b')", "{c} ~ 'x'"), expressions=("lower({c})",), classes=("bpchar_pattern_ops",), collatable=True),
    Type('"char"', defaults=("'c'",), checks=("{c} = 'c'", "{c} IN ('a', 'b')")),
    Type("name", defaults=("'x'", "CURRENT_CATALOG"), checks=("{c} <> 'x'",)),
    Type("bytea", defaults=("'\\x00ff'", "''", "decode('abcd', 'hex')", "'\\x5c'::bytea"), checks=("{c} <> '\\xff'", "octet_length({c}) < 100"), expressions=("md5({c})",)),
    Type("uuid", defaults=("gen_random_uuid()", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"), checks=("{c} <> '00000000-0000-0000-0000-000000000000'",), partition=("hash",), weight=3),
    Type("date", defaults=("CURRENT_DATE", "'2024-02-29'", "'today'", "now()", "'infinity'", "CURRENT_DATE + 1", "make_date(2020, 1, 2)"), checks=TIME_CHECKS + ("{c} >= DATE '2001-02-03'", "extract(year from {c}) > 1900"),
         expressions=("{c} + 1", "extract(year from {c})", "date_trunc('month', {c}::timestamp)"), partition=("range", "list"), weight=4),
    Type("time", "time(3)", defaults=("'12:00'", "LOCALTIME", "'allballs'"), checks=("{c} > '06:00'",)),
    Type("timetz", "time(2) with time zone", defaults=("'12:00+02'", "CURRENT_TIME"), checks=("{c} > '06:00+01'",)),
    Type("timestamp", "timestamp(0)", "timestamp(6)", defaults=("now()", "LOCALTIMESTAMP", "'2020-01-02 03:04:05'", "timezone('UTC', now())", "(now() AT TIME ZONE 'UTC')", "CURRENT_TIMESTAMP(3)"), checks=TIME_CHECKS + ("date_part('hour', {c}) < 30",),
         expressions=("date_trunc('day', {c})", "{c}::date", "{c} + interval '1 day'"), generated=("{c} + interval '1 hour'",), partition=("range",), weight=3),
    Type("timestamptz", "timestamp(3) with time zone", family="timestamptz", defaults=("now()", "CURRENT_TIMESTAMP", "transaction_timestamp()", "clock_timestamp()", "statement_timestamp()", "'2020-01-02 03:04:05+02'", "now() + interval '1 day'",
         "'epoch'", "now() - '1 mon -2 days 03:00'::interval", "CURRENT_TIMESTAMP(0)"), checks=TIME_CHECKS + ("{c} < '2090-01-01 00:00:00+14'", "{c} AT TIME ZONE 'UTC' > '2000-01-01'"),
         expressions=("date_trunc('day', {c} AT TIME ZONE 'UTC')", "({c} AT TIME ZONE 'Europe/Berlin')::date"), partition=("range",), weight=5),
    Type("interval", "interval(2)", "interval year to month", "interval day to second(3)", defaults=("'1 day'", "'1 year 2 mons'", "'P1DT2H'", "interval '3' day", "make_interval(days => 3)", "'-00:00:01.5'"),
         checks=("{c} < '10 years'", "{c} > '-1 mon +2 days -03:04:05'", "{c} >= interval '0'"), expressions=("justify_hours({c})",)),
    Type("json", defaults=("'{}'", "'{\"a\": [1, 2]}'", "'[]'::json", "json_build_object('a', 1)"), checks=("json_typeof({c}) = 'object'", "({c} ->> 'k') IS NOT NULL"), btree=False, hash=False),
    Type("jsonb", defaults=("'{}'", "'[]'::jsonb", "'{\"a\": {\"b\": \"it''s\"}}'", "jsonb_build_object('a', 1)", "'null'", "to_jsonb(1)"), checks=("jsonb_typeof({c}) = 'object'", "{c} ? 'k'", "{c} @> '{\"a\": 1}'", "{c} #>> '{a,b}' <> ''",
         "({c} -> 'a' ->> 'b')::int > 0", "{c} ?| ARRAY['a', 'b']", "{c} @? '$.a[*] ? (@ > 1)'", "{c}['a'] IS NOT NULL"), expressions=("{c} ->> 'a'", "{c} -> 'a' -> 'b'", "({c} ->> 'n')::int", "{c} #>> '{x,y}'"),
         generated=("{c} -> 'a'",), classes=("/gin", "jsonb_path_ops/gin"), weight=4),
    Type("xml", defaults=("'<a/>'",), checks=("xpath_exists('/a', {c})",), btree=False, hash=False, weight=1),
    Type("inet", "cidr", family="inet", defaults=("'127.0.0.1'", "'::1'"), checks=("family({c}) = 4", "{c} << '10.0.0.0/8'", "masklen({c}) > 8"), expressions=("host({c})",), classes=("inet_ops/gist", "/spgist")),
    Type("macaddr", "macaddr8", defaults=("'08:00:2b:01:02:03'",), checks=("{c} <> '00:00:00:00:00:00'",), weight=1),
    Type("point", defaults=("'(0,0)'", "point(1, 2)"), checks=("{c} <@ box '((0,0),(9,9))'", "{c}[0] > 0"), btree=False, hash=False, classes=("/gist", "/spgist", "kd_point_ops/spgist"), weight=1),
    Type("box", "circle", "polygon", family="geo", defaults=(), checks=("area({c}) > 0",) * 0, btree=False, hash=False, classes=("/gist",), weight=1),
    Type("tsvector", defaults=("to_tsvector('simple', 'x')", "''", "'a:1 b'"), checks=("{c} @@ 'a & !b'::tsquery", "length({c}) < 100"), classes=("/gin", "/gist", "tsvector_ops(siglen=64)/gist"), hash=False),
    Type("tsquery", defaults=("'a & b'", "plainto_tsquery('english', 'x y')"), checks=("numnode({c}) > 0",), hash=False, weight=1),
    Type("bit(3)", "bit", family="bit", defaults=("B'101'::bit(3)",) * 0, checks=("{c} IS NOT NULL",), hash=False, weight=1),
    Type("bit varying", "varbit(8)", family="varbit", defaults=("B'101'", "''"), checks=("{c} <> B'111'", "length({c}) < 9"), hash=False, weight=1),
    Type("int4range", defaults=("'[1,10)'", "'empty'", "int4range(1, 5)"), checks=("NOT isempty({c})", "lower({c}) > 0", "{c} @> 5", "{c} && '[1,100]'"), classes=("/gist", "/spgist"), expressions=("lower({c})",)),
    Type("tstzrange", defaults=("'[2020-01-01 00:00+00,)'", "tstzrange(now(), NULL)"), checks=("{c} && '[2000-01-01 00:00+00,2100-01-01 00:00+00)'", "lower_inc({c})"), classes=("/gist",)),
    Type("daterange", "numrange", "int8range", family="range", defaults=("'empty'",), checks=("NOT isempty({c})",), classes=("/gist",), weight=1),
    Type("nummultirange", "datemultirange", family="multirange", defaults=("'{}'",), checks=("NOT isempty({c})",), classes=("/gist",), weight=1),
    Type("integer[]", "bigint[]", "integer[][]", "int[3]", family="int[]", defaults=("'{}'", "'{1,2}'", "ARRAY[1, 2]", "ARRAY[]::integer[]", "array_fill(0, ARRAY[2])"), checks=("cardinality({c}) < 10", "{c}[1] > 0", "5 = ANY ({c})", "0 <> ALL ({c})",
         "array_length({c}, 1) = 2", "{c}[1:2] <> '{1,2}'", "array_position({c}, 3) IS NULL"), expressions=("{c}[1]", "cardinality({c})"), classes=("/gin",)),
    Type("text[]", "varchar(10)[]", "varchar[]", family="text[]", defaults=("'{}'", "'{a,\"b c\"}'", "ARRAY['a', 'b']", "ARRAY[]::text[]", "'{NULL,\"NULL\"}'", "string_to_array('a,b', ',')"), checks=("cardinality({c}) > 0", "'x' <> ALL ({c})", "{c}::text[] <@ ARRAY['a', 'b']",
         "!array_to_string({c}, ',') <> ''"), classes=("/gin",), collatable=True),
    Type("numeric(6,2)[]", "timestamptz[]", "uuid[]", "boolean[]", "jsonb[]", "date[]", family="other[]", defaults=("'{}'",), checks=("{c} IS NOT NULL",), weight=1),
    Type("oid", "xid8", "pg_lsn", family="oid", defaults=(), checks=("{c} IS NOT NULL",), weight=1),
    Type("regclass", defaults=("'pg_class'", "'pg_catalog.pg_type'::regclass"), weight=1),
    Type("regtype", defaults=("'integer'", "'text'"), weight=1),
    Type("public.citext", family="citext", defaults=("''", "'Aa'", "'x'::public.citext"), checks=("{c} <> 'x'", "{c} IN ('a', 'b')", "{c}::text <> 'X'"), expressions=("lower({c}::text)",), collatable=True),
    Type("public.hstore", family="hstore", defaults=("''", "'a=>1, b=>NULL'", "public.hstore('a', 'b')"), checks=("{c} OPERATOR(public.?) 'a'", "({c} OPERATOR(public.->) 'a') <> ''"), classes=("/gin", "/gist"), weight=1),
    Type("public.ltree", family="ltree", defaults=("'a.b'",), checks=("{c} OPERATOR(public.<@) 'top'",), hash=False, classes=("/gist", "public.gist_ltree_ops(siglen=16)/gist"), weight=1),
]
FLAT = [one for one in TYPES for _ in range(one.weight)]


class Column:
    def __init__(self, name, type_name, kind, not_null=False, generated=False):
        self.name, self.type_name, self.kind, self.not_null, self.generated = name, type_name, kind, not_null, generated
        self.collated = self.serial = self.virtual = False


class Table:
    def __init__(self, schema, name, columns):
        self.schema, self.name, self.columns = schema, name, columns
        self.keys, self.primary, self.partitioned, self.part_columns, self.parent, self.foreign = [], None, None, [], None, False
        self.children, self.unlogged, self.inherits = 0, False, False

    def __str__(self):
        return quote(self.schema) + "." + quote(self.name)


class World:
    """One seed: what has been made, and the statements that made it."""

    def __init__(self, seed, major):
        self.seed, self.major, self.random = seed, major, random.Random(seed)
        self.prefix = "s%d" % seed
        self.statements, self.taken = [], {}
        self.schemas, self.tables, self.views, self.functions, self.sequences, self.collations = [], [], [], [], [], []
        self.composites = []  # and base types
        self.described = []  # as COMMENT ON names them: what has no list of its own
        self.stored = []  # materialized views
        self.parts = []  # of objects, as COMMENT ON names them
        self.types = []  # of the world: rows like TYPES
        self.odd = self.random.choice([0, 0.05, 0.3, 0.9])

    def add(self, text):
        self.statements.append(text + ";")

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, items):
        return self.random.choice(items)

    def some(self, items, most):
        return self.random.sample(items, min(len(items), self.random.randint(1, most)))

    def name(self, scope, odd=True):
        """A name that is free in this scope."""
        taken = self.taken.setdefault(scope, set())
        while True:
            name = cut(self.pick(ODD) if odd and self.chance(self.odd) else self.pick(PLAIN))
            if name in taken:
                name = cut(("%d " if self.chance(self.odd) else "n%d_") % len(taken) + name)
            if name not in taken:
                taken.add(name)
                return name

    def constraint(self, table):
        """A name for a constraint, free where tables, indexes and other constraints have theirs, children included."""
        while True:
            name = self.name("constraint")
            if name not in self.taken.setdefault(table.schema, set()):
                self.taken[table.schema].add(name)
                return quote(name)

    def schema(self):
        return self.pick(self.schemas)

    def new(self, schema=None):
        """Schema and name of a new object of the name space that tables, types and functions share here."""
        schema = schema or self.schema()
        return schema, self.name(schema)

    def type(self, **wanted):
        while True:
            one = self.pick(self.types) if self.types and self.chance(0.15) else self.pick(FLAT)
            if all(getattr(one, key) for key in wanted):
                return one

    def user_tables(self, **wanted):
        return [t for t in self.tables if all(bool(getattr(t, key)) == value for key, value in wanted.items())]


def qualified(schema, name):
    return quote(schema) + "." + quote(name)


# --- kinds ------------------------------------------------------------------------------

def make_schema(w):
    name = w.prefix if not w.schemas else cut("%s %s" % (w.prefix, w.name("schema"))) if w.chance(w.odd) else "%s_%d" % (w.prefix, len(w.schemas))
    w.schemas.append(name)
    w.add("CREATE SCHEMA %s" % quote(name))
    if w.chance(0.2):
        w.add("COMMENT ON SCHEMA %s IS %s" % (quote(name), literal(w.pick(ODD))))
    if w.chance(0.2):
        w.add("GRANT USAGE ON SCHEMA %s TO round_trip_reader" % quote(name))


def make_enum(w):
    schema, name = w.new()
    labels = ["new", "in progress", "it''s done", "größe", "a,b", '"q"', "", "x"][: w.random.randint(1, 8)]
    w.random.shuffle(labels)
    w.add("CREATE TYPE %s AS ENUM (%s)" % (qualified(schema, name), ", ".join("'%s'" % label for label in labels)))
    if w.chance(0.3):
        w.add("ALTER TYPE %s ADD VALUE 'late' %s '%s'" % (qualified(schema, name), w.pick(["BEFORE", "AFTER"]), w.pick(labels)))
    full = qualified(schema, name)
    first = "'%s'" % labels[0]
    w.types.append(Type(full, defaults=(first, first + "::" + full, "(%s)::%s" % (first, full)), checks=("{c} <> " + first, "{c} IN (%s)" % ", ".join("'%s'" % label for label in labels), "!{c}::text <> 'zz'",
                        "{c} = ANY (ARRAY[%s]::%s[])" % (first, full)), partition=("list",)))
    w.types.append(Type(full + "[]", defaults=("'{}'", "ARRAY[%s]::%s[]" % (first, full)), checks=("{c} @> ARRAY[%s]::%s[]" % (first, full),)))


def make_domain(w):
    schema, name = w.new()
    base = w.pick([one for one in FLAT if one.checks and one.family not in ("geo", "point", "xml", "json")])
    type_name = w.pick(base.names)
    full = qualified(schema, name)
    text = "CREATE DOMAIN %s AS %s" % (full, type_name)
    if base.collatable and w.chance(0.2):
        text += ' COLLATE "C"'
    # A domain with more than one has them in the order of their names.
    if base.defaults and w.chance(0.4):
        text += " DEFAULT %s" % w.pick([d for d in base.defaults if "NULL" not in d] or ["NULL"])
    if w.chance(0.2):
        text += " NOT NULL"
    for check in w.some(checks_of(base, "VALUE"), 2) if w.chance(0.7) else []:
        named = quote(w.name("domain " + full)) if w.chance(0.5) else None
        text += (" CONSTRAINT %s" % named if named else "") + " CHECK (%s)" % check
        if named:
            w.parts.append("CONSTRAINT %s ON DOMAIN %s" % (named, full))
    w.add(text)
    w.types.append(Type(full, family=base.family, defaults=base.defaults, checks=base.checks, btree=base.btree, hash=base.hash))
    if w.chance(0.3):
        w.types.append(Type(full + "[]", defaults=("'{}'",), checks=("cardinality({c}) < 9",), btree=base.btree, hash=False))


def make_composite(w):
    schema, name = w.new()
    fields = [w.type() for _ in range(w.random.randint(1, 4))]
    full = qualified(schema, name)
    names = [w.name("type " + full) for _ in fields]
    w.composites.append(full)
    w.add("CREATE TYPE %s AS (%s)" % (full, ", ".join("%s %s" % (quote(n), w.pick(f.names)) for n, f in zip(names, fields))))
    w.parts += ["COLUMN %s.%s" % (full, quote(n)) for n in names]
    w.types.append(Type(full, defaults=("NULL", "ROW(%s)::%s" % (", ".join(["NULL"] * len(fields)), full)), checks=("({c}).%s IS NOT NULL" % quote(names[0]), "{c} IS NOT NULL"), btree=False, hash=False))


def make_range(w):
    schema, name = w.new()
    full = qualified(schema, name)
    subtype = w.pick(["double precision", "text", "time", "uuid", "inet"])
    extra = ', collation = "C"' if subtype == "text" and w.chance(0.5) else ""
    w.add("CREATE TYPE %s AS RANGE (subtype = %s%s, multirange_type_name = %s)" % (full, subtype, extra, qualified(schema, w.name(schema))))
    w.types.append(Type(full, defaults=("'empty'",), checks=("NOT isempty({c})",), classes=("/gist",)))


def make_collation(w):
    schema, name = w.new()
    w.add("CREATE COLLATION %s (provider = libc, locale = '%s')" % (qualified(schema, name), w.pick(["C", "POSIX"])))
    w.collations.append(qualified(schema, name))


def make_sequence(w):
    schema, name = w.new()
    options = [w.pick(["AS bigint", "AS integer", "AS smallint", ""]), w.pick(["INCREMENT BY 5", "INCREMENT BY -1", ""]), w.pick(["CACHE 10", ""]), w.pick(["CYCLE", ""]), w.pick(["MAXVALUE 30000", ""])]
    w.add("CREATE %sSEQUENCE %s %s" % ("UNLOGGED " if w.chance(0.05) else "", qualified(schema, name), " ".join(o for o in options if o)))
    w.sequences.append(qualified(schema, name))


def make_function(w):
    schema, name = w.new()
    full = qualified(schema, name)
    kind = w.random.randrange(8)
    if kind == 0:
        w.add("CREATE FUNCTION %s(integer, text DEFAULT 'x') RETURNS text LANGUAGE sql IMMUTABLE AS $f$SELECT $1::text || $2 -- ;\n$f$" % full)
        w.functions.append(("text", full + "(1)", full + "({i})"))
    elif kind == 1:
        w.add("CREATE FUNCTION %s(a integer, VARIADIC b integer[] DEFAULT '{}') RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN a + cardinality(b)" % full)
        w.functions.append(("int", full + "(1, 2)", full + "({i})"))
    elif kind == 2:
        w.add("CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$BEGIN\n  -- it's a comment; with a semicolon\n  RETURN NEW; END$$" % full)
        w.functions.append(("trigger", full, None))
    elif kind == 3:
        w.add("CREATE PROCEDURE %s(INOUT a integer, b text) LANGUAGE plpgsql AS 'BEGIN a := a + 1; END'" % full)
    elif kind == 4:
        w.add("CREATE FUNCTION %s(OUT a integer, OUT b text) RETURNS SETOF record LANGUAGE sql ROWS 7 COST 3 STABLE AS 'SELECT 1, ''x'''" % full)
    elif kind == 5:
        w.add("CREATE AGGREGATE %s(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', PARALLEL = SAFE)" % full)
    elif kind == 6:
        w.add("CREATE FUNCTION %s(d date) RETURNS TABLE (a date, n integer) LANGUAGE sql BEGIN ATOMIC SELECT d, 1; SELECT d + 1, 2; END" % full)
    elif w.types:
        of = w.pick(w.types).names[0]
        w.add("CREATE FUNCTION %s(%s) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 IS NOT NULL'" % (full, of))
        w.functions.append(("of", of, full + "({c})"))


def column_text(w, table, column):
    """The definition of a column in CREATE TABLE."""
    kind, text = column.kind, "%s %s" % (quote(column.name), column.type_name)
    if kind.collatable and w.chance(0.15):
        text += " COLLATE %s" % w.pick(['"C"', '"POSIX"'] + w.collations)
        column.collated = True
    roll = w.random.random()
    if kind.family in ("int", "int8", "int2") and "[" not in column.type_name and roll < 0.25 and not table.part_columns and not column.type_name.startswith(('"', w.prefix)):
        way = w.random.randrange(4)
        if way == 0:
            text += " GENERATED %s AS IDENTITY%s" % (w.pick(["ALWAYS", "BY DEFAULT"]), w.pick(["", " (START WITH 10 INCREMENT BY 2)", " (MINVALUE -5 START WITH -5 CACHE 3 CYCLE)"]))
            column.not_null = column.serial = True
        elif way == 1:
            text = "%s %s" % (quote(column.name), {"int": "serial", "int8": "bigserial", "int2": "smallserial"}[kind.family])
            column.not_null = column.serial = True
        elif w.sequences:
            text += " DEFAULT nextval(%s%s)" % (literal(w.pick(w.sequences)), w.pick(["", "::regclass", "::text"]))
    elif roll < 0.35 and any(f[0] == kind.family for f in w.functions):
        text += " DEFAULT " + w.pick([f[1] for f in w.functions if f[0] == kind.family])
    elif kind.defaults and roll < 0.65:
        text += " DEFAULT " + w.pick(kind.defaults)
    if column.not_null or w.chance(0.25):
        column.not_null = True
        text += (" CONSTRAINT %s" % w.constraint(table) if w.major >= 18 and w.chance(0.3) else "") + " NOT NULL"
    if w.chance(0.05) and kind.family in ("text", "jsonb", "bytea", "varchar"):
        text = text.replace(column.type_name, column.type_name + " COMPRESSION pglz", 1)
    return text


def checks_of(kind, column, immutable=False):
    """Conditions on a column; those that begin with ! are not immutable, and fit no index."""
    return [check.lstrip("!").replace("{c}", column) for check in kind.checks if not (immutable and check.startswith("!"))]


def plain_columns(table):
    return [c for c in table.columns if not c.generated]


def check_text(w, table):
    columns = [c for c in table.columns if c.kind.checks]
    if not columns:
        return None
    column = w.pick(columns)
    parts = w.some(checks_of(column.kind, quote(column.name)), 2)
    user = [f[2] for f in w.functions if f[0] == "of" and f[1] == column.type_name]
    if user and w.chance(0.5):
        parts.append(w.pick(user).replace("{c}", quote(column.name)))
    ints = [c for c in table.columns if c.kind.family == "int" and c.type_name in ("integer", "int4")]
    if len(ints) > 1:
        a, b = quote(ints[0].name), quote(ints[1].name)
        parts.append(w.pick(["%s < %s" % (a, b), "(%s, %s) IS DISTINCT FROM (1, 2)" % (a, b), "ROW(%s, %s) < ROW(5, 6)" % (a, b), "%s + %s * 2 > 0" % (a, b), "(%s, %s) IN ((1, 2), (3, 4))" % (a, b), "num_nonnulls(%s, %s) = 1" % (a, b)]))
    return "CHECK (%s)" % w.pick([" AND ", " OR "]).join("(%s)" % p for p in parts)


def make_table(w):
    schema, name = w.new()
    table = Table(schema, name, [])
    for _ in range(w.random.randint(0 if w.chance(0.05) else 1, 12)):
        kind = w.type()
        column = Column(w.name("column " + str(table)), w.pick(kind.names), kind)
        table.columns.append(column)
    if w.chance(0.15):
        partition_key(w, table)
    parts = [column_text(w, table, c) for c in table.columns]
    for base in [c for c in table.columns if c.kind.generated and not c.kind.names[0].startswith('"')] if not table.part_columns else []:
        if w.chance(0.15) and not base.type_name.startswith((w.prefix, '"')):
            kind = base.kind
            column = Column(w.name("column " + str(table)), kind.names[0], kind, generated=True)
            expression = w.pick(kind.generated).replace("{c}", quote(base.name))
            column.virtual = w.major >= 18 and w.chance(0.5)
            parts.append("%s %s GENERATED ALWAYS AS (%s) %s" % (quote(column.name), kind.names[0], expression, "VIRTUAL" if column.virtual else "STORED"))
            table.columns.append(column)
    add_keys(w, table, parts)
    for _ in range(w.random.randint(0, 3)):
        check = check_text(w, table)
        if check:
            parts.append((("CONSTRAINT %s " % w.constraint(table)) if w.chance(0.5) else "") + check + (" NO INHERIT" if w.chance(0.1) and not table.partitioned else "") + (" NOT ENFORCED" if w.major >= 18 and w.chance(0.1) else ""))
    options = w.pick([" WITH (fillfactor = 70, autovacuum_enabled = false)", "", "", "", "", ""]) if not table.partitioned else " PARTITION BY %s (%s)" % (table.partitioned.upper(), ", ".join(quote(c) for c in table.part_columns))
    unlogged = "UNLOGGED " if w.chance(0.05) and not table.partitioned else ""
    table.unlogged = bool(unlogged)
    w.add("CREATE %sTABLE %s (\n    %s\n)%s" % (unlogged, table, ",\n    ".join(parts), options))
    w.tables.append(table)
    if table.partitioned:
        make_partitions(w, table)


def partition_key(w, table):
    columns = [c for c in table.columns if c.kind.partition and not c.generated and not c.type_name.endswith("]")]
    if columns:
        column = w.pick(columns)
        table.partitioned, table.part_columns = w.pick(column.kind.partition), [column.name]
        table.part_kind = column.kind


def add_keys(w, table, parts):
    columns = [c for c in plain_columns(table) if c.kind.btree]
    part = [c for c in table.columns if c.name in table.part_columns]
    table.keys = []

    def key():
        chosen = w.some(columns, 3)
        return part + [c for c in chosen if c not in part]
    if columns and w.chance(0.7):
        chosen = key()
        table.primary = chosen
        parts.append(("CONSTRAINT %s " % w.constraint(table) if w.chance(0.4) else "") + "PRIMARY KEY (%s)%s%s" % (names(chosen), include(w, table, chosen), deferrable(w, 0.05)))
        table.primary_deferrable = parts[-1].endswith(("DEFERRABLE", "DEFERRED"))
        if not table.primary_deferrable:
            table.keys.append(chosen)
        for column in chosen:
            column.not_null = True
    for _ in range(w.random.randint(0, 2)):
        if columns:
            chosen = key()
            text = "UNIQUE %s(%s)%s%s" % ("NULLS NOT DISTINCT " if w.chance(0.2) else "", names(chosen), include(w, table, chosen), deferrable(w, 0.15))
            parts.append(("CONSTRAINT %s " % w.constraint(table) if w.chance(0.4) else "") + text)
            if not text.endswith(("DEFERRABLE", "DEFERRED")):
                table.keys.append(chosen)
    if w.chance(0.12) and not table.partitioned:
        for column in [c for c in columns if c.kind.family in ("int", "int8", "text", "int4range", "timestamptz", "date", "uuid", "inet")][:1]:
            gist = column.kind.family != "inet" and w.chance(0.6)
            operator = "&&" if "range" in column.kind.family and gist else "="
            where = " WHERE (%s IS NOT NULL)" % quote(column.name) if w.chance(0.4) else ""
            parts.append(("CONSTRAINT %s " % w.constraint(table) if w.chance(0.4) else "") + "EXCLUDE USING %s (%s WITH %s)%s%s" % ("gist" if gist else "btree", quote(column.name), operator, where, deferrable(w, 0.2)))
    table.key_count = len(table.keys)


def names(columns):
    return ", ".join(quote(c.name) for c in columns)


def include(w, table, chosen):
    rest = [c for c in plain_columns(table) if c not in chosen]
    return " INCLUDE (%s)" % names(w.some(rest, 2)) if rest and w.chance(0.1) else ""


def deferrable(w, probability):
    return w.pick([" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]) if w.chance(probability) else ""


BOUNDS = {
    "int": ["-100", "0", "10", "1000", "9000"], "int8": ["-5", "0", "10", "1000000", "9000000000"], "int2": ["1", "2", "3", "4", "5"],
    "date": ["'2020-01-01'", "'2020-02-01'", "'2021-01-01'", "'2022-06-30'", "'2030-01-01'"],
    "timestamp": ["'2020-01-01'", "'2020-02-01 12:00'", "'2021-01-01'", "'2022-06-30'", "'2030-01-01'"],
    "timestamptz": ["'2020-01-01 00:00+00'", "'2020-02-01 12:00+02'", "'2021-01-01 00:00-08'", "'2022-06-30 00:00+00'", "'2030-01-01 00:00+14'"],
    "text": ["'a'", "'b c'", "'it''s'", "''", "'ü'"], "varchar": ["'a'", "'b'", "'c'", "''", "'d'"], "boolean": ["true", "false"],
}


def make_partitions(w, table):
    """Partitions of a table, some with partitions of their own, a default, and constraints and indexes of one."""
    kind, bounds = table.part_kind, []
    values = BOUNDS.get(kind.family) if not kind.names[0].startswith((w.prefix, '"')) else None
    if table.partitioned == "hash":
        modulus = w.random.randint(1, 4)
        bounds = ["WITH (MODULUS %d, REMAINDER %d)" % (modulus, r) for r in range(modulus) if w.chance(0.8)]
    elif table.partitioned == "range":
        edges = ["MINVALUE"] * w.chance(0.3) + values + ["MAXVALUE"] * w.chance(0.3)
        bounds = ["FROM (%s) TO (%s)" % pair for pair in zip(edges, edges[1:]) if w.chance(0.7)]
    elif values:
        rest = list(values) + ["NULL"] * w.chance(0.3)
        w.random.shuffle(rest)
        while rest and len(bounds) < 4:
            size = w.random.randint(1, 2)
            bounds.append("IN (%s)" % ", ".join(rest[:size]))
            rest = rest[size:]
    texts = ["FOR VALUES " + b for b in bounds] + ["DEFAULT"] * (table.partitioned != "hash" and w.chance(0.4))
    for text in texts:
        schema, name = w.new()
        child = Table(schema, name, table.columns)
        child.parent, child.part_columns, child.primary, child.keys = table, list(table.part_columns), table.primary, table.keys
        by = ""
        extra_keys = [c for c in table.columns if "hash" in c.kind.partition and c.kind.hash and not c.generated]
        if w.chance(0.15) and not table.parent and extra_keys:
            key = w.pick(extra_keys)
            if all(key in k for k in table.keys) and (not table.primary or key in table.primary) and key.name in table.part_columns:
                child.partitioned, child.part_kind = "hash", key.kind
                by = " PARTITION BY HASH (%s)" % quote(key.name)
        if w.chance(0.25) and not by:
            # Made by itself and attached; columns in another order.
            w.add("CREATE TABLE %s (LIKE %s INCLUDING ALL)" % (child, table))
            w.add("ALTER TABLE %s ATTACH PARTITION %s %s" % (table, child, text))
        else:
            own = check_text(w, child) if w.chance(0.3) else None
            w.add("CREATE TABLE %s PARTITION OF %s%s %s%s" % (child, table, " (CONSTRAINT %s %s)" % (w.constraint(child), own) if own else "", text, by))
        w.tables.append(child)
        if child.partitioned:
            make_partitions(w, child)


def make_index(w):
    tables = [t for t in w.tables if t.columns and not t.foreign]
    if not tables:
        return
    table = w.pick(tables)
    columns = [c for c in table.columns if not c.virtual]  # which no index can have
    if not columns:
        return
    column = w.pick(columns)
    special = [c for c in column.kind.classes if "/" in c]
    where = ""
    conditions = checks_of(column.kind, quote(column.name), immutable=True)
    if w.chance(0.25) and conditions:
        where = " WHERE (%s)" % w.pick(conditions)
    name = " " + quote(w.name(table.schema)) if w.chance(0.6) else ""
    with_options = w.pick([" WITH (fillfactor = 80)", "", "", "", ""])
    if special and w.chance(0.6):
        opclass, method = w.pick(special).rsplit("/", 1)
        w.add("CREATE INDEX%s ON %s USING %s (%s%s)%s" % (name, table, method, quote(column.name), " " + opclass if opclass else "", where))
        return
    if w.chance(0.1) and column.kind.hash and not column.kind.names[0].startswith((w.prefix, '"')):
        w.add("CREATE INDEX%s ON %s USING hash (%s)%s" % (name, table, quote(column.name), where))
        return
    keys, plain = [], []
    for one in w.some(columns, 3):
        if w.chance(0.3) and one.kind.expressions:
            text = "(%s)" % w.pick(one.kind.expressions).replace("{c}", quote(one.name))
            plain.append(False)
        elif one.kind.btree:
            text = quote(one.name)
            plain.append(True)
            pattern = [c for c in one.kind.classes if "/" not in c]
            if one.kind.collatable and "[" not in one.type_name and w.chance(0.1):
                text += ' COLLATE "C"'
            if pattern and w.chance(0.2):
                text += " " + w.pick(pattern)
        else:
            continue
        keys.append(text + w.pick(["", "", "", " DESC", " NULLS FIRST", " DESC NULLS LAST", " ASC"]))
    if not keys:
        return
    user = [f[2] for f in w.functions if f[0] in ("int", "text") and f[2]]
    ints = [c for c in columns if c.type_name in ("integer", "int4")]
    if user and ints and w.chance(0.3):
        plain.append(False)
        keys.append("(%s)" % w.pick(user).replace("{i}", quote(ints[0].name)))
    unique = w.chance(0.2) and not table.partitioned
    w.add("CREATE %sINDEX%s ON %s (%s)%s%s%s%s" % ("UNIQUE " if unique else "", name, table, ", ".join(keys), include(w, table, table.columns),
          " NULLS NOT DISTINCT" if unique and w.chance(0.3) else "", with_options if not table.partitioned else "", where))
    if unique and w.chance(0.2) and name and not where and all(plain) and not table.parent and not any(word in " ".join(keys) for word in ("DESC", "NULLS", "COLLATE", "ops")):
        w.add("ALTER TABLE %s ADD CONSTRAINT %s UNIQUE USING INDEX%s" % (table, w.constraint(table), name))


def make_foreign_key(w):
    targets = [t for t in w.tables if t.keys and not t.parent]
    sources = [t for t in w.tables if not t.foreign]
    if not targets or not sources:
        return
    target, source = w.pick(targets), w.pick(sources)
    if w.chance(0.2):
        source = target  # to itself
    key = w.pick(target.keys)
    # The server does not find the equality of some arrays (with a length, under a domain) for a foreign key.
    if any("[" in c.kind.family for c in key):
        return
    columns = []
    for column in key:
        # A column of the same type; added where there is none.
        same = [c for c in plain_columns(source) if c.type_name == column.type_name and c not in columns and c.kind is column.kind]
        if same and w.chance(0.6):
            columns.append(w.pick(same))
        elif source.parent or source.partitioned or source.children:
            return
        else:
            new = Column(w.name("column " + str(source)), column.type_name, column.kind)
            w.add("ALTER TABLE %s ADD COLUMN %s %s" % (source, quote(new.name), new.type_name))
            source.columns.append(new)
            columns.append(new)
    if len(set(c.name for c in columns)) < len(columns):
        return
    if source.unlogged != target.unlogged and target.unlogged:
        return
    actions = ["", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT", " ON UPDATE CASCADE", " ON UPDATE RESTRICT ON DELETE SET DEFAULT", " ON UPDATE SET NULL", " ON DELETE NO ACTION"]
    # The server takes a partition's key that differs from the parent's in these columns alone for the parent's, so that
    # a restored dump is another schema.
    if len(columns) > 1 and not source.parent and not source.partitioned:
        actions.append(" ON DELETE SET NULL (%s)" % quote(columns[0].name))
    match = " MATCH FULL" if w.chance(0.1) else ""
    text = "ALTER TABLE %s ADD %sFOREIGN KEY (%s) REFERENCES %s (%s)%s%s%s" % (source, "CONSTRAINT %s " % w.constraint(source) if w.chance(0.5) else "", names(columns), target, names(key), match, w.pick(actions), deferrable(w, 0.3))
    if w.chance(0.15) and not source.partitioned and not (w.major < 18 and source.parent):
        text += " NOT VALID"
    elif w.major >= 18 and w.chance(0.1) and not source.partitioned and not target.partitioned:
        text += " NOT ENFORCED"
    w.add(text)


def make_child(w):
    """Classic inheritance, from one or several parents."""
    parents = [t for t in w.tables if not t.parent and not t.partitioned and not t.foreign]
    if not parents:
        return
    chosen = [w.pick(parents)]
    # Columns of the same name merge, and need the same type and default: so a second parent shares none.
    for other in parents:
        if w.chance(0.2) and other not in chosen and not {c.name for c in other.columns} & {c.name for t in chosen for c in t.columns}:
            chosen.append(other)
    schema, name = w.new()
    table = Table(schema, name, [])
    own = []
    for _ in range(w.random.randint(0, 3)):
        kind = w.type()
        column = Column(w.name("column of children"), w.pick(kind.names), kind)
        if column.name in {c.name for t in chosen for c in t.columns}:
            continue
        own.append(column)
    parts = [column_text(w, table, c) for c in own]
    # A column of the parent, with a default of its own.
    for inherited in chosen[0].columns[:1]:
        if inherited.kind.defaults and inherited.kind not in w.types and not (inherited.generated or inherited.collated or inherited.serial) and w.chance(0.3):
            parts.append("%s %s DEFAULT %s" % (quote(inherited.name), inherited.type_name, w.pick(inherited.kind.defaults)))
    table.columns = own
    check = check_text(w, table)
    if check:
        parts.append(check)
    w.add("CREATE TABLE %s (%s) INHERITS (%s)" % (table, ", ".join(parts), ", ".join(map(str, chosen))))
    table.columns = [c for t in chosen for c in t.columns] + own
    w.taken["column " + str(table)] = {c.name for c in table.columns}
    table.inherits = True
    for parent in chosen:
        parent.children += 1
    w.tables.append(table)


def make_foreign_table(w):
    schema, name = w.new()
    server = cut("%s server %s" % (w.prefix, w.name("server")))
    wrapper = cut("%s wrapper %s" % (w.prefix, w.name("server")))
    w.add("CREATE FOREIGN DATA WRAPPER %s OPTIONS (debug 'true')" % quote(wrapper))
    w.described += ["FOREIGN DATA WRAPPER " + quote(wrapper), "SERVER " + quote(server)]
    w.add("CREATE SERVER %s TYPE 't' VERSION '1' FOREIGN DATA WRAPPER %s OPTIONS (host 'h', port '1')" % (quote(server), quote(wrapper)))
    w.add("CREATE USER MAPPING FOR round_trip_reader SERVER %s OPTIONS (user 'x')" % quote(server))
    table = Table(schema, name, [])
    table.foreign = True
    for _ in range(w.random.randint(1, 4)):
        kind = w.type()
        table.columns.append(Column(w.name("column " + str(table)), w.pick(kind.names), kind))
    parts = ["%s %s OPTIONS (column_name 'x')%s" % (quote(c.name), c.type_name, w.pick([" NOT NULL", "", " DEFAULT " + (c.kind.defaults or ("NULL",))[0]])) for c in table.columns]
    check = check_text(w, table)
    w.add("CREATE FOREIGN TABLE %s (%s) SERVER %s OPTIONS (table_name 'remote')" % (table, ", ".join(parts + [check] * bool(check)), quote(server)))
    w.tables.append(table)


def make_alterations(w):
    """What a table goes through: dropped and added columns, changed types, names and storage."""
    tables = [t for t in w.tables if not t.parent and not t.foreign and not t.children and not t.partitioned]
    if not tables:
        return
    table = w.pick(tables)
    way = w.random.randrange(9)
    if way == 0:
        w.add("ALTER TABLE %s ADD COLUMN dropped integer CHECK (dropped > 0), ADD COLUMN dropped_too text DEFAULT 'x'" % table)
        w.add("ALTER TABLE %s DROP COLUMN dropped, DROP COLUMN dropped_too" % table)
    elif way == 1 and table.columns:
        column = w.pick(table.columns)
        if not column.generated and not column.not_null:
            w.add("ALTER TABLE %s ALTER COLUMN %s SET STATISTICS 200" % (table, quote(column.name)))
            w.add("ALTER TABLE %s ALTER COLUMN %s SET (n_distinct = 5)" % (table, quote(column.name)))
    elif way == 2:
        kind = w.pick([one for one in TYPES if one.defaults])
        column = Column(w.name("column " + str(table)), w.pick(kind.names), kind)
        w.add("ALTER TABLE %s ADD COLUMN %s %s DEFAULT %s" % (table, quote(column.name), column.type_name, w.pick(kind.defaults)))
        table.columns.append(column)
    elif way == 3:
        w.add("ALTER TABLE %s REPLICA IDENTITY %s" % (table, w.pick(["FULL", "NOTHING"])))
    elif way == 4:
        w.add("ALTER TABLE %s ENABLE ROW LEVEL SECURITY" % table)
        if w.chance(0.3):
            w.add("ALTER TABLE %s FORCE ROW LEVEL SECURITY" % table)
    elif way == 5:
        check = check_text(w, table)
        if check:
            w.add("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID" % (table, w.constraint(table), check))
    elif way == 6:
        w.add("COMMENT ON TABLE %s IS %s" % (table, literal(" ".join(w.some(ODD, 3)))))
        for column in table.columns[:2]:
            w.add("COMMENT ON COLUMN %s.%s IS %s" % (table, quote(column.name), literal(w.pick(ODD))))
    elif way == 7:
        w.add("GRANT SELECT, INSERT ON %s TO round_trip_reader" % table)
        if table.columns:
            w.add('GRANT UPDATE (%s) ON %s TO "round trip, writer"' % (quote(table.columns[0].name), table))
    elif table.columns and not table.inherits:
        old = w.pick(table.columns)
        new = w.name("column " + str(table))
        w.add("ALTER TABLE %s RENAME COLUMN %s TO %s" % (table, quote(old.name), quote(new)))
        old.name = new


def make_view(w):
    tables = [t for t in w.tables if t.columns]
    if not tables:
        return
    schema, name = w.new()
    full, table = qualified(schema, name), w.pick(tables)
    columns = w.some(table.columns, 4)
    way = w.random.randrange(5)
    if way == 0:
        w.add("CREATE VIEW %s AS SELECT %s FROM %s" % (full, names(columns), table))
        w.views.append((full, columns))
        w.parts += ["COLUMN %s.%s" % (full, quote(c.name)) for c in columns]
    elif way == 1:
        w.add("CREATE VIEW %s WITH (security_barrier = true%s) AS SELECT * FROM %s WHERE %s IS NOT NULL%s" % (full, ", security_invoker = true" if w.chance(0.5) else "", table, quote(columns[0].name), w.pick([" WITH CHECK OPTION", " WITH LOCAL CHECK OPTION", ""]) if not table.partitioned else ""))
    elif way == 2:
        w.add("CREATE MATERIALIZED VIEW %s AS SELECT row_number() OVER () AS n, count(*) FILTER (WHERE %s IS NULL) AS c FROM %s WITH NO DATA" % (full, quote(columns[0].name), table))
        w.stored.append(full)
        w.parts += ["COLUMN %s.%s" % (full, c) for c in "nc"]
        if w.chance(0.5):
            w.add("CREATE UNIQUE INDEX ON %s (n)" % full)
    elif way == 3:
        w.add("CREATE VIEW %s (a, b) AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 5) SELECT r.i, t.%s FROM r LEFT JOIN LATERAL (SELECT * FROM %s LIMIT 1) AS t ON true" % (full, quote(columns[0].name), table))
    else:
        w.add("CREATE VIEW %s AS SELECT x.*, CASE WHEN x.%s IS NULL THEN 'none' ELSE 'some' END AS \"what is it\" FROM %s AS x" % (full, quote(columns[0].name), table) if "what is it" not in [c.name for c in table.columns] else "SELECT 1")


def make_trigger(w):
    functions = [f[1] for f in w.functions if f[0] == "trigger"]
    tables = [t for t in w.tables if t.columns and not t.foreign and not t.parent]
    if not functions or not tables:
        return
    table = w.pick(tables)
    name = quote(w.name("trigger " + str(table)))
    column = quote(w.pick(table.columns).name)
    way = w.random.randrange(4)
    call = "EXECUTE FUNCTION %s(%s)" % (w.pick(functions), w.pick(["", "'it''s'", "1, 'x'"]))
    if way == 0:
        when = " WHEN (NEW.%s IS NOT NULL)" % column if not any(c.generated for c in table.columns) else ""
        w.add("CREATE TRIGGER %s %s INSERT OR UPDATE ON %s FOR EACH ROW%s %s" % (name, w.pick(["BEFORE", "AFTER"]), table, when, call))
    elif way == 1:
        w.add("CREATE TRIGGER %s AFTER UPDATE OF %s OR DELETE ON %s FOR EACH STATEMENT %s" % (name, column, table, call))
    elif way == 2 and not table.partitioned:
        name = w.constraint(table)  # it is one
        w.add("CREATE CONSTRAINT TRIGGER %s AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW %s" % (name, table, call))
    else:
        w.add("CREATE TRIGGER %s AFTER INSERT ON %s REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT %s" % (name, table, call))
    if w.chance(0.3) and w.statements[-1].startswith("CREATE"):
        w.add("ALTER TABLE %s %s TRIGGER %s" % (table, w.pick(["DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"]), name))


def make_policy(w):
    tables = [t for t in w.tables if t.columns and not t.foreign]
    if tables:
        table = w.pick(tables)
        column = quote(w.pick(table.columns).name)
        w.add("CREATE POLICY %s ON %s AS %s FOR %s" % (quote(w.name("policy " + str(table))), table, w.pick(["PERMISSIVE", "RESTRICTIVE"]),
              w.pick(["ALL TO PUBLIC USING (%s IS NOT NULL)" % column, "SELECT TO round_trip_reader USING (CURRENT_USER = 'x')", "INSERT TO round_trip_reader, \"round trip, writer\" WITH CHECK (%s IS NOT NULL)" % column,
                      "UPDATE USING (true) WITH CHECK (%s IS NULL)" % column])))


def make_rule(w):
    tables = [t for t in w.tables if t.columns and not t.foreign and not t.partitioned and not t.parent]
    if tables:
        table = w.pick(tables)
        w.add("CREATE RULE %s AS ON %s TO %s %s" % (quote(w.name("rule " + str(table))), w.pick(["DELETE", "UPDATE"]), table, w.pick(["DO INSTEAD NOTHING", "WHERE OLD.%s IS NULL DO ALSO SELECT 1" % quote(table.columns[0].name)])))


def make_statistics(w):
    for table in [t for t in w.tables if not t.foreign and not t.parent]:
        columns = [c for c in table.columns if c.kind.btree and not c.generated]
        if len(columns) > 1 and w.chance(0.5):
            schema, name = w.new()
            w.add("CREATE STATISTICS %s %sON %s FROM %s" % (qualified(schema, name), w.pick(["", "(ndistinct, dependencies) ", "(mcv) "]), names(columns[:3]), table) if w.chance(0.7) else "CREATE STATISTICS %s ON (%s IS NULL), %s FROM %s" % (qualified(schema, name), quote(columns[0].name), quote(columns[1].name), table))
            w.described.append("STATISTICS " + qualified(schema, name))
            return


def make_operator(w):
    schema, name = w.new()
    full = qualified(schema, name)
    w.add("CREATE FUNCTION %s(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 < $2'" % full)
    w.add("CREATE OPERATOR %s.<<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = %s)" % (quote(schema), full) if ("operator", schema) not in w.taken else "SELECT 1")
    w.taken[("operator", schema)] = set()
    for table in w.tables:
        ints = [c for c in table.columns if c.type_name == "integer"]
        if ints and not table.foreign:
            w.add("ALTER TABLE %s ADD CHECK (%s OPERATOR(%s.<<<) 1000)" % (table, quote(ints[0].name), quote(schema))) if not table.parent else None
            return


def make_text_search(w):
    schema, name = w.new()
    w.add("CREATE TEXT SEARCH DICTIONARY %s (TEMPLATE = simple, STOPWORDS = 'english')" % qualified(schema, name))
    config = qualified(schema, w.name(schema))
    w.add("CREATE TEXT SEARCH CONFIGURATION %s (COPY = pg_catalog.english)" % config)
    w.add("ALTER TEXT SEARCH CONFIGURATION %s ALTER MAPPING FOR asciiword WITH %s, english_stem" % (config, qualified(schema, name)))
    for table in w.tables:
        texts = [c for c in table.columns if c.type_name == "text"]
        if texts and not table.foreign:
            w.add("CREATE INDEX ON %s USING gin (to_tsvector(%s::regconfig, COALESCE(%s, '')))" % (table, literal(config), quote(texts[0].name)))
            return


def make_base_type(w):
    schema, name = w.new()
    full = qualified(schema, name)
    w.add("CREATE TYPE %s" % full)
    take, give = qualified(schema, w.name(schema)), qualified(schema, w.name(schema))
    w.add("CREATE FUNCTION %s(cstring) RETURNS %s LANGUAGE internal IMMUTABLE STRICT AS 'textin'" % (take, full))
    w.add("CREATE FUNCTION %s(%s) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'" % (give, full))
    w.add("CREATE TYPE %s (INPUT = %s, OUTPUT = %s, LIKE = text%s)" % (full, take, give, w.pick(["", ", CATEGORY = 'S'", ", DEFAULT = 'it''s'", ", DELIMITER = ';'", ", COLLATABLE = true"])))
    w.composites.append(full)
    w.types.append(Type(full, defaults=("'x'", "'x'::" + full), btree=False, hash=False))


def make_cast(w):
    if w.composites:
        of = w.pick(w.composites)
        other = w.pick(["text", "integer", "jsonb", "date"])
        if ("cast", of, other) not in w.taken:
            w.taken[("cast", of, other)] = set()
            context = w.pick(["", " AS ASSIGNMENT", " AS IMPLICIT"]) if other != "text" else ""
            if w.chance(0.5):
                w.add("CREATE CAST (%s AS %s) WITH INOUT%s" % (of, other, context))
            else:
                schema, name = w.new()
                w.add("CREATE FUNCTION %s(%s) RETURNS %s LANGUAGE sql IMMUTABLE AS 'SELECT NULL::%s'" % (qualified(schema, name), of, other, other))
                w.add("CREATE CAST (%s AS %s) WITH FUNCTION %s(%s)%s" % (of, other, qualified(schema, name), of, context))
            w.described.append("CAST (%s AS %s)" % (of, other))


def make_operator_class(w):
    """The operators and the order of a type, with or without a family of its own."""
    if not w.composites:
        return
    of = w.pick(w.composites)
    schema, name = w.new()
    compare, less, equal = (qualified(schema, w.name(schema)) for _ in range(3))
    w.add("CREATE FUNCTION %s(%s, %s) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT 0'" % (compare, of, of))
    for function in (less, equal):
        w.add("CREATE FUNCTION %s(%s, %s) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS 'SELECT false'" % (function, of, of))
    signs = {sign: "%s.%s" % (quote(schema), sign + w.pick(["#", "##", "%", "~"])) for sign in "<="}
    if any(("operator", sign, of) in w.taken for sign in signs.values()):
        return
    for sign, function in (("<", less), ("=", equal)):
        w.taken[("operator", signs[sign], of)] = set()
        w.add("CREATE OPERATOR %s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %s%s)" % (signs[sign], of, of, function, w.pick(["", ", RESTRICT = scalarltsel, JOIN = scalarltjoinsel"]) if sign == "<" else ", HASHES, MERGES"))
        w.described.append("OPERATOR %s (%s, %s)" % (signs[sign], of, of))
    family = ""
    if w.chance(0.5):
        family = " FAMILY %s" % qualified(schema, w.name(schema))
        w.add("CREATE OPERATOR%s USING btree" % family)
        w.described.append("OPERATOR%s USING btree" % family)
    w.add("CREATE OPERATOR CLASS %s FOR TYPE %s USING btree%s AS OPERATOR 1 %s, OPERATOR 3 %s, FUNCTION 1 %s(%s, %s)" % (
        qualified(schema, name), of, family, signs["<"], signs["="], compare, of, of))
    w.described.append("OPERATOR CLASS %s USING btree" % qualified(schema, name))


def make_conversion(w):
    schema, name = w.new()
    w.add("CREATE CONVERSION %s FOR %s FROM %s" % (qualified(schema, name), *w.pick([("'LATIN1' TO 'UTF8'", "iso8859_1_to_utf8"), ("'UTF8' TO 'LATIN1'", "utf8_to_iso8859_1"), ("'WIN1252' TO 'UTF8'", "win_to_utf8")])))
    w.described.append("CONVERSION " + qualified(schema, name))


def make_language(w):
    """A language, and what it makes of a type."""
    schema, name = w.new()
    handler = qualified(schema, name)
    language = quote(cut("%s language %s" % (w.prefix, w.name("language"))))
    w.add("CREATE FUNCTION %s() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'" % handler)
    trusted = w.chance(0.5)
    w.add("CREATE %sLANGUAGE %s HANDLER %s" % ("TRUSTED " if trusted else "", language, handler))
    w.described.append("LANGUAGE " + language)
    if trusted and w.chance(0.5):
        w.add(w.pick(["REVOKE USAGE ON LANGUAGE %s FROM PUBLIC", "GRANT USAGE ON LANGUAGE %s TO round_trip_reader"]) % language)
    if w.composites and w.chance(0.5):
        function = qualified(schema, w.name(schema))
        of = w.pick(w.composites)
        w.add("CREATE FUNCTION %s(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'textlike_support'" % function)
        w.add("CREATE TRANSFORM FOR %s LANGUAGE %s (FROM SQL WITH FUNCTION %s(internal))" % (of, language, function))
        w.described.append("TRANSFORM FOR %s LANGUAGE %s" % (of, language))


def make_access_method(w):
    name = quote(cut("%s method %s" % (w.prefix, w.name("method"))))
    w.add("CREATE ACCESS METHOD %s TYPE TABLE HANDLER heap_tableam_handler" % name)
    w.described.append("ACCESS METHOD " + name)
    schema, table = w.new()
    w.add("CREATE TABLE %s (a integer) USING %s" % (qualified(schema, table), name))


def make_event_trigger(w):
    schema, function = w.new()
    name = quote(cut("%s event %s" % (w.prefix, w.name("event"))))
    w.add("CREATE FUNCTION %s() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'" % qualified(schema, function))
    w.add("CREATE EVENT TRIGGER %s ON %s EXECUTE FUNCTION %s()" % (name, w.pick(["ddl_command_end", "sql_drop", "ddl_command_start WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE')"]), qualified(schema, function)))
    w.described.append("EVENT TRIGGER " + name)
    if w.chance(0.4):
        w.add("ALTER EVENT TRIGGER %s %s" % (name, w.pick(["DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"])))


def make_search_parts(w):
    schema, parser = w.new()
    w.add("CREATE TEXT SEARCH PARSER %s (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)" % qualified(schema, parser))
    template = qualified(schema, w.name(schema))
    w.add("CREATE TEXT SEARCH TEMPLATE %s (%sLEXIZE = dsimple_lexize)" % (template, w.pick(["", "INIT = dsimple_init, "])))
    dictionary = qualified(schema, w.name(schema))
    w.add("CREATE TEXT SEARCH DICTIONARY %s (TEMPLATE = %s)" % (dictionary, template))
    config = qualified(schema, w.name(schema))
    w.add("CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %s)" % (config, qualified(schema, parser)))
    w.add("ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR word, asciiword WITH %s" % (config, dictionary))
    w.described += ["TEXT SEARCH PARSER " + qualified(schema, parser), "TEXT SEARCH TEMPLATE " + template, "TEXT SEARCH DICTIONARY " + dictionary, "TEXT SEARCH CONFIGURATION " + config]


def make_comment(w):
    """On whatever there is; what a kind's function has listed, and what is on a table."""
    ways = [lambda: w.pick(w.described)] if w.described else []
    ways += [lambda: "SEQUENCE " + w.pick(w.sequences)] if w.sequences else []
    ways += [lambda: "COLLATION " + w.pick(w.collations)] if w.collations else []
    ways += [lambda: "VIEW " + w.pick(w.views)[0]] if w.views else []
    ways += [lambda: "TYPE " + w.pick(w.composites)] if w.composites else []
    if ways:
        w.add("COMMENT ON %s IS %s" % (w.pick(ways)(), literal(" ".join(w.some(ODD, 2)))))


def make_grants(w):
    role = w.pick(["round_trip_reader", '"round trip, writer"', "PUBLIC"])
    ways = ["USAGE, CREATE ON SCHEMA " + quote(w.schema())]
    ways += ["USAGE ON SEQUENCE " + w.pick(w.sequences)] if w.sequences else []
    ways += ["SELECT ON " + w.pick(w.views)[0]] if w.views else []
    ways += ["USAGE ON TYPE " + w.pick(w.composites)] if w.composites else []
    ways += ["ALL ON ALL TABLES IN SCHEMA " + quote(w.schema()), "EXECUTE ON ALL ROUTINES IN SCHEMA " + quote(w.schema())]
    what = w.pick(ways)
    if w.chance(0.3):
        w.add("REVOKE %s FROM %s" % (what, role))
    else:
        w.add("GRANT %s TO %s%s" % (what, role, " WITH GRANT OPTION" if role != "PUBLIC" and w.chance(0.2) else ""))


def make_default_privileges(w):
    schema = w.pick(["", " IN SCHEMA " + quote(w.schema())])
    what = w.pick(["GRANT SELECT, INSERT ON TABLES TO round_trip_reader", "GRANT USAGE ON SEQUENCES TO \"round trip, writer\"", "GRANT EXECUTE ON FUNCTIONS TO round_trip_reader", "GRANT USAGE ON TYPES TO round_trip_reader"])
    if not schema:
        # Of one role all objects made later have them: a role that makes none.
        schema = " FOR ROLE round_trip_reader"
    w.add("ALTER DEFAULT PRIVILEGES%s %s" % (schema, what))


def make_publication(w):
    tables = [t for t in w.tables if not t.foreign and not t.unlogged]
    if tables:
        name = quote(cut("%s pub %s" % (w.prefix, w.name("publication"))))
        of = "TABLES IN SCHEMA " + quote(w.schema()) if w.chance(0.2) else "TABLE " + ", ".join(map(str, w.some(tables, 3)))
        w.add("CREATE PUBLICATION %s FOR %s%s" % (name, of, w.pick(["", " WITH (publish = 'insert')", " WITH (publish_via_partition_root = true)"])))
        w.described.append("PUBLICATION " + name)


def make_details(w):
    """What parts of objects have: comments, grants on columns of views, how stored columns are stored."""
    way = w.random.randrange(4)
    if way == 0 and w.parts:
        w.add("COMMENT ON %s IS %s" % (w.pick(w.parts), literal(" ".join(w.some(ODD, 2)))))
    elif way == 1 and w.views:
        view, columns = w.pick(w.views)
        w.add("GRANT %s (%s) ON %s TO %s" % (w.pick(["SELECT", "UPDATE", "INSERT"]), quote(w.pick(columns).name), view, w.pick(["round_trip_reader", '"round trip, writer"', "PUBLIC"])))
    elif way == 2 and w.stored:
        view = w.pick(w.stored)
        w.add("ALTER MATERIALIZED VIEW %s ALTER COLUMN n SET %s" % (view, w.pick(["STATISTICS 70", "(n_distinct = -0.5)", "STATISTICS 0"])))
    elif way == 3 and w.composites and w.chance(0.5):
        schema, name = w.new()
        shape = w.pick(w.composites)
        if any(part.startswith("COLUMN %s." % shape) for part in w.parts):
            w.add("CREATE TABLE %s OF %s" % (qualified(schema, name), shape))


def make_not_null(w):
    """NOT NULL as constraints, since 18: not valid, not inherited, with a comment."""
    tables = [t for t in w.tables if not t.parent and not t.foreign and not t.children and not t.partitioned]
    columns = [(t, c) for t in tables for c in t.columns if not c.not_null and not c.generated]
    if w.major < 18 or not columns:
        return
    table, column = w.pick(columns)
    name = w.constraint(table)
    # pg_dump (18.6) writes the name that a child has for a column of its parent without the quotes that it needs.
    if table.inherits and name.startswith('"'):
        return
    w.add("ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s%s" % (table, name, quote(column.name), w.pick(["", " NOT VALID", " NO INHERIT"])))
    column.not_null = True
    if w.chance(0.4):
        w.add("COMMENT ON CONSTRAINT %s ON %s IS %s" % (name, table, literal(w.pick(ODD))))


def make_period(w):
    """Keys over time, since 18."""
    if w.major < 18:
        return
    schema, name = w.new()
    rooms = qualified(schema, name)
    w.add("CREATE TABLE %s (id integer, during %s, %s (id, during WITHOUT OVERLAPS))" % (rooms, "daterange", w.pick(["PRIMARY KEY", "CONSTRAINT over_time PRIMARY KEY"])))
    if w.chance(0.6):
        schema, name = w.new()
        w.add("CREATE TABLE %s (id integer, during daterange, FOREIGN KEY (id, PERIOD during) REFERENCES %s (id, PERIOD during))" % (qualified(schema, name), rooms))


# Each kind: least and most of it, and how likely there is any; made in this order.
KINDS = [
    (make_schema, 1, 3, 1), (make_enum, 1, 3, 0.7), (make_collation, 1, 2, 0.3), (make_domain, 1, 4, 0.7), (make_composite, 1, 2, 0.4), (make_base_type, 1, 1, 0.15), (make_range, 1, 2, 0.3),
    (make_sequence, 1, 3, 0.6), (make_function, 1, 6, 0.8), (make_table, 2, 9, 1), (make_child, 1, 3, 0.4), (make_foreign_table, 1, 2, 0.15),
    (make_alterations, 2, 12, 0.9), (make_foreign_key, 1, 8, 0.9), (make_index, 2, 16, 0.95), (make_operator, 1, 2, 0.15), (make_text_search, 1, 1, 0.15),
    (make_view, 1, 4, 0.6), (make_trigger, 1, 4, 0.6), (make_policy, 1, 3, 0.3), (make_rule, 1, 2, 0.15), (make_statistics, 1, 2, 0.3),
    (make_alterations, 1, 3, 0.3), (make_cast, 1, 2, 0.25), (make_operator_class, 1, 2, 0.2), (make_conversion, 1, 1, 0.1), (make_search_parts, 1, 1, 0.1),
    (make_language, 1, 1, 0.1), (make_access_method, 1, 1, 0.1), (make_event_trigger, 1, 1, 0.1), (make_publication, 1, 1, 0.15),
    (make_default_privileges, 1, 2, 0.15), (make_grants, 1, 4, 0.4), (make_comment, 1, 5, 0.6),
    (make_details, 1, 6, 0.5), (make_not_null, 1, 3, 0.3), (make_period, 1, 1, 0.1),
]


def script(seed, major=15):
    w = World(seed, major)
    for make, least, most, probability in KINDS:
        if w.chance(probability):
            for _ in range(w.random.randint(least, most)):
                make(w)
    return "SET check_function_bodies = on;\n" + "\n".join(w.statements) + "\n"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    sys.stdout.write(script(*map(int, sys.argv[1:])))
