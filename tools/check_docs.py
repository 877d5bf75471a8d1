"""Runs the marked blocks of documents; called by check_docs.sh, in the environment of a private server."""
import glob
import os
import re
import subprocess
import sys
import tempfile

# Marks of the form <!-- python run --> are for tools/test_python.sh, which has the packages that their blocks need.
FOR_PYTHON = os.environ.get("CHECK_DOCS_FOR") == "python"
MARK = re.compile(rf"<!-- {'python ' if FOR_PYTHON else ''}(run|output|as)(?:: ?| )?(.*?) ?-->$")
PYTHON_MODULES = {"database", "django", "sqlalchemy"}
count = 0
failed = 0


def ok(holds, what, explanation=""):
    global count, failed
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    if not holds:
        failed += 1
        for line in explanation.rstrip().splitlines():
            print(f"# {line}")


RULES = r"""
SELECT E'| rule | severity | who | finds |\n|---|---|---|---|' UNION ALL
(SELECT format('| [%s](%s.md) | %s | %s | %s |', rule, rule, default_severity,
               CASE WHEN acts_on = 'audit' THEN 'audit' ELSE 'guard: ' || default_action END, description)
 FROM schema_audit.rules() ORDER BY acts_on <> 'audit', rule COLLATE "C")
"""


class Block:
    def __init__(self, marks, language, first_line):
        self.marks, self.language, self.first_line = marks, language, first_line
        self.lines = []
        self.printed = None


def read_blocks(lines):
    blocks, marks, block = [], {}, None
    for number, line in enumerate(lines):
        if block is not None:
            if line.rstrip() == block.fence:
                blocks.append(block)
                block = None
            else:
                block.lines.append(line)
        elif line.startswith("```"):
            block = Block(marks, line.strip("`\n "), number + 1)
            block.fence = "```"
            marks = {}
        elif mark := MARK.match(line.rstrip()):
            marks[mark[1]] = mark[2]
        elif line.strip():
            marks = {}
    return blocks


class Session:
    """One psql, fed block by block; what it prints is cut at a line that nobody else prints."""

    def __init__(self, directory):
        self.process = subprocess.Popen(
            ["psql", "--no-psqlrc", "--quiet", "--set", "VERBOSITY=default"], cwd=directory, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.number = 0

    def run(self, text):
        self.number += 1
        end = f"--end-of-block-{self.number}--"
        self.process.stdin.write(f"\\set LAST_ERROR_SQLSTATE 00000\n{text}\n\\echo {end} :LAST_ERROR_SQLSTATE\n")
        self.process.stdin.flush()
        printed = []
        for line in self.process.stdout:
            if line.startswith(end):
                return printed, line.split()[-1]
            printed.append(line)
        return printed, "psql has ended"


def run(block, session, directory):
    text = "".join(block.lines)
    if block.language == "sql":
        expected = block.marks["run"] or "00000"
        printed, actual = session.run(text)
    elif block.language == "sh":
        expected = block.marks["run"] or "exit 0"
        done = subprocess.run(["bash", "-c", text], cwd=directory, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        printed, actual = done.stdout.splitlines(True), f"exit {done.returncode}"
    else:
        expected, printed, actual = "sql or sh", [], block.language
    return [line.rstrip() for line in printed], expected, actual


def trimmed(lines):
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def same(shown, printed):
    def fits(pattern, line):
        return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("…")), line) is not None
    return len(shown) == len(printed) and all(map(fits, shown, printed))


def check_document(path, write):
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    database = "docs_" + re.sub(r"\W", "_", path.lower())
    subprocess.run(["createdb", database], check=True)
    os.environ["PGDATABASE"] = database
    replaced = []
    with tempfile.TemporaryDirectory() as directory:
        session = Session(directory)
        last = []
        for block in read_blocks(lines):
            place = f"{path}:{block.first_line}"
            if "as" in block.marks:
                with open(os.path.join(directory, block.marks["as"]), "w", encoding="utf-8") as file:
                    file.writelines(block.lines)
            if "run" in block.marks:
                last, expected, actual = run(block, session, directory)
                ok(actual == expected, f"{place} {block.language}",
                   f"expected {expected}, got {actual}:\n" + "\n".join(last[:30]))
            elif "output" in block.marks:
                shown, printed = trimmed(block.lines), trimmed(last)
                if write and not same(shown, printed):
                    replaced.append((block, printed))
                else:
                    ok(same(shown, printed), f"{place} output", "what came out (tools/check_docs.sh --write takes it over):\n" + "\n".join(printed))
        session.process.stdin.close()
        session.process.wait()
    for block, printed in reversed(replaced):
        lines[block.first_line:block.first_line + len(block.lines)] = [line + "\n" for line in printed]
    if replaced:
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)
    return "".join(lines)


