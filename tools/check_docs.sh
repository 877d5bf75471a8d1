#!/bin/bash
# Does README.md and docs/*.md say what is true? TAP.
#
#   tools/check_docs.sh [BUILD-DIR]    default: $SCHEMA_AUDIT_BUILD, else release
#   tools/check_docs.sh --write        puts what came out in place of the outputs that the documents show
#
# In a private server, in the order of each document and in a database of its own:
#   <!-- run -->           above ```sql or ```sh: it must succeed
#   <!-- run: 23502 -->    above ```sql: it must fail, its last error with this SQLSTATE
#   <!-- run: exit 3 -->   above ```sh: it must end with this status
#   <!-- output -->        above ```text: what the block before it printed; "…" in a line stands for anything
#   <!-- as NAME -->       above any block: it is written to the file NAME first
# ```sql blocks of a document share one psql session, ```sh blocks a directory with it.
# And: README.md names every function with its arguments, every table, setting and rule; every schema_audit.NAME
# that a document names exists; every link to a file of the project leads somewhere.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
write=
if [ "${1:-}" = --write ]; then
    write=--write
    shift
fi
exec tools/private_server.sh exec --build "${1:-${SCHEMA_AUDIT_BUILD:-release}}" -- \
    python3 tools/check_docs.py $write README.md docs/*.md
