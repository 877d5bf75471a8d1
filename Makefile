# schema_audit: PGXS build and tests.
#
#   make                       release build in build/release-<major>/
#   make SCHEMA_AUDIT_DEBUG=1  debug build in build/debug-<major>/
#   make install               installs the release build into the server of PG_CONFIG
#   make test                  every suite; the last line is "N passed, N failed"
#   make help                  the other targets
#
# PG_CONFIG chooses the server. Objects never lie beside the sources: a build for
# another major or with other flags would take them for its own.

PG_CONFIG ?= pg_config
SOURCE_DIR := $(abspath $(dir $(firstword $(MAKEFILE_LIST))))

ifeq ($(CURDIR),$(SOURCE_DIR))

include tools/targets.mk

else # in a build directory: make -C DIR -f /path/to/Makefile

include $(SOURCE_DIR)/sources.mk

EXTENSION := schema_audit
MODULE_big := schema_audit
VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(SOURCE_DIR)/$(EXTENSION).control)
PGFILEDESC = "schema_audit - schema drift audit and DDL guard"

OBJS := $(patsubst %.cpp,%.o,$(sort $(CORE_SOURCES) $(SERVER_SOURCES)))

SQL_PARTS := $(sort $(wildcard $(SOURCE_DIR)/src/sql/[0-9]*.sql))
EXPORTS := $(SOURCE_DIR)/exports.txt
ifdef SCHEMA_AUDIT_DEBUG
SQL_PARTS += $(sort $(wildcard $(SOURCE_DIR)/src/sql/debug/*.sql))
EXPORTS += $(SOURCE_DIR)/exports_debug.txt
endif

INSTALL_SCRIPT_SQL := $(EXTENSION)--$(VERSION).sql
DATA_built := $(INSTALL_SCRIPT_SQL)
DATA := $(patsubst $(SOURCE_DIR)/%,%,$(wildcard $(SOURCE_DIR)/src/sql/updates/*.sql))

SHLIB_EXPORTS := exports_all.txt
# PGXS links with the C compiler; without this, loading works only by the luck
# that ICU pulls libstdc++ in.
SHLIB_LINK += -lstdc++

# -isystem: the server's headers are not ours to warn about.
PG_CPPFLAGS = -I$(SOURCE_DIR)/src $(if $(SCHEMA_AUDIT_DEBUG),-DSCHEMA_AUDIT_DEBUG) \
	-isystem $(shell $(PG_CONFIG) --includedir-server)
PG_CXXFLAGS = -std=c++20 -Wall -Wextra -Werror -Wno-register

EXTRA_CLEAN = $(SHLIB_EXPORTS) $(SHLIB_EXPORTS:.txt=.list) $(OBJS:.o=.d) .build_flags

# JIT bitcode would be compiled without PG_CXXFLAGS and serves an auditor nothing.
# Only an override before the include has an effect.
override with_llvm = no

# PGXS would find it by itself, but not that of a server that was built where its own sources lie: configure takes each
# line that begins with VPATH out of Makefile.global then.
VPATH := $(SOURCE_DIR)

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# PGXS tracks headers only if the server was configured so; a stale object that
# has another idea of a class crashes the server.
$(OBJS): %.o: $(SOURCE_DIR)/%.cpp .build_flags
	@mkdir -p $(@D)
	$(COMPILE.cc) -MMD -MP -o $@ $<
-include $(OBJS:.o=.d)

# Written anew only when they change: then everything that depends on them is.
.build_flags: FORCE
	@echo '$(COMPILE.cc) $(OBJS)' | cmp -s - $@ || echo '$(COMPILE.cc) $(OBJS)' > $@
$(shlib): .build_flags
FORCE:
.PHONY: FORCE

$(SHLIB_EXPORTS): $(EXPORTS)
	cat $^ > $@

$(INSTALL_SCRIPT_SQL): $(SQL_PARTS) $(wildcard $(SOURCE_DIR)/src/sql $(SOURCE_DIR)/src/sql/debug)
	printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit' > $@.tmp
	cat /dev/null $(SQL_PARTS) >> $@.tmp
	mv $@.tmp $@

endif