def query(sql):
    done = subprocess.run(["psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql], check=True, text=True,
                          stdout=subprocess.PIPE)
    return done.stdout.split()


def check_names(documents):
    os.environ["PGDATABASE"] = "postgres"
    query("CREATE EXTENSION schema_audit")
    member = "SELECT objid FROM pg_depend WHERE deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'schema_audit')"
    functions = query(f"SELECT proname FROM pg_proc WHERE oid IN ({member}) AND proname !~ '^debug_' ORDER BY 1")
    tables = query(f"SELECT relname FROM pg_class WHERE oid IN ({member}) AND relkind IN ('r', 'v') ORDER BY 1")
    settings = [name.split(".")[1] for name in query(
        "LOAD 'schema_audit'; SELECT name FROM pg_settings WHERE name LIKE 'schema\\_audit.%' ORDER BY 1")]
    others = query(f"""SELECT relname FROM pg_class WHERE oid IN ({member}) UNION SELECT typname FROM pg_type WHERE oid IN ({member})
                       UNION SELECT proname FROM pg_proc WHERE oid IN ({member})""")
    readme = documents["README.md"]
    signatures = query(f"""SELECT replace(format('%s(%s)', proname, regexp_replace(pg_get_function_identity_arguments(oid), '(, )?OUT [^,]*', '', 'g')), ' ', '_') FROM pg_proc
        WHERE oid IN ({member}) AND proname !~ '^debug_' AND prorettype <> ALL ('{{trigger,event_trigger}}'::regtype[])
        AND coalesce(obj_description(oid, 'pg_proc'), 'internal') !~ '^internal' ORDER BY 1""")
    missing = [signature for signature in signatures if signature + "`" not in readme.replace(" ", "_")]
    ok(not missing, "README.md has the arguments of every function", "missing: " + ", ".join(missing))
    for kind, names in (("function", functions), ("table", tables), ("setting", settings)):
        missing = [name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", readme)]
        ok(not missing, f"README.md names every {kind}", "missing: " + ", ".join(missing))
    known = set(functions + tables + settings + others)
    files = {"control", "so", "sql", "md"}
    for path, text in documents.items():
        unknown = sorted({name for name in re.findall(r"\bschema_audit\.([a-z_0-9]+)", text) if name not in known | files | PYTHON_MODULES})
        ok(not unknown, f"{path} names nothing that does not exist", "unknown: " + ", ".join(unknown))


INDEX = "docs/rules/README.md"


def check_rules_table(write):
    """The index of the rules is the one that rules() gives."""
    printed = subprocess.run(["psql", "--no-psqlrc", "-qAt", "-c", RULES], check=True, text=True, stdout=subprocess.PIPE).stdout
    with open(INDEX, encoding="utf-8") as file:
        text = file.read()
    begin, end = "<!-- rules -->\n", "<!-- end of rules -->"
    before, table, after = text.partition(begin)[0], text.partition(begin)[2].partition(end)[0], text.partition(end)[2]
    if write and table != printed:
        with open(INDEX, "w", encoding="utf-8") as file:
            file.write(before + begin + printed + end + after)
    else:
        ok(table == printed, f"{INDEX} has the rules of rules()", "tools/check_docs.sh --write brings them in")


# Where a rule has to be named: one of the guard in both.
IN_UNIT = ("test/unit/**/*.cpp",)
IN_A_SERVER = ("expected/*.out", "test/isolation/expected/*.out", "test/t/*.sh", "test/mutation/*.sql")


def words_of(patterns):
    found = set()
    for pattern in patterns:
        for path in glob.glob(pattern, recursive=True):
            with open(path, encoding="utf-8", errors="replace") as file:
                found.update(re.findall(r"[a-z0-9-]+", file.read()))
    return found


def check_rule_pages():
    """Every rule has its page and is tested by name, and every page has its rule."""
    rules = query("SELECT rule FROM schema_audit.rules()")
    of_guard = set(query("SELECT rule FROM schema_audit.rules() WHERE acts_on NOT IN ('audit', 'lint')"))
    in_unit, in_a_server = words_of(IN_UNIT), words_of(IN_A_SERVER)
    for rule in rules:
        path = f"docs/rules/{rule}.md"
        first_line = open(path, encoding="utf-8").readline().rstrip() if os.path.exists(path) else None
        ok(first_line == f"# {rule}", f"{rule} has its page", f'{path} has to begin with "# {rule}"')
        ok(rule in in_a_server, f"{rule} is tested in a server", "nothing names it in " + ", ".join(IN_A_SERVER))
        if rule in of_guard:
            ok(rule in in_unit, f"{rule} is tested without a server", "nothing names it in " + ", ".join(IN_UNIT))
    pages = {os.path.basename(path)[:-3] for path in glob.glob("docs/rules/*.md")} - {"README"}
    unknown = sorted(pages - set(rules))
    ok(not unknown, "every page of docs/rules is about a rule", "no rule: " + ", ".join(unknown))


def check_links(documents):
    for path, text in documents.items():
        targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
        missing = sorted({target for target in targets if not os.path.exists(os.path.join(os.path.dirname(path), target))})
        ok(not missing, f"the links of {path} lead somewhere", "missing: " + ", ".join(missing))


def main():
    arguments = sys.argv[1:]
    write = "--write" in arguments
    paths = [argument for argument in arguments if argument != "--write"]
    documents = {path: check_document(path, write) for path in paths}
    if not FOR_PYTHON:
        check_names(documents)
        check_rules_table(write)
        check_rule_pages()
        check_links(documents)
    print(f"1..{count}")
    sys.exit(failed > 0)


main()
