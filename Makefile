# neap - schema migrations in Lua. One readable Makefile.
#
#   make            build build/neap
#   make demo       install what is missing, build, run the example project up, down and up
#   make test       install what testing needs, run every spec on SQLite and PostgreSQL
#   make test-long  the specs of the model in full: every single change, many random schemas and pairs, policies
#   make test-real  DATA=dir: run the real schemas in dir through neap
#   make lint       formatters and static checks; make format: the formatters, writing
#   make check      lint, test, the tests again under ASan/UBSan, and a build with clang
#   make bench      measure against peers and limits (bench/README.md)
#   make soak       the slow ones: every spec under valgrind, the sanitized specs again and again
#   make documents  write docs/neap.1, docs/op.md and library/neap.lua anew from the sources
#   make install    PREFIX=/usr/local DESTDIR=; make uninstall
#   make clean      remove what was built
#   make help       this text
#
# Variables: CC=gcc|clang, BUILD=build, SANITIZE=, SPECS=spec (what make test runs),
#   JOBS=2 (in how many processes), V=1 shows the commands.

CC = gcc
BUILD = build
SANITIZE =
PREFIX = /usr/local
DESTDIR =
SPECS = spec
OPTIMIZE = -O2
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Werror
HARDENING = -fstack-protector-strong -fPIE
# Before the packages are installed neither tool is there, and nothing is compiled.
LUA_CFLAGS := $(shell pkg-config --cflags lua5.4 2>/dev/null)
PQ_CFLAGS := -isystem $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)
INCLUDES = -Irunner -D_GNU_SOURCE $(PQ_CFLAGS)
CPPFLAGS = $(INCLUDES) $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
CFLAGS = -std=c17 $(OPTIMIZE) -g $(WARNINGS) $(HARDENING) $(SANITIZE)
LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,-E $(SANITIZE)
# Static where Debian has the archive: the process starts faster. libpq is loaded at run time.
LDLIBS = -l:liblua5.4.a -l:libsqlite3.a -l:libjansson.a -l:libmd.a -lm -ldl -lpthread

SOURCES := $(sort $(filter-out runner/embed.c,$(wildcard runner/*.c runner/*/*.c)))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/embedded.o $(BUILD)/version.o
# The example project has helpers of its own beside ours.
OUR_HELPERS = permissions procedures partitions
EMBEDDED := $(sort $(shell find lua -name "*.lua") $(wildcard $(OUR_HELPERS:%=helpers/%.lua)))
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
ifeq ($(V),1)
SAY = @:
Q =
else
SAY = @printf '  %-6s %s\n'
Q = @
endif

all: $(BUILD)/neap

$(BUILD)/neap: $(OBJECTS)
	$(SAY) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJECTS) $(LDLIBS)

