# Two commands: `make demo` and `make test`. `make help` lists the others.
ifeq ($(origin CC),default)
CC := gcc
endif
BUILD ?= build
PREFIX ?= /usr/local
VERSION := 0.1.0

PACKAGES := libcurl libcjson libbsd libcrypto zlib libzstd
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
HARDENING := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE -fstack-clash-protection
OPTIMISE ?= -O2
CFLAGS ?= -g
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DRATION_VERSION='"$(VERSION)"' -DRATION_LIBEXECDIR='"$(PREFIX)/libexec/ration"' \
	$(OPTIMISE) $(WARNINGS) $(HARDENING) $(CFLAGS) $(EXTRA_CFLAGS) -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack $(LDFLAGS) $(EXTRA_LDFLAGS)
LIBRARIES := -lcurl -lcjson -lcsv -lmicrohttpd -lseccomp -lpcre2-8 -lbsd -lcrypto -lm
# Of units and fuzz targets, which may take any part; the worker has no database and unpacks nothing.
ALL_LIBRARIES := $(LIBRARIES) -lsqlite3 -lz -lzstd

# A fleet needs libpq (Debian: libpq-dev). Without it all else is built, and `ration run --fleet` tells.
LIBPQ := $(shell pkg-config --exists libpq 2>/dev/null && echo -lpq)
LIBPQ_FLAGS := $(if $(LIBPQ),$(shell pkg-config --cflags libpq))

