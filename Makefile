# The verbs of Concord. `make help` lists them; README.md says more.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# llama.cpp's threads soon sleep where they meet (Sources/Concord/Program.swift); tests and benchmarks too.
export GOMP_SPINCOUNT ?= 1000
export CONCORD_CACHE ?= $(HOME)/.cache/concord
LLAMA := $(CONCORD_CACHE)/llama.cpp-0.3.36
MODEL := $(CONCORD_CACHE)/models/SmolLM2-135M-Instruct-BF16.gguf
BINARY := .build/release/concord
SCIENCE_RECORD := $(CURDIR)/.build/science.json
DUMP_RECORD := $(CURDIR)/.build/dumps

# A llama.cpp that pkg-config knows already is used instead of the one in the cache.
export PKG_CONFIG_PATH := $(PKG_CONFIG_PATH):$(LLAMA)/lib/pkgconfig
# Colour would be another flag to the compiler, and so another build: one for terminals, one for pipes.
SWIFT_FLAGS = -c release --quiet --no-color-diagnostics -Xlinker -rpath -Xlinker $(LLAMA)/lib
# One that the person names in the environment wins over the default model.
DEFAULT_MODEL = $(if $(CONCORD_MODEL),,scripts/model.sh $(BINARY))

.PHONY: help setup build run test chaos swift-test science-test dump-test browser-test bench experiment statements clean

help: ## List the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup:
	@scripts/packages.sh
	@scripts/llama.sh
	@scripts/d3.sh

build: setup ## Install what is missing and build the server
	@[ -d .build/release ] || echo "==> Building Concord for the first time (about 8 minutes)"
	@swift build $(SWIFT_FLAGS) --product concord
	@$(DEFAULT_MODEL)

run: build ## Build, load the demo study and serve it; Ctrl-C stops everything
	@scripts/run.sh $(BINARY)

test: ## Install what the tests need and run them all
	@scripts/packages.sh test
	@scripts/llama.sh
	@scripts/d3.sh
	@[ -d .build/release ] || echo "==> Building Concord and its tests for the first time (about 15 minutes)"
	@swift build $(SWIFT_FLAGS) --build-tests
	@scripts/model.sh $(BINARY)
	@$(MAKE) --no-print-directory swift-test science-test dump-test browser-test

swift-test:
	@echo "==> Swift tests (about 17 minutes)"
	@# One after another: they share one model and one PostgreSQL, and some watch memory or kill servers.
	@python=$$(scripts/python.sh) && CONCORD_PYTHON=$$python CONCORD_DUMP_RECORD=$(DUMP_RECORD) \
		CONCORD_TEST_MODEL=$(MODEL) CONCORD_SCIENCE_RECORD=$(SCIENCE_RECORD) \
		swift test $(SWIFT_FLAGS) --skip-build --no-parallel

science-test: # what the Swift tests wrote down, computed again with NumPy and SciPy
	@python=$$(scripts/python.sh) && CONCORD_SCIENCE_RECORD=$(SCIENCE_RECORD) $$python -m pytest Tests/Science

dump-test: # what the Swift tests exported, loaded with pandas, DuckDB and frictionless
	@python=$$(scripts/python.sh) && CONCORD_DUMP_RECORD=$(DUMP_RECORD) $$python -m pytest Tests/Dumps

browser-test:
	@echo "==> Browser tests (about 17 minutes)"
	@CONCORD_MODEL=$(MODEL) scripts/browser-tests.sh $(BINARY)

chaos: ## Let people and kills at random at two servers, for FOR seconds (300) with SEED (7)
	@scripts/packages.sh test
	@scripts/llama.sh
	@swift build $(SWIFT_FLAGS) --build-tests
	@scripts/model.sh $(BINARY)
	@rm -f .build/chaos.txt; status=0; \
		CONCORD_TEST_MODEL=$(MODEL) CONCORD_CHAOS_SECONDS=$(or $(FOR),300) CONCORD_CHAOS_SEED=$(or $(SEED),7) \
		CONCORD_CHAOS_PEOPLE=$(or $(PEOPLE),100) CONCORD_CHAOS_REPORT=.build/chaos.txt \
		swift test $(SWIFT_FLAGS) --skip-build --no-parallel --filter ChaosTests || status=$$?; \
		cat .build/chaos.txt 2>/dev/null || echo "seed $(or $(SEED),7), no counts: it did not come to its end"; \
		exit $$status

bench: build ## Print the benchmark rows that the README quotes (about an hour)
	@scripts/llama.sh bench
	@swift build $(SWIFT_FLAGS) --product GenerationBenchmark
	@swift build $(SWIFT_FLAGS) --product RankingBenchmark
	@.build/release/GenerationBenchmark $(LLAMA)/bin/llama-batched-bench $(or $(CONCORD_MODEL),$(MODEL))
	@.build/release/RankingBenchmark $(or $(CONCORD_MODEL),$(MODEL))
	@swift build $(SWIFT_FLAGS) --product DumpBenchmark
	@.build/release/DumpBenchmark

experiment: build ## The paper's loop on simulated people, into docs/experiment.md (an hour; goes on where it was stopped)
	@swift build $(SWIFT_FLAGS) --product NullStudies
	@CONCORD_MODEL=$(or $(CONCORD_MODEL),$(MODEL)) scripts/experiment.sh $(BINARY) .build/release/NullStudies

statements: build ## Count malformed statements over 100 drafted ones (about 4 minutes)
	@$(BINARY) generate --questions Examples/questions.csv --statements 100 --candidates 4 --prompt $(or $(PROMPT),zero-shot) --model $(or $(CONCORD_MODEL),$(MODEL))

clean: ## Remove what was built here (not the cache, not the data)
	@rm -rf .build