$(BUILD)/%.o: %.c
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(LUA_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/embed: runner/embed.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -O1 $(WARNINGS) -o $@ $<

# lua/X.lua is module neap.X, helpers/X.lua is module X.
$(BUILD)/embedded.c: $(BUILD)/embed $(EMBEDDED) Makefile
	$(SAY) EMBED $@
	$(Q)$(BUILD)/embed $(EMBEDDED) > $@.new && mv $@.new $@

$(BUILD)/embedded.o: $(BUILD)/embedded.c
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# Rewritten only when the version is another one.
$(BUILD)/version.c: FORCE
	@mkdir -p $(@D)
	@printf 'const char *neap_version(void);\nconst char *neap_version(void)\n{\n    return "%s";\n}\n' '$(VERSION)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/version.o: $(BUILD)/version.c
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

-include $(SOURCES:%.c=$(BUILD)/%.d)

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

clean:
	rm -rf $(BUILD)

# What follows installs first and then calls make again, which sees the new packages.
JOBS_OF_MAKE = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
AGAIN = $(MAKE) --no-print-directory
INSTALL_PACKAGES = @spec/support/install.sh
RUN_SPECS = spec/support/cluster.sh env NEAP_BIN=$(BUILD)/neap NEAP_BUILD=$(BUILD) \
	$(BUILD)/neap lua spec/run.lua
# Programs that specs use: what stands in the way, and what fails on purpose.
SPEC_TOOLS = $(BUILD)/spec/proxy $(BUILD)/spec/terminal $(BUILD)/spec/out_of_memory.so
spec-tools: $(SPEC_TOOLS)
$(BUILD)/spec/%: spec/support/%.c
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -o $@ $<
$(BUILD)/spec/%.so: spec/support/%.c
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -fPIC -shared -o $@ $<

demo:
	$(INSTALL_PACKAGES) build
	$(Q)$(AGAIN) $(JOBS_OF_MAKE) all
	$(Q)rm -f $(BUILD)/demo.db
	@for command in history 'upgrade head' status 'downgrade base' status 'upgrade head' current; do \
		printf '\n$$ neap %s\n' "$$command"; \
		$(BUILD)/neap -u sqlite:$(BUILD)/demo.db $$command || [ $$? = 3 ] || exit 1; \
	done
	@printf '\nThe database is $(BUILD)/demo.db, the revisions are in migrations/. Next: README.md.\n'

test:
	$(INSTALL_PACKAGES) build test
	$(Q)$(AGAIN) $(JOBS_OF_MAKE) all spec-tools
	$(Q)$(RUN_SPECS) $(SPECS)

test-long:
	$(Q)NEAP_CHANGES=all NEAP_SCHEMAS=300 NEAP_PAIRS=200 NEAP_POLICIES=50 $(AGAIN) test \
		SPECS='spec/lua/compare spec/lua/finish/policy_random_spec.lua spec/lua/commands/permissions_random_spec.lua'

test-real:
	@test -d '$(DATA)' || { echo 'make test-real DATA=dir, with pagila/ and chinook/ in it' >&2; exit 2; }
	$(INSTALL_PACKAGES) build test
	$(Q)$(AGAIN) $(JOBS_OF_MAKE) all
	$(Q)NEAP_TEST_DATA='$(abspath $(DATA))' $(RUN_SPECS) spec/real_data_spec.lua

SANITIZED = BUILD=build/sanitized OPTIMIZE=-O1 \
	SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
test-sanitized:
	$(Q)$(AGAIN) $(SANITIZED) test

build-clang:
	$(INSTALL_PACKAGES) build check
	$(Q)$(AGAIN) $(JOBS_OF_MAKE) CC=clang BUILD=build/clang all

# Each neap that the specs start runs under valgrind; any finding is a failure.
test-valgrind:
	$(INSTALL_PACKAGES) build test check
	$(Q)$(AGAIN) $(JOBS_OF_MAKE) all
	$(Q)NEAP_BIN=spec/support/valgrind.sh NEAP_VALGRIND=$(BUILD)/neap \
		spec/support/cluster.sh $(BUILD)/neap lua spec/run.lua $(SPECS)

C_FILES = $(sort $(wildcard runner/*.[ch] runner/*/*.[ch] bench/*.[ch] spec/support/*.[ch]))
C_SOURCES = $(filter %.c,$(C_FILES))
LUA_FILES = $(wildcard lua helpers spec migrations bench neap.lua)
SHELL_FILES = $(wildcard .ci/run spec/support/*.sh bench/*.sh bench/run)
STYLUA = node_modules/.bin/stylua

lint:
	$(INSTALL_PACKAGES) build lint
	$(SAY) LINT 'clang-format, stylua, luacheck, shellcheck'
	$(Q)clang-format --dry-run -Werror $(C_FILES)
	$(Q)$(STYLUA) --check $(LUA_FILES)
	$(Q)luacheck -q $(LUA_FILES)
	$(Q)for file in $(SHELL_FILES); do head -n 1 $$file | grep -q 'sh$$' || continue; shellcheck $$file || exit 1; done
	$(SAY) LINT cppcheck
	$(Q)cppcheck --quiet --error-exitcode=1 --inline-suppr --suppress=internalAstError --std=c11 -j 2 -Irunner \
		--enable=warning,performance,portability $(C_SOURCES)
	$(SAY) LINT clang-tidy
	$(Q)echo $(filter-out spec/%,$(C_SOURCES)) | xargs -P 2 -n 1 sh -c 'clang-tidy --quiet "$$@" -- -std=c17 $(INCLUDES) $(LUA_CFLAGS) 2>&1 \
		| { ! grep -v "warnings generated"; }' tidy

# What is made from the sources: the man page, the reference of op, the annotations.
documents: all
	$(Q)$(BUILD)/neap man > docs/neap.1
	$(Q)$(BUILD)/neap reference > docs/op.md
	$(Q)$(BUILD)/neap reference annotations > library/neap.lua

format:
	clang-format -i $(C_FILES)
	$(STYLUA) $(LUA_FILES)

check:
	$(Q)$(AGAIN) lint
	$(Q)$(AGAIN) test
	$(Q)$(AGAIN) test-sanitized
	$(Q)$(AGAIN) build-clang

bench:
	$(INSTALL_PACKAGES) build test
	$(Q)$(AGAIN) $(JOBS_OF_MAKE) all
	$(Q)spec/support/cluster.sh bench/run

soak: test-valgrind
	$(Q)for round in 1 2 3 4 5; do $(AGAIN) test-sanitized || exit 1; done

install: all
	install -D -m 755 $(BUILD)/neap $(DESTDIR)$(PREFIX)/bin/neap
	$(if $(wildcard docs/neap.1),install -D -m 644 docs/neap.1 $(DESTDIR)$(PREFIX)/share/man/man1/neap.1)
	install -D -m 644 library/neap.lua $(DESTDIR)$(PREFIX)/share/neap/library/neap.lua

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/neap $(DESTDIR)$(PREFIX)/share/man/man1/neap.1
	rm -rf $(DESTDIR)$(PREFIX)/share/neap

.PHONY: all documents help clean spec-tools demo test test-long test-real test-sanitized test-valgrind build-clang lint format check bench soak install \
	uninstall FORCE
FORCE:
