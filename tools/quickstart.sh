#!/bin/bash
# Shows what schema_audit does, in a private server that is gone afterwards.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# psql reads the file itself, so a server's user who may not see this checkout is no obstacle.
exec tools/private_server.sh exec --build "${SCHEMA_AUDIT_BUILD:-release}" -- \
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file test/quickstart.sql
