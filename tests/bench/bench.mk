# `make bench`: measured beside others. BENCH=throughput,inflight,… names the sections, BENCH_ROUNDS=5 the rounds of each;
# `make bench-document` puts what was found into docs/PERFORMANCE.md.
.PHONY: bench bench-programs bench-document
bench_programs := $(patsubst %,$(BUILD)/bench/%,delay_server minimal honest measure admission csv_rows)
comma := ,
# The smoke run in `make test` needs them.
units += $(bench_programs)
all-units units scenarios: $(bench_programs)

$(bench_programs): $(BUILD)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Iinclude $(ALL_LDFLAGS) -MF $@.d -o $@ $< $(bench_link)
$(BUILD)/bench/minimal: bench_link = -lcurl
$(BUILD)/bench/honest: bench_link = -lcurl -lcjson -lcsv
$(BUILD)/bench/csv_rows: bench_link = -lcsv
$(BUILD)/bench/admission: bench_link = $(BUILD)/libcommon.a -lcsv -lcjson -lbsd -lcrypto -lm
$(BUILD)/bench/admission: $(BUILD)/libcommon.a

bench-programs: programs $(bench_programs)

bench: setup
	@scripts/setup bench
	@$(MAKE) --no-print-directory -s -j2 bench-programs
	@BUILD=$(BUILD) tests/bench/run $(subst $(comma), ,$(BENCH))

# The database of a fleet, which needs nothing of the above. MACHINES='10 50'. And what real machines use of a limit: LIMIT='--tokens-per-minute 600000'.
.PHONY: bench-fleet bench-fleet-machines
bench-fleet: setup
	@BUILD=$(BUILD) tests/bench/fleet-database $(MACHINES)
bench-fleet-machines: setup
	@$(MAKE) --no-print-directory -s -j2 bench-programs
	@BUILD=$(BUILD) tests/bench/fleet-machines $(LIMIT)

bench-document:
	@BUILD=$(BUILD) tests/bench/document
