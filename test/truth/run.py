#!/usr/bin/env python3
"""What the guard says of a statement, held against what the server does.

    run.py [--jobs COUNT] [--only PART-OF-A-NAME] [--verbose] [--replay]

Runs in the server that PGHOST, PGPORT ... name, with the debug build, and prints TAP. Each case of cases/*.sql is a
statement over the tables of base.sql, with what the manual and the source of the server say of it:

    -- case: NAME
    -- since: 17, until: 17      majors that have it
    -- setup: SQL                committed before it, without the guard
    -- session: SQL              a setting of the session that runs it
    -- alone: TABLE              cannot run in a transaction block; while TABLE is written to it waits, and is looked at
    -- locks: TABLE MODE, ...    SUX (SHARE UPDATE EXCLUSIVE), S, SRX, X, AX; weaker ones are not listed
    -- reads: TABLE ...          read from end to end
    -- writes: TABLE ...         given another file
    -- required: TABLE.COLUMN    that every INSERT must name afterwards, and need not before
    -- reject|warn|log: RULE ... what the guard has to say, by lint() and when the statement runs
    -- unlike: NAME              a case that must get another verdict
    -- blind: required           only told at commit, not by lint()
    -- hook: MAJOR               up to it no event fires, and only a preloaded hook sees it
    -- end: REASON               why the HINT leads to another end than the statement
    -- fill: <placeholder> = SQL of the HINT

A case fails where locks, reads, writes or required columns as measured differ from the case, and where the guard
foretells something else than was measured. The HINT of each rejection and warning is then pasted into a session that
enforces the rules: it must be accepted, and the catalogs must end as they do after the statement itself.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
MODES = {"AS": 1, "RS": 2, "RX": 3, "SUX": 4, "S": 5, "SRX": 6, "X": 7, "AX": 8}
# What a finding of the rule foretells of its table: that it is read or written from end to end while writers wait.
CLAIMS = {
    "add-check-validates": "reads", "add-foreign-key-validates": "reads", "add-exclusion-constraint": "reads",
    "add-unique-builds-index": "reads", "add-primary-key-builds-index": "reads", "primary-key-using-index-nullable": "reads",
    "add-column-inline-check": "reads", "add-column-inline-references": "reads", "add-column-inline-unique": "reads",
    "alter-column-type-rescan": "reads", "alter-referenced-key-type": "reads", "alter-domain-add-constraint": "reads",
    "alter-domain-not-null": "reads", "attach-partition-scan": "reads", "attach-scans-default-partition": "reads",
    "create-index-blocking": "reads", "create-index-on-partitioned-parent": "reads", "set-not-null-full-scan": "reads",
    "reindex-blocking": "reads", "validate-in-same-transaction": "reads",
    "add-column-volatile-default": "writes", "add-column-serial": "writes", "add-column-identity": "writes",
    "add-column-stored-generated": "writes", "add-column-constrained-domain": "writes", "alter-column-type-rewrite": "writes",
    "set-logged-unlogged": "writes", "set-access-method": "writes", "set-tablespace": "writes", "set-expression-rewrite": "writes",
    "vacuum-full-or-cluster": "writes", "truncate": "writes", "refresh-matview-blocking": "writes",
}
# Rules of the required-column family, which foretell the end state.
REQUIRED = {"add-column-not-null-no-default", "default-null-on-not-null-column", "drop-default-on-not-null-column",
            "drop-identity-or-sequence-makes-required", "required-column-left-without-default", "set-not-null-breaks-writers"}
VERDICTS = {"error": "reject", "warning": "warn", "info": "log"}
AGAIN = "/* then this command */"


class Case:
    def __init__(self, text, origin):
        self.keys, lines = {}, []
        for line in text.strip().splitlines():
            found = re.match(r"-- ([a-z]+): (.*)", line)
            if found and not lines:
                self.keys.setdefault(found.group(1), []).append(found.group(2).strip())
            else:
                lines.append(line)
        self.statement = "\n".join(lines).strip().rstrip(";")
        self.name, self.origin = self.one("case"), origin
        unknown = set(self.keys) - set("case since until setup session alone locks reads writes required reject warn log unlike end fill blind hook".split())
        if unknown or not self.name or not self.statement:
            raise SystemExit("%s: not understood: %s %s" % (origin, self.name, unknown))

    def one(self, key, otherwise=""):
        return self.keys.get(key, [otherwise])[0]

    def words(self, key):
        return " ".join(self.keys.get(key, [])).split()

    def locks(self):
        return dict(item.split() for item in self.one("locks").split(",") if item.strip())

    def rules(self):
        return {(verdict, rule) for verdict in ("reject", "warn", "log") for rule in self.words(verdict)}

    def fills(self):
        return dict(item.split(" = ", 1) for item in self.keys.get("fill", []))


def read_cases():
    for path in sorted((HERE / "cases").glob("*.sql")):
        for text in re.split(r"(?m)^(?=-- case: )", path.read_text())[1:]:
            yield Case(text, path.name)


def environment(database):
    return dict(os.environ, PGDATABASE=database, PGOPTIONS="-c lock_timeout=10s -c statement_timeout=60s -c timezone=UTC -c schema_audit.min_rows=1000",
                PGCLIENTENCODING="UTF8")


def psql(database, script, stop=False):
    done = subprocess.run(["psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=%d" % stop, "-f", "-"], input=script, env=environment(database),
                          capture_output=True, timeout=300, encoding="utf-8", cwd=HERE)
    return done


def prepare(case):
    setup = ["SET schema_audit.mode = off;"] + [item + ";" for item in case.keys.get("setup", [])] + ["ANALYZE;", "RESET schema_audit.mode;"]
    return "\n".join(["\\i base.sql", "SET client_min_messages = warning;"] + (setup if "setup" in case.keys else []) +
                     [item + ";" for item in case.keys.get("session", [])]) + "\n"


def quoted(text):
    return "$statement$" + text + "$statement$"


def look_while_it_waits(case, database):
    """Locks of a statement that runs in no transaction block: it waits for a writer, holding what it holds."""
    psql(database, prepare(case))
    env = environment(database)
    writer = subprocess.Popen(["psql", "-X", "-qAt"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, encoding="utf-8")
    writer.stdin.write("BEGIN; LOCK TABLE truth.%s IN ROW EXCLUSIVE MODE; SELECT tool.state();\n" % case.one("alone"))
    writer.stdin.flush()
    before = writer.stdout.readline().strip()
    runner = subprocess.Popen(["psql", "-X", "-qAt"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=dict(env, PGAPPNAME="truth " + database), encoding="utf-8")
    runner.stdin.write("SET search_path = truth; SET schema_audit.mode = off;\n%s;\n" % case.statement)
    runner.stdin.close()
    locks = {}
    for _ in range(200):
        said = psql(database, "SELECT tool.locks(%s, pid) FROM pg_stat_activity WHERE application_name = 'truth %s' AND wait_event_type = 'Lock';" %
                    (quoted(before) + "::jsonb", database)).stdout.strip()
        if said:
            locks = json.loads(said.splitlines()[0])
            break
        time.sleep(0.05)
    writer.stdin.write("COMMIT;\n")
    writer.stdin.close()
    writer.wait()
    runner.wait()
    error = runner.stderr.read().strip()
    if error:
        raise AssertionError("does not run: " + error)
    return locks


def measure(case, database):
    script = "DELETE FROM schema_audit.model;\n" + prepare(case) + "SELECT 'state ' || tool.state()::text;\nSELECT 'foretold ' || tool.foretell(%s)::text;\n" % quoted(case.statement)
    if "alone" not in case.keys:
        script += ("BEGIN; SET LOCAL schema_audit.mode = off;\nSELECT tool.state() AS before, tool.required(tool.state()) AS required \\gset\n%s;\n"
                   "\\echo error :SQLSTATE\n"
                   "SELECT 'measured ' || tool.measure(:'before')::text || E'\\nrequired ' || :'required';\nROLLBACK;\n" % case.statement)
    script += "SET client_min_messages = warning; \\echo run\n%s;\n\\echo verdict :SQLSTATE\n" % case.statement
    done = psql(database, script)
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines() if re.match(r"(state|foretold|measured|required|error|verdict) ", line))
    if "foretold" not in said or ("alone" not in case.keys and ("measured" not in said or said["error"] != "00000")):
        raise AssertionError("does not run: " + done.stderr.strip())
    foretold = json.loads(said["foretold"])
    if "alone" in case.keys:
        measured = {"locks": look_while_it_waits(case, database), "reads": [], "writes": [], "required": []}
    else:
        measured = json.loads(said["measured"])
        measured["required"] = sorted(set(measured["required"]) - set(json.loads(said["required"])))
    return json.loads(said["state"]), foretold, measured, said["verdict"], done.stderr


def table_of(identity):
    return identity.split(".")[1] if identity and "." in identity else identity


def mentions(finding, table):
    text = " ".join(finding[key] or "" for key in ("object_identity", "message", "fix"))
    return re.search(r"(?<![\w])%s(?![\w])" % re.escape(table), text) is not None


class Relations:
    """What belongs to what: an index to its table, a partition or child to its parent."""
    def __init__(self, state):
        self.kind = {name: row["kind"] for name, row in state.items()}
        self.above = {name: row["table"] for name, row in state.items()}

    def is_index(self, name):
        return self.kind.get(name) in ("i", "I")

    def family(self, name):
        return {name, self.above.get(name)} | {other for other, above in self.above.items() if above == name} - {None}


def differ_from_server(case, relations, measured):
    """The case against the server: so that a measurement that sees nothing does not pass."""
    reads = set(measured["reads"]) - set(measured["writes"])
    # Indexes are built anew with their table.
    writes = {name for name in measured["writes"] if not (relations.is_index(name) and relations.above[name] in measured["writes"])}
    locks = {name: mode for name, mode in measured["locks"].items()
             if name in case.locks() or not (relations.is_index(name) or relations.kind.get(name) == "S")}
    for what, said, got in (("reads", set(case.words("reads")), reads), ("writes", set(case.words("writes")), writes), ("locks", case.locks(), locks),
                            ("required", set(case.words("required")), set(measured["required"]))):
        if said != got and not ("alone" in case.keys and what in ("reads", "writes")):
            yield "the case says %s %s, measured %s" % (what, said or "nothing", got or "nothing")


def wrong_locks(relations, foretold, measured):
    for name, mode in foretold["locks"].items():
        if mode != measured["locks"].get(name):
            yield "foretold: %s on %s; measured: %s" % (mode, name, measured["locks"].get(name))
    for name, mode in measured["locks"].items():
        told = name in foretold["locks"] or relations.above.get(name) in foretold["locks"] or any(mentions(f, name) for f in foretold["findings"])
        if relations.kind.get(name) in ("r", "p", "m", "v") and MODES[mode] >= MODES["S"] and not told:
            yield "measured: %s on %s; nothing foretells it" % (mode, name)


def wrong_work(relations, foretold, measured):
    """What is read or written from end to end while writers wait."""
    claimed = {"reads": set(), "writes": set()}
    for finding in foretold["findings"]:
        if finding["rule"] in CLAIMS:
            claimed[CLAIMS[finding["rule"]]].add(table_of(finding["object_identity"]))
    measured = dict(measured, reads=set(measured["reads"]) | set(measured["writes"]))
    for claim, names in claimed.items():
        for name in names:
            if not relations.family(name) & set(measured[claim]):
                yield "foretold: %s %s; the server does not" % (claim, name)
    for name in set(measured["reads"]):
        if MODES[measured["locks"].get(name, "AS")] < MODES["S"] or relations.kind[name] == "m":
            continue
        claim = "writes" if name in measured["writes"] else "reads"
        about = any(mentions(f, name) for f in foretold["findings"] if f["rule"] in CLAIMS)
        if not about and not relations.family(name) & (claimed["reads"] | claimed["writes"]):
            yield "the server %s %s; nothing foretells it" % (claim, name)


def wrong_verdicts(case, foretold, verdict, errors):
    told = {(VERDICTS[f["severity"]], f["rule"]) for f in foretold["findings"]}
    for strong in ("reject", "warn", "log"):
        by_lint, by_case = {rule for strength, rule in told if strength == strong}, set(case.words(strong))
        if by_case - by_lint or (strong != "log" and by_lint - by_case):
            yield "the case says %s %s, lint() %s" % (strong, sorted(by_case), sorted(told))
    rejected = {rule for strength, rule in told if strength == "reject"}
    if bool(rejected) != (verdict == "SA002"):
        yield "lint() says %s, the guard %s: %s" % (sorted(told), verdict, errors.strip()[-600:])
    for strength, rule in told:
        if (strength == "reject" or (strength == "warn" and not rejected)) and rule + ": " not in errors:
            yield "lint() says %s by %s, the guard does not: %s" % (strength, rule, errors.strip()[-600:])


def contradictions(case, state, foretold, measured, verdict, errors):
    relations, blind = Relations(state), case.words("blind")
    problems = list(differ_from_server(case, relations, measured))
    problems += wrong_locks(relations, foretold, measured)
    problems += wrong_work(relations, foretold, measured)
    required = {".".join(f["object_identity"].split(".")[1:]) for f in foretold["findings"] if f["rule"] in REQUIRED}
    if required != set(measured["required"]) and "required" not in blind:
        problems.append("foretold: %s required; the catalogs: %s" % (sorted(required), measured["required"]))
    if "guard" not in blind:
        problems += wrong_verdicts(case, foretold, verdict, errors)
    return problems


def run_script(case, database, script):
    done = psql(database, prepare(case) + "\\set ON_ERROR_STOP on\n" + script + "\n\\echo done\n")
    lines = done.stdout.splitlines()
    if not lines or lines[-1] != "done":
        raise AssertionError(done.stderr.strip()[-1500:])
    return [line[5:] for line in lines if line.startswith("find ")]


END_AS_MODEL = "RESET ALL; SET schema_audit.mode = off; SELECT schema_audit.register_schema('truth', '{truth}');"
END_AGAINST_MODEL = ("RESET ALL; SELECT concat_ws(' ', 'find', rule, object_type, object_name, 'the statement:', expected, 'the HINT:', actual) "
                     "FROM public.audit_schema(min_severity => 'info');")


def replay(case, database, foretold, at_commit):
    """The HINT of a rejection is about what is rejected, and that of the commit belongs before it."""
    strength = "reject" if case.words("reject") else "warn"
    findings = [f for f in foretold["findings"] if VERDICTS[f["severity"]] == strength and f["rule"] in case.words(strength)]
    hints = list(dict.fromkeys(f["fix"] for f in findings if f["fix"]))
    if not hints:
        return ["no HINT at all"]
    hint = "\n".join(hints).replace(AGAIN, case.statement + ";")
    if all(f["rule"] in at_commit for f in findings):
        hint = "BEGIN; %s; %s COMMIT;" % (case.statement, hint)
    for placeholder, value in case.fills().items():
        hint = hint.replace(placeholder, value)
    try:
        if "end" in case.keys:
            run_script(case, database, hint)
            return []
        run_script(case, database, "SET schema_audit.mode = off;\n" + case.statement + ";\n" + END_AS_MODEL)
        return [line + "\n" + hint for line in run_script(case, database, hint + "\n" + END_AGAINST_MODEL)]
    except AssertionError as error:
        return ["the HINT is not accepted: %s\n    %s" % (hint, error)]


def judge(case, database, with_replay, at_commit):
    try:
        state, foretold, measured, verdict, errors = measure(case, database)
        problems = contradictions(case, state, foretold, measured, verdict, errors)
    except AssertionError as error:
        return {"problems": [str(error)], "measured": None, "foretold": None, "replay": None, "verdict": None}
    told = [f for f in foretold["findings"] if (VERDICTS[f["severity"]], f["rule"]) in case.rules() and f["severity"] != "info"]
    return {"problems": problems, "measured": measured, "foretold": foretold, "verdict": frozenset(case.rules()),
            "replay": replay(case, database, foretold, at_commit) if with_replay and told else None}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--replay", action="store_true")
    options = parser.parse_args()
    cases = [case for case in read_cases() if options.only in case.name]
    names = [case.name for case in cases]
    assert len(names) == len(set(names)), "two cases of one name"
    # One database for each worker; what belongs to the cluster is made once.
    databases = ["truth_%d" % i for i in range(options.jobs)]
    psql("postgres", "SET allow_in_place_tablespaces = on; CREATE TABLESPACE truth_space LOCATION '';")
    for database in databases:
        psql("postgres", "CREATE DATABASE %s;" % database, stop=True)
        done = psql(database, "\\i tool.sql\nSELECT schema_audit.enable('enforce');", stop=True)
        if done.returncode:
            raise SystemExit(done.stderr)
    major = int(psql("postgres", "SHOW server_version_num").stdout) // 10000
    known = set(psql(databases[0], "SELECT rule FROM schema_audit.rules()").stdout.split())
    hooked = "explicit-lock-table" in known  # which only the hook can tell
    at_commit = set(psql(databases[0], "SELECT rule FROM schema_audit.rules() WHERE acts_on LIKE '%commit%'").stdout.split())
    free, lock, results = list(databases), threading.Lock(), {}

    def work(case):
        if major < int(case.one("since", "0")) or major > int(case.one("until", "99")):
            return "only %s" % " ".join("%s %s" % (key, case.one(key)) for key in ("since", "until") if key in case.keys)
        unknown = {rule for _, rule in case.rules()} - known
        if unknown:
            return "no rule " + " ".join(sorted(unknown))
        if major <= int(case.one("hook", "0")) and not hooked:
            case.keys["blind"] = ["guard"]
        with lock:
            database = free.pop()
        try:
            return judge(case, database, options.replay, at_commit)
        finally:
            with lock:
                free.append(database)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for case, result in zip(cases, pool.map(work, cases)):
            results[case.name] = result
    count = failed = 0

    def tell(what, problems, skip=""):
        nonlocal count, failed
        count += 1
        failed += bool(problems)
        print("%s %d - %s%s" % ("not ok" if problems else "ok", count, what, " # SKIP " + skip if skip else ""))
        for problem in problems:
            print("# " + problem.replace("\n", "\n# "))

    for case in cases:
        result = results[case.name]
        if isinstance(result, str):
            tell(case.name, [], result)
            continue
        tell(case.name, result["problems"] and result["problems"] + ["statement: " + case.statement])
        if options.verbose and result["measured"]:
            print("#   measured %s\n#   foretold %s" % (json.dumps(result["measured"]), json.dumps(result["foretold"])))
        other = results.get(case.one("unlike"))
        if "unlike" in case.keys and not options.only:
            same = other is None or (not isinstance(other, str) and other["verdict"] == result["verdict"])
            tell("%s: not as %s" % (case.name, case.one("unlike")), ["the same verdict, or no such case"] if same else [])
        if result["replay"] is not None:
            tell("%s: its HINT" % case.name, result["replay"])
    print("1..%d" % count)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
