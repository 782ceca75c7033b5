# The front door: `make demo` and `make test` do all set-up on a fresh Debian 12, skip what is done, and say
# in a line each what they are doing. Everything is built into build/.

# The one list of packages. cmake/packages.cmake finds what they bring.
PACKAGES := \
  g++ cmake ninja-build make git ca-certificates pkg-config ccache lld tzdata zstd \
  default-jre-headless antlr4 libantlr4-runtime-dev uuid-dev llvm-19-dev \
  libfmt-dev nlohmann-json3-dev catch2 libcli11-dev libsimdjson-dev libzstd-dev zlib1g-dev \
  libre2-dev libhowardhinnant-date-dev libxxhash-dev libssl-dev libcurl4-openssl-dev librocksdb-dev \
  libboost1.81-dev libtomlplusplus-dev curl dpkg-dev file neovim zsh fish mandoc valgrind python3
# For tests/outside. Node from elsewhere brings its npm with it, and Debian's cannot be installed beside that.
ifeq ($(shell command -v npm),)
PACKAGES += nodejs npm
endif

BUILD := build
JOBS  ?= $(shell nproc)
SUDO  := $(if $(filter 0,$(shell id -u)),,sudo)
SAY    = @printf '\n== %s\n'

DEMO        := $(BUILD)/demo
DEMO_USERS  ?= 2000
DEMO_DAYS   ?= 120
DEMO_SEED   ?= 7
SOAK_MINUTES ?= 20
PEERS        ?=

.DEFAULT_GOAL := help
.PHONY: help packages demo test bench peers soak format package clean

help:
	@echo 'make demo     build wend, make up a listening population, run examples/tidal_wave over it'
	@echo 'make test     build everything and run every test'
	@echo 'make bench    build and run the benchmarks and the peers, write tests/bench/RESULTS.md'
	@echo 'make peers    the same conditions in other engines (tests/bench/peers), with PEERS=$(PEERS) as arguments'
	@echo 'make soak     simulated hosts and crash tests with new seeds, for SOAK_MINUTES=$(SOAK_MINUTES)'
	@echo 'make format   put every .wend file of the project into the one style'
	@echo 'make package  Debian packages of it, in $(BUILD)/packaging/out'
	@echo 'make clean    remove build/'
	@echo 'Both demo and test install what a fresh Debian 12 lacks.'

# Asks dpkg, not the network: a second run goes straight on.
packages:
	@if ! command -v dpkg-query >/dev/null; then \
	  echo '== not a Debian machine: these are needed in their Debian 12 versions: $(PACKAGES)'; exit 0; \
	fi; \
	present=$$(dpkg-query -W -f='$${db:Status-Status} $${Package}\n' $(PACKAGES) 2>/dev/null | sed -n 's/^installed //p'); \
	missing=; \
	for package in $(PACKAGES); do \
	  echo "$$present" | grep -qxF "$$package" || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "== installing$$missing"; \
	  $(SUDO) apt-get update -q </dev/null && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing </dev/null; \
	fi

# Configured once; the build itself notices when a CMakeLists.txt has changed.
$(BUILD)/build.ninja: | packages
	$(SAY) 'configuring into $(BUILD)/'
	@cmake --preset release --log-level=WARNING

demo: packages $(BUILD)/build.ninja
	$(SAY) 'building wend and the maker of events'
	@cmake --build $(BUILD) --target wend_main tidal_wave_events -j $(JOBS)
	@mkdir -p $(DEMO)
	$(SAY) 'checking examples/tidal_wave'
	@$(BUILD)/wend check examples/tidal_wave
	$(SAY) 'testing it'
	@$(BUILD)/wend test examples/tidal_wave
	$(SAY) 'making up $(DEMO_USERS) listeners over $(DEMO_DAYS) days: $(DEMO)/events.ndjson'
	@$(BUILD)/tidal_wave_events --users $(DEMO_USERS) --days $(DEMO_DAYS) --seed $(DEMO_SEED) > $(DEMO)/events.ndjson
	$(SAY) 'running it over them: $(DEMO)/decisions.jsonl'
	@$(BUILD)/wend run examples/tidal_wave --events $(DEMO)/events.ndjson --out $(DEMO)/decisions.jsonl
	$(SAY) 'the first decisions'
	@head -n 8 $(DEMO)/decisions.jsonl

test: packages $(BUILD)/build.ninja
	$(SAY) 'building everything'
	@cmake --build $(BUILD) -j $(JOBS)
	$(SAY) 'running every test'
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

bench: packages $(BUILD)/build.ninja
	$(SAY) 'building the benchmarks'
	@cmake -DWEND_BENCH=ON $(BUILD) --log-level=WARNING >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)
	$(SAY) 'running them, and the peers: tests/bench/RESULTS.md'
	@python3 tests/bench/results.py $(BUILD) $(PEERS)

peers: packages $(BUILD)/build.ninja
	$(SAY) 'building our own side'
	@cmake --build $(BUILD) --target cpp_peer wend_peer wend_columns_peer peers_data -j $(JOBS)
	$(SAY) 'fetching and asking the others'
	@python3 tests/bench/peers/run.py --programs $(BUILD)/tests/bench/peers --cache $(BUILD)/peers $(PEERS)

soak: packages $(BUILD)/build.ninja
	$(SAY) 'building the simulator and the crash tests'
	@cmake --build $(BUILD) --target simulation_test store_test engine_test cuts_test host_cuts_test serving_test -j $(JOBS)
	$(SAY) 'running them for $(SOAK_MINUTES) minutes'
	@tests/simulation/soak.sh $(BUILD) $(SOAK_MINUTES)

format: packages $(BUILD)/build.ninja
	@cmake --build $(BUILD) --target wend_main -j $(JOBS)
	$(SAY) 'formatting every .wend file'
	@$(BUILD)/wend fmt examples tests/stories

package: packages $(BUILD)/build.ninja
	$(SAY) 'building what the packages hold'
	@cmake --build $(BUILD) --target packaged -j $(JOBS)
	$(SAY) 'packing it'
	@cd $(BUILD) && cpack -G DEB
	@ls $(BUILD)/packaging/out/*.deb

clean:
	@rm -rf $(BUILD)
