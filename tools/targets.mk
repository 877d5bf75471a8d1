# What `make` offers in the source directory; included by the Makefile there.

MAJOR := $(shell $(PG_CONFIG) --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')
KIND := $(if $(SCHEMA_AUDIT_DEBUG),debug,release)
BUILD_DIR := build/$(KIND)-$(MAJOR)
IN_BUILD_DIR = $(MAKE) -C $(BUILD_DIR) -f $(SOURCE_DIR)/Makefile PG_CONFIG='$(PG_CONFIG)'
TEST = PG_CONFIG='$(PG_CONFIG)' tools/run_tests.sh
export REGRESS_ONLY TAP_ONLY MUTATION_ONLY TRUTH_ONLY ROUND_TRIP_FIRST ROUND_TRIP_SEEDS

.DEFAULT_GOAL := all

all install uninstall: | $(BUILD_DIR)
	+$(IN_BUILD_DIR) $@

$(BUILD_DIR):
	@test -n '$(MAJOR)' || { echo 'no pg_config found: run tools/setup.sh or set PG_CONFIG' >&2; exit 1; }
	mkdir -p $@

clean:
	rm -rf build

# All suites; the last line is "N passed, N failed".
test:
	@tools/setup.sh
	@$(TEST)

test-regress test-isolation test-tap test-unit test-python test-real: test-%:
	@$(TEST) $*

# Changes one thing at a time and prints what is covered; test/mutation/README.md says how.
mutation:
	@$(TEST) mutation

# What the guard foretells of locks, scans, rewrites and end states, held against what the server does.
truth:
	@$(TEST) truth

# Audits against sessions that change what they read: a minute, where make test has seconds of it.
stress:
	@STRESS_SECONDS=$${STRESS_SECONDS:-60} SECONDS_OF_DDL=$${STRESS_SECONDS:-60} CANCEL_TABLES=5000 \
		TAP_ONLY='audit_stress.sh audit_concurrent_ddl.sh audit_cancel.sh' $(TEST) tap

# Databases that are registered as models and audit to nothing; ROUND_TRIP_SEEDS=1 ROUND_TRIP_FIRST=seed repeats one.
round-trip:
	@$(TEST) round-trip

# What came out becomes what is expected: read the difference before you commit it.
accept:
	@test -n '$(REGRESS_ONLY)' || { echo 'make accept REGRESS_ONLY="a b"' >&2; exit 1; }
	@for name in $(REGRESS_ONLY); do \
		if [ -e test/isolation/specs/$$name.spec ]; then \
			cp build/test/isolation/results/$$name.out test/isolation/expected/; \
		else \
			mkdir -p expected && cp build/test/regress/results/$$name.out expected/; \
		fi || exit; \
	done

check-boundary check-format check-tidy check-exports check-docs: check-%:
	@$(TEST) $*

format:
	find src test -name '*.cpp' -o -name '*.hpp' | xargs $$(command -v clang-format-14 || echo clang-format) -i

# A first look: builds, starts a private server, runs test/quickstart.sql.
quickstart:
	@tools/setup.sh --build
	@echo 'Building, about a minute the first time …'
	@$(MAKE) -s -j "$$(nproc)" all
	@PG_CONFIG='$(PG_CONFIG)' tools/quickstart.sh

# A debug build in a private server, to play with.
psql:
	@$(MAKE) -s SCHEMA_AUDIT_DEBUG=1 all
	@PG_CONFIG='$(PG_CONFIG)' tools/private_server.sh exec --build debug -- \
		sh -c 'psql -c "CREATE EXTENSION schema_audit"; exec psql'

# Build and regression tests with the other majors; root, about a minute each the first time.
matrix:
	@tools/matrix.sh $(MATRIX)

# Ratios against bare scans and against no guard; test/bench/run.sh says how. On tmpfs where there is one.
bench:
	@$(MAKE) -s all
	@case '$(BENCH)' in lint*) tools/setup_peers.sh squawk ;; guard*) PG_CONFIG='$(PG_CONFIG)' tools/setup_peers.sh pgaudit ;; \
		'') PG_CONFIG='$(PG_CONFIG)' tools/setup_peers.sh squawk pgaudit ;; esac
	@if [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi; PG_CONFIG='$(PG_CONFIG)' tools/private_server.sh exec --build release \
		--conf 'max_locks_per_transaction = 512' --conf 'shared_buffers = 2GB' --conf 'autovacuum = off' \
		-- test/bench/run.sh $(BENCH)

# audit_schema() beside pg_dump and diff, migra, alembic, check_postgres, pgTAP; fetches them into build/peers.
bench-peers:
	@$(MAKE) -s all
	@PG_CONFIG='$(PG_CONFIG)' tools/setup_peers.sh
	@if [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi; PG_CONFIG='$(PG_CONFIG)' tools/private_server.sh exec --build release \
		--conf 'max_locks_per_transaction = 4096' --conf 'shared_buffers = 1GB' --conf 'autovacuum = off' \
		-- test/bench/peers.sh $(PEER_TABLES)

help:
	@echo 'make [SCHEMA_AUDIT_DEBUG=1] [PG_CONFIG=…]   build into build/<kind>-<major>/'
	@echo 'make install | uninstall | clean'
	@echo 'make quickstart        a demonstration in a private server'
	@echo 'make psql              a private server to play with'
	@echo 'make test              all suites'
	@echo 'make test-regress [REGRESS_ONLY="a b"] | test-isolation | test-tap [TAP_ONLY="x.sh"] | test-unit | test-python | test-real'
	@echo 'make stress [STRESS_SECONDS=60]   audits among sessions that change tables, types, indexes …'
	@echo 'make round-trip [ROUND_TRIP_SEEDS=1000] [ROUND_TRIP_FIRST=seed]'
	@echo 'make mutation [MUTATION_ONLY="tables"]   one change at a time, each must be found: kinds by attributes'
	@echo 'make truth [TRUTH_ONLY="ADD CHECK"]   statements run for real against what the guard says of them; hints are pasted'
	@echo 'make accept REGRESS_ONLY="a b"   the last results become the expected ones'
	@echo 'make check-boundary | check-format | check-tidy | check-exports | check-docs'
	@echo 'make format            clang-format in place'
	@echo 'make matrix [MATRIX="15 17 18"]'
	@echo 'make bench [BENCH="audit 1000" | BENCH="register 1000" | BENCH=guard | BENCH=lint] [BENCH_ROUNDS=11]'
	@echo 'make bench-peers [PEER_TABLES=1000] [BENCH_ROUNDS=3]   beside other tools; needs the network once'

.PHONY: all install uninstall clean test test-regress test-isolation test-tap test-unit test-python test-real mutation truth stress accept \
	round-trip check-boundary check-format check-tidy check-exports check-docs format quickstart psql matrix bench \
	bench-peers help