common := $(patsubst %.c,$(BUILD)/%.o,$(wildcard common/*/*.c))
link := $(patsubst %.c,$(BUILD)/%.o,$(wildcard coordinator/link/*.c))
# Libraries that tests preload.
preloads := $(patsubst tests/support/%.c,$(BUILD)/%.so,$(wildcard tests/support/*.c))
fleet := $(patsubst %.c,$(BUILD)/%.o,$(wildcard coordinator/fleet/*.c))
coordinator := $(filter-out $(link) $(fleet),$(patsubst %.c,$(BUILD)/%.o,$(wildcard coordinator/*/*.c)))
worker := $(patsubst %.c,$(BUILD)/%.o,$(wildcard worker/*.c worker/*/*.c))
simapi := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/simapi/*.c))
units := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
units_alone := $(units)
# Of the fleet's commands only what needs no database.
parts := $(filter-out %/main.o,$(coordinator) $(worker)) $(BUILD)/coordinator/fleet/fleet_place.o
simapi_parts := $(filter-out %/main.o,$(simapi))

.PHONY: all programs setup demo test units scenarios lint sanitize valgrind install uninstall clean help
all: programs

programs: $(BUILD)/ration $(BUILD)/ration-worker $(if $(LIBPQ),$(BUILD)/ration-link $(BUILD)/ration-fleet) $(BUILD)/simapi $(preloads)

help:
	@printf '%-17s %s\n' \
	  'make' 'build only' \
	  'make demo' 'install what is missing, build, run the sample through four workers, kill one' \
	  'make test' 'install what is missing, build, run all tests (under 8 minutes on two idle cores)' \
	  'make test-all' 'likewise, with a browser for the dashboard and with Prometheus, which it installs, too' \
	  'make lint' 'clang-format, clang-tidy, cppcheck, shellcheck, layering, structure' \
	  'make sanitize' 'all tests under ASan and UBSan; sanitize-units: the units alone' \
	  'make coverage' 'which lines units and scenarios reach' \
	  'make model' 'check the guard with spin, and that broken variants are caught' \
	  'make crash' 'kill at every instruction and at every crash point; mutations' \
	  'make storm' 'kill workers and coordinator at random while the real batch runs' \
	  'make batch-storm' 'the same of a batch by five parts of 200 MB, with an API that does wrong' \
	  'make fleet-storm' 'machines of a fleet stopped, killed, cut off at random; the database killed' \
	  'make demo-fleet' 'three machines over a PostgreSQL of its own, one killed, one cut off' \
	  'make bench' 'what it takes of a machine, beside other clients; BENCH=SECTION; bench-fleet: a fleet' \
	  'make independent' 'batches against a server that others wrote, installed by npm' \
	  'make fuzz' 'FUZZ_SECONDS=60 for each of the fuzz targets' \
	  'make valgrind' 'a whole run under valgrind' \
	  'make leaks' 'ten thousand worker restarts' \
	  'make install' 'DESTDIR= PREFIX=/usr/local; uninstall takes it away' \
	  'make deb' 'a Debian package of the last commit, in build/deb; make dist: a source archive, in build/dist' \
	  'make portable' 'an archive with all libraries but glibc, for other systems, in build/portable'

# `make V=1` shows the commands, V=0 nothing but what the compiler has to say.
ifeq ($(V),)
say = @printf '  %-5s %s\n' $(1) $@;
else ifeq ($(V),0)
say = @
endif

# ---- building ----
# One include root a program: only common/ sees common/, only a program sees its own folder. Includes say the room; the order
# of the rooms is in scripts/rooms.
$(BUILD)/common/%.o: common/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude -Icommon -c $< -o $@
$(BUILD)/coordinator/%.o: coordinator/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude -Icoordinator -c $< -o $@
$(BUILD)/coordinator/link/%.o: coordinator/link/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude -Icoordinator $(LIBPQ_FLAGS) -c $< -o $@
$(BUILD)/coordinator/fleet/%.o: coordinator/fleet/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude -Icoordinator $(LIBPQ_FLAGS) -c $< -o $@
$(BUILD)/coordinator/fleet/fleet_schema.o: $(wildcard coordinator/fleet/*.sql)
# The pages are embedded by their .c file, each with the parts that its lines `include FILE` name.
pages := $(addprefix $(BUILD)/coordinator/http/,dashboard.html answers.html)
$(BUILD)/coordinator/http/http_page.o: ALL_CFLAGS += -DHTTP_PAGE_FOLDER='"$(BUILD)/coordinator/http/"'
$(BUILD)/coordinator/http/http_page.o: $(pages)
$(pages): $(BUILD)/coordinator/http/%.html: coordinator/http/%.html $(wildcard coordinator/http/dashboard_*) scripts/page
	@mkdir -p $(@D)
	$(call say,PAGE)scripts/page $< >$@.new && mv $@.new $@
$(BUILD)/coordinator/prices/prices_built_in.o: coordinator/prices/prices.json
$(BUILD)/worker/%.o: worker/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude -Iworker -c $< -o $@
$(BUILD)/tests/simapi/%.o: tests/simapi/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Itests/simapi -c $< -o $@

$(BUILD)/libcommon.a: $(common)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^
$(BUILD)/ration: $(coordinator) $(BUILD)/libcommon.a
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcurl -lcjson -lcsv -lmicrohttpd -lsqlite3 -lpcre2-8 -lbsd -lcrypto -lz -lzstd -lm
$(BUILD)/ration-worker: $(worker) $(BUILD)/libcommon.a
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)
$(BUILD)/ration-link: $(link) $(BUILD)/libcommon.a
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBPQ) -lbsd -lm
$(BUILD)/ration-fleet: $(fleet) $(BUILD)/parts.a $(BUILD)/libcommon.a
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(fleet) -Wl,--start-group $(BUILD)/parts.a $(BUILD)/libcommon.a -Wl,--end-group \
	  $(LIBPQ) -lcjson -lcsv -lsqlite3 -lpcre2-8 -lbsd -lcrypto -lz -lzstd -lm
$(BUILD)/simapi: $(simapi)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lmicrohttpd -lcjson -lbsd -lm

$(preloads): $(BUILD)/%.so: tests/support/%.c $(wildcard tests/support/*.h)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 $(WARNINGS) -fPIC -shared -o $@ $< -ldl

# Units may look into every room; those of the simulator into its own.
# All parts stand in one archive, from which each unit takes what it needs.
$(BUILD)/parts.a: $(parts)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^
$(BUILD)/tests/unit/test_simapi_%.o: tests/unit/test_simapi_%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Itests/simapi -c $< -o $@
$(BUILD)/tests/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude -Icommon -Icoordinator -Iworker -c $< -o $@
$(BUILD)/unit/test_simapi_%: $(BUILD)/tests/unit/test_simapi_%.o $(simapi_parts)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -lmicrohttpd -lcjson -lbsd -lm -lcmocka
$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/parts.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $< -Wl,--start-group $(BUILD)/parts.a $(BUILD)/libcommon.a -Wl,--end-group \
	  $(ALL_LIBRARIES) -lcmocka
.SECONDARY:

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

# ---- running ----
setup:
	@scripts/setup

demo: setup
	@$(MAKE) --no-print-directory -s programs
	@BUILD=$(BUILD) scripts/demo

# Without a browser or Prometheus their tests are left out; `test-all` installs both first.
building = @[ -x $(BUILD)/unit/test_log ] || echo 'building, which takes a minute or two the first time'
.PHONY: test-all
test: setup
	$(building)
	@$(MAKE) --no-print-directory -s -j2 V=0 programs $(units)
	@BUILD=$(BUILD) scripts/run-tests

test-all:
	@scripts/setup browser monitor
	@$(MAKE) --no-print-directory test

units: $(units)
	@BUILD=$(BUILD) scripts/run-tests units

scenarios: programs
	@BUILD=$(BUILD) scripts/run-tests scenarios

lint:
	@scripts/setup lint
	@scripts/lint

# The sanitizers hide from gcc how long a text can be, and it warns of what the plain build proves; that build has the warning.
# In a folder of its own; `all-units` and `programs` of it stand beside those of `make test`.
sanitized = $(MAKE) --no-print-directory -s -j2 BUILD=$(BUILD)/sanitize OPTIMISE=-O1 HARDENING=-fPIE \
	  EXTRA_CFLAGS='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DSANITIZED -Wno-format-truncation' \
	  EXTRA_LDFLAGS='-fsanitize=address,undefined'
.PHONY: sanitize-units
sanitize: setup
	@$(sanitized) programs all-units
	@SANITIZED=1 BUILD=$(BUILD)/sanitize scripts/run-tests

sanitize-units: setup
	@$(sanitized) programs all-units
	@SANITIZED=1 BUILD=$(BUILD)/sanitize scripts/run-tests units

# Objects tell where their sources stand, so the folder is not to be moved; no optimisation, or lines would be counted together.
.PHONY: coverage
coverage:
	@scripts/setup coverage
	@$(MAKE) --no-print-directory -s -j2 V=0 BUILD=$(BUILD)/coverage OPTIMISE=-O0 HARDENING=-fPIE \
	  EXTRA_CFLAGS='--coverage -DCOVERAGE' EXTRA_LDFLAGS=--coverage programs $(patsubst $(BUILD)/%,$(BUILD)/coverage/%,$(units_alone))
	@BUILD=$(BUILD)/coverage scripts/coverage

# Ten runs of the suite in all conditions in which people run it.
.PHONY: test-hard
test-hard: setup
	@$(MAKE) --no-print-directory -s -j2 V=0 programs $(units)
	@BUILD=$(BUILD) tests/support/in-all-conditions $(or $(RUNS),10)

.PHONY: all-units model
all-units: $(units)

model:
	@scripts/setup model
	@tests/model/run

# Workers are killed and stopped many times a second, the coordinator every few seconds; the real batch, where it is there.
.PHONY: storm
storm: setup
	@$(MAKE) --no-print-directory -s programs crash-programs
	@BUILD=$(BUILD) tests/storm/run $(STORM)

# Batches against a server that others wrote, which npm installs below the build; skipped where it cannot.
.PHONY: independent
independent: setup
	@$(MAKE) --no-print-directory -s programs
	@[ -x $(BUILD)/aimock/node_modules/.bin/aimock ] || { mkdir -p $(BUILD)/aimock && timeout 120 npm install --prefix $(BUILD)/aimock \
	  --no-audit --no-fund --ignore-scripts --silent @copilotkit/aimock@1 || true; }
	@BUILD=$(BUILD) prove --exec tests/support/run-one tests/independent/batches.t

# Machines of a fleet are stopped, killed and cut off, the database killed, at random, while days and money end: FLEET_STORM has options of
# tests/storm/fleet, whose head tells them.
.PHONY: fleet-storm demo-fleet
fleet-storm: setup
	@$(MAKE) --no-print-directory -s programs
	@BUILD=$(BUILD) TEST_MOST=3600 tests/storm/fleet $(FLEET_STORM)

demo-fleet: setup
	@$(MAKE) --no-print-directory -s programs
	@BUILD=$(BUILD) scripts/demo-fleet

# 42,888 artists by five parts of 200 MB: everybody is killed every few seconds, and the API does what a batch API can do wrong.
.PHONY: batch-storm
batch-storm: setup
	@$(MAKE) --no-print-directory -s programs
	@BUILD=$(BUILD) tests/storm/batches $(STORM)

.PHONY: pictures
pictures: programs
	@scripts/setup browser
	@BUILD=$(BUILD) scripts/pictures
	@BUILD=$(BUILD) scripts/first-hour

install: programs
	install -D -m 755 $(BUILD)/ration $(DESTDIR)$(PREFIX)/bin/ration
	install -D -m 755 $(BUILD)/ration-worker $(DESTDIR)$(PREFIX)/libexec/ration/ration-worker
	$(if $(LIBPQ),install -D -m 755 $(BUILD)/ration-link $(DESTDIR)$(PREFIX)/libexec/ration/ration-link)
	$(if $(LIBPQ),install -D -m 755 $(BUILD)/ration-fleet $(DESTDIR)$(PREFIX)/libexec/ration/ration-fleet)
	install -D -m 644 coordinator/prices/prices.json $(DESTDIR)$(PREFIX)/share/ration/prices.json
	install -D -m 644 docs/ration.1 $(DESTDIR)$(PREFIX)/share/man/man1/ration.1
	install -D -m 644 scripts/completion/ration.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ration
	install -D -m 644 scripts/completion/_ration $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ration
	install -D -m 644 scripts/completion/ration.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ration.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/ration $(DESTDIR)$(PREFIX)/libexec/ration/ration-worker \
	  $(DESTDIR)$(PREFIX)/libexec/ration/ration-link $(DESTDIR)$(PREFIX)/libexec/ration/ration-fleet \
	  $(DESTDIR)$(PREFIX)/share/ration/prices.json \
	  $(DESTDIR)$(PREFIX)/share/man/man1/ration.1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ration \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ration $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ration.fish

clean:
	rm -rf $(BUILD)

# ---- packages ----
# Of the last commit; the same sources and tools give the same bytes.
# `deb-life` installs, runs, upgrades and purges it in a bare root.
.PHONY: dist deb deb-life portable
portable: setup
	@BUILD=$(BUILD) scripts/portable

dist:
	@BUILD=$(BUILD) scripts/dist

deb:
	@scripts/setup package
	@BUILD=$(BUILD) scripts/deb

deb-life: deb programs
	@BUILD=$(BUILD) tests/package/run

# ---- fuzzing ----
# The targets stand in every build, as `replay`, which runs them over the corpus; `make fuzz` adds libFuzzer.
fuzz_parts := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_names := $(filter-out records,$(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))
fuzzers := $(patsubst %,$(BUILD)/fuzz/fuzz_%,$(fuzz_names))
fuzz_link = -Wl,--start-group $(fuzz_parts) $(parts) $(BUILD)/libcommon.a -Wl,--end-group $(ALL_LIBRARIES)
FUZZ_SECONDS ?= 60
units += $(BUILD)/fuzz/replay
all-units units scenarios: $(BUILD)/fuzz/replay

$(BUILD)/tests/fuzz/%.o: tests/fuzz/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude -Icommon -Icoordinator -Iworker -c $< -o $@
$(BUILD)/fuzz/replay: $(BUILD)/tests/fuzz/replay.o $(fuzz_parts) $(parts) $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $< $(fuzz_link)
$(fuzzers): $(BUILD)/fuzz/fuzz_%: tests/fuzz/entry.c $(fuzz_parts) $(parts) $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) -DFUZZ_TARGET=fuzz_$* -fsanitize=fuzzer $(ALL_LDFLAGS) -MF $@.d -o $@ $< $(fuzz_link)

.PHONY: fuzz fuzzers
fuzzers: $(fuzzers)

fuzz:
	@scripts/setup fuzz
	@$(MAKE) --no-print-directory -s -j2 CC=clang BUILD=$(BUILD)/fuzzing OPTIMISE=-O1 HARDENING=-fPIE \
	  EXTRA_CFLAGS='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DSANITIZED' \
	  EXTRA_LDFLAGS='-fsanitize=address,undefined' fuzzers
	@BUILD=$(BUILD)/fuzzing FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(fuzz_names)

-include tests/bench/bench.mk

# ---- leaks ----
.PHONY: leaks
valgrind: programs
	@scripts/setup valgrind
	@$(MAKE) --no-print-directory -s -j2 BUILD=$(BUILD)/valgrind OPTIMISE=-O1 EXTRA_CFLAGS=-DSANITIZED programs
	@BUILD=$(BUILD)/valgrind SIMAPI=$(BUILD)/simapi tests/leaks/valgrind

# The short one is part of `make test`.
leaks: programs
	@RESTARTS=$(or $(RESTARTS),10000) BUILD=$(BUILD) prove -v --exec tests/support/run-one tests/scenario/72-leaks.t

# ---- crashes ----
# `make crash` kills at every instruction and at every crash point, and puts faults into a copy that both must find.
.PHONY: crash crash-programs
single_step := $(patsubst %,$(BUILD)/tests/crash/%.o,single_step scenes stage steps plain_clock)
crash_points := $(patsubst %,$(BUILD)/tests/crash/%.o,crash_points case_list case_run case_audit)
units += crash-programs
scenarios: crash-programs

$(BUILD)/tests/crash/%.o: tests/crash/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude -Icommon -c $< -o $@
$(BUILD)/single_step: $(single_step) $(BUILD)/libcommon.a
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcjson -lcsv -lbsd -lcrypto -lm
$(BUILD)/crash_points: $(crash_points) $(BUILD)/libcommon.a
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcjson -lcsv -lbsd -lcrypto -lm

crash-programs: $(BUILD)/single_step $(BUILD)/crash_points $(BUILD)/simapi
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/crash EXTRA_CFLAGS=-DCRASH_POINTS \
	  $(BUILD)/crash/ration $(BUILD)/crash/ration-worker

crash: setup
	@$(MAKE) --no-print-directory -s -j2 crash-programs
	@BUILD=$(BUILD) tests/crash/run
	@BUILD=$(BUILD) TEST_WHOLE=1 scripts/run-tests tests/scenario/100-batch-crash.t
