# The commands of daily work. Each one does what it needs first, and only what is missing.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
N ?= 20000
SEED ?=
SECONDS ?= 20
BUILD := build/release

# Both only make it quicker; neither is needed.
CMAKE_EXTRA :=
ifneq ($(shell command -v ccache),)
CMAKE_EXTRA += -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
export CCACHE_SLOPPINESS := pch_defines,time_macros,include_file_mtime,include_file_ctime
endif
ifneq ($(shell command -v mold),)
CMAKE_EXTRA += -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold
endif

.PHONY: help setup build demo test lint format golden fuzz-diff fuzz bench asan install clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## install what is missing: apt packages, the pinned npm packages
	@tools/setup.sh

build: setup  ## compile the release build into build/release
	@tools/build.sh release $(JOBS) $(CMAKE_EXTRA)

demo: build  ## make demo shards, query them, show the fan-out
	@$(BUILD)/bin/shardite demo

test: build  ## run every test, against real servers
	@ctest --test-dir $(BUILD) --parallel $(JOBS) --output-on-failure --no-tests=error

lint:  ## clang-format, clang-tidy, and the check that includes follow the layers
	@tools/setup.sh lint
	@tools/lint.sh $(JOBS)

format:  ## write clang-format's layout into the sources
	@tools/setup.sh lint
	@tools/lint.sh format

golden: build  ## rewrite what test/plan expects; read the diff before you commit it
	@$(BUILD)/bin/plan_tests --write

fuzz-diff: build  ## N=20000 random queries against plain DuckDB; SEED= repeats a run
	@$(BUILD)/bin/differential_tests --count $(N) --seed $(or $(SEED),new)

fuzz:  ## SECONDS=20 of libFuzzer for each parser of what is not trusted (clang, sanitizers)
	@tools/setup.sh fuzz
	@tools/fuzz.sh $(JOBS) $(SECONDS)

bench: build  ## measure, as ratios within one run
	@bench/run $(BUILD)

asan: setup  ## every test under the address and undefined behaviour sanitizers
	@tools/build.sh asan $(JOBS) $(CMAKE_EXTRA)
	@ctest --test-dir build/asan --parallel $(JOBS) --output-on-failure --no-tests=error

install: build  ## install bin/ and lib/ under PREFIX; the tree still runs when it is moved
	@cmake --install $(BUILD) --prefix "$(PREFIX)"

clean:  ## remove what was built
	@rm -rf build
