#!/bin/bash
# Migrations of test/fixtures/migrations: each statement gets the verdict that is written over it, by lint() and when
# it runs.
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit; }
exec python3 test/truth/migrations.py
