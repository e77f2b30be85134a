# neap - schema migrations in Lua. One readable Makefile.
#
#   make            build build/neap
#   make demo       install what is missing, build, run the example project up, down and up
#   make test       install what testing needs, run every spec on SQLite and PostgreSQL
#   make test-real  DATA=dir: run the real schemas in dir through neap
#   make lint       formatters and static checks
#   make check      lint, test, and the tests again under ASan/UBSan
#   make bench      measure against peers and limits (bench/README.md)
#   make soak       long fuzz and kill runs
#   make install    PREFIX=/usr/local DESTDIR=
#   make help       this text
#
# Variables: CC=gcc|clang, BUILD=build, SANITIZE=, V=1 shows the commands.

CC = gcc
BUILD = build
SANITIZE =
PREFIX = /usr/local
DESTDIR =
OPTIMIZE = -O2
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Werror
HARDENING = -fstack-protector-strong -fPIE
LUA_CFLAGS = $(shell pkg-config --cflags lua5.4)
CPPFLAGS = -Irunner -D_GNU_SOURCE $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2) -isystem $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)
CFLAGS = -std=c17 $(OPTIMIZE) -g $(WARNINGS) $(HARDENING) $(SANITIZE)
LDFLAGS = -pie -Wl,-z,relro,-z,lazy,--unresolved-symbols=ignore-all -Wl,-E $(SANITIZE)
# Static where Debian has the archive: the process starts faster. libpq is loaded at run time.
LDLIBS = -l:liblua5.4.a -l:libsqlite3.a -l:libjansson.a -l:libmd.a -lm -ldl -lpthread

SOURCES := $(sort $(filter-out runner/embed.c,$(wildcard runner/*.c runner/*/*.c)))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/embedded.o $(BUILD)/version.o
EMBEDDED := $(sort $(shell find lua helpers -name '*.lua'))
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

.PHONY: all help clean FORCE
FORCE:
