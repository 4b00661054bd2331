# `make help` lists the targets. Everything is installed into .venv and frontend/node_modules, nothing elsewhere.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first Python that is new enough.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(shell command -v $(p) >/dev/null 2>&1 && $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
RUN_REQUIREMENTS := requirements.txt $(wildcard service/common/requirements.txt service/im2txt/requirements.txt service/clip_score/requirements.txt)
FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
NUMPY := 'numpy<2.4'

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

.PHONY: run
run: setup frontend ## set up and start the product on http://localhost:3000 (PORT, HOST, DATA_DIR)
	@exec $(PY) -m librephotos.launch

.PHONY: setup
setup: $(VENV)/.run ## install what the product needs

.PHONY: python-version
python-version:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed; install it, or name it: make run PYTHON=/path/to/python3.11" >&2; exit 1; fi

.PHONY: node-version
node-version:
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null \
	  || { echo "Node.js 20 or newer is needed to build the web UI; found: $$(node --version 2>/dev/null || echo none)." >&2; exit 1; }

$(VENV)/bin/python: | python-version
	@$(PYTHON) -m venv $(VENV) || { echo "The virtual environment cannot be made in $(VENV): is the disk full, or is the package python3-venv missing?" >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.run: $(RUN_REQUIREMENTS) | $(VENV)/bin/python
	@echo "Installing Python packages ..."
	@$(PIP) $(foreach r,$(RUN_REQUIREMENTS),-r $(r)) || { echo "Python packages could not be installed; the lines above say why (no network? disk full?)." >&2; exit 1; }
	@touch $@

$(VENV)/.dev: tests/requirements.txt $(VENV)/.run
	@echo "Installing test tools ..."
	@$(PIP) -r tests/requirements.txt $(NUMPY)
	@touch $@

.PHONY: frontend
frontend: frontend/dist/.built ## build the web UI

frontend/node_modules/.installed: frontend/package-lock.json | node-version
	@echo "Installing the web UI's packages ..."
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/.built: frontend/node_modules/.installed $(FRONTEND_SOURCES)
	@echo "Building the web UI ..."
	@cd frontend && npm run --silent build
	@touch $@

.PHONY: test
test: test-sqlite test-postgres test-frontend test-stack ## set up and run all tests
	@echo "All tests passed."

.PHONY: test-sqlite
test-sqlite: $(VENV)/.dev ## everything but the browser, on SQLite
	$(PY) -m pytest -q -m "not stack and not full_size"

.PHONY: test-postgres
test-postgres: $(VENV)/.dev ## what touches the database, on a real PostgreSQL (DATABASE_URL, or one from a wheel)
	$(PY) -m tests.with_postgres $(PY) -m pytest -q tests/api tests/actions tests/jobs tests/selectors tests/commands tests/test_frame.py

.PHONY: test-frontend
test-frontend: frontend ## the web UI's own checks; building it checks the budget of its JavaScript
	cd frontend && npm run --silent check

.PHONY: test-stack
test-stack: $(VENV)/.dev frontend ## the whole product with all its processes, as `make run` starts it, in a browser when there is one
	$(PY) -m pytest -q -m stack

.PHONY: lint
lint: $(VENV)/.dev ## ruff, mypy --strict, OpenAPI schema
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check api librephotos service mlval tests manage.py
	DATA_DIR=$$(mktemp -d) $(VENV)/bin/mypy
	DATA_DIR=$$(mktemp -d) $(PY) manage.py spectacular --validate --fail-on-warn --file .make-openapi.yaml
	@diff -q .make-openapi.yaml docs/openapi.yaml >/dev/null; same=$$?; rm -f .make-openapi.yaml; \
	  [ $$same = 0 ] || { echo "docs/openapi.yaml is not what the API says now: run make schema." >&2; exit 1; }

.PHONY: format
format: $(VENV)/.dev ## format the Python code
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format api librephotos service mlval tests manage.py

.PHONY: schema
schema: $(VENV)/.run frontend/node_modules/.installed ## write the OpenAPI schema to docs/openapi.yaml, and the web UI's types from it
	DATA_DIR=$$(mktemp -d) $(PY) manage.py spectacular --file docs/openapi.yaml
	cd frontend && npm run --silent schema

.PHONY: bench-service
bench-service: $(VENV)/.dev ## memory after unload, crash and overload of a model service
	$(PY) -m mlval.bench.service

.PHONY: bench-im2txt
bench-im2txt: $(VENV)/.dev ## ms per caption of the bundled captioner
	$(PY) -m mlval.bench.im2txt

.PHONY: bench-clip
bench-clip: install-mlval ## CLIP ViT-B/32 against transformers: time and memory, as ratios
	$(PY) -m mlval.bench.clip

.PHONY: bench-search
bench-search: $(VENV)/.dev ## search among 1,000 and 100,000 photos, on both databases
	$(PY) -m mlval.bench.search

.PHONY: install-ocr
install-ocr: $(VENV)/.ocr ## install the optional reader of text in pictures (service/ocr)

$(VENV)/.ocr: service/ocr/requirements.txt | $(VENV)/.run
	$(PIP) -r service/ocr/requirements.txt $(NUMPY)
	@touch $@

.PHONY: test-ocr
test-ocr: $(VENV)/.dev install-ocr ## the tests of the reader of text
	$(PY) -m pytest -q tests/service/ocr tests/api/test_text_in_pictures.py

.PHONY: bench-llm
bench-llm: install-llm ## a rewrite's cost: model loaded and system text kept, against loading per request
	$(PY) -m mlval.bench.llm

# One CPU backend for each generation of processors, from x86-64 of 2003 on, chosen when the library is loaded.
# It is built for any computer of the kind, not for this one, so a wheel may be carried to an older one.
LLAMA_CMAKE_ARGS := -DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF \
  -DCMAKE_INSTALL_BINDIR=llama_cpp/lib -DCMAKE_INSTALL_LIBDIR=llama_cpp/lib -DCMAKE_INSTALL_INCLUDEDIR=llama_cpp/include
LLAMA_ARGS := $(LLAMA_CMAKE_ARGS) $(LLAMA_MORE_CMAKE_ARGS)
# Named after the way of building: what is installed, or kept by pip, does not say how it was built.
LLAMA_STAMP = $(VENV)/.llm-$(shell echo '$(subst $(CURDIR),,$(LLAMA_ARGS))' | cksum | cut -d' ' -f1)
# For CI, LLAMA_CPU_VARIANTS=one: the oldest of them alone, which runs everywhere and is slow, unless all are there.
ifeq ($(LLAMA_CPU_VARIANTS)$(wildcard $(LLAMA_STAMP)),one)
LLAMA_ARGS += -DGGML_CPU_ALL_VARIANTS=OFF $(foreach feature,SSE42 AVX AVX2 BMI2 FMA F16C,-DGGML_$(feature)=OFF) \
  -DCMAKE_PROJECT_llama_cpp_INCLUDE=$(CURDIR)/service/llm/without_common.cmake
endif
LLAMA_STAMP := $(LLAMA_STAMP)
LLAMA_WHEELS := $(LLAMA_STAMP)-wheels

.PHONY: install-llm
install-llm: $(LLAMA_STAMP) ## build and install llama.cpp for service/llm (needs a C++ compiler and 16 minutes of processor time)

.PHONY: build-llm
build-llm: $(if $(wildcard $(LLAMA_STAMP)),,$(LLAMA_WHEELS)) ## compile llama.cpp, for install-llm to install

.SECONDARY: $(LLAMA_WHEELS)
$(LLAMA_WHEELS): service/llm/requirements.txt | $(VENV)/.dev
	@echo "Building llama.cpp; this takes a while ..."
	@rm -rf $@ $@.part
	@kept=$$($(PY) -m pip cache dir 2>/dev/null) || kept=; \
	  CMAKE_ARGS="$(LLAMA_ARGS)" CMAKE_BUILD_PARALLEL_LEVEL=$(shell nproc) $(PY) -m pip wheel --quiet --disable-pip-version-check \
	  --no-deps --wheel-dir $@.part $${kept:+--cache-dir "$$kept/$(patsubst $(VENV)/.%,%,$(LLAMA_STAMP))"} \
	  $$(grep '^llama' service/llm/requirements.txt) \
	  || { echo "llama.cpp could not be built; the lines above say why (no C++ compiler? Debian: apt-get install build-essential)." >&2; exit 1; }
	@mv $@.part $@

$(LLAMA_STAMP): $(LLAMA_WHEELS)
	@find $(VENV) -maxdepth 1 -name '.llm-*' -type f -delete
	@$(PIP) --force-reinstall --no-deps $(LLAMA_WHEELS)/*.whl
	@$(PIP) -r service/llm/requirements.txt $(NUMPY)
	@$(PY) -m service.llm.probe
	@touch $@

.PHONY: test-llm
test-llm: install-llm frontend ## the language model's service and what the product makes of it, with tiny models of random weights
	$(PY) -m pytest -q tests/service/llm tests/api/test_captions_llama.py tests/stack/test_models.py tests/stack/test_browser.py::test_restyling_by_llama

.PHONY: bench-blip
bench-blip: install-blip ## BLIP base of true size against transformers: time, memory, what is said (minutes, 2.2 GB)
	$(PY) -m mlval.bench.blip

.PHONY: install-blip
install-blip: $(VENV)/.blip ## install what BLIP needs on PyTorch, and to be compared with it

$(VENV)/.blip: service/blip/requirements.txt service/blip/requirements.cuda.txt | $(VENV)/.dev
	$(PIP) torch==2.13.0
	$(PIP) -r service/blip/requirements.txt -r service/blip/requirements.cuda.txt $(NUMPY)
	@touch $@

.PHONY: test-blip
test-blip: install-blip ## BLIP against the pinned transformers
	$(PY) -m pytest -q tests/service/blip

.PHONY: install-mlval
install-mlval: $(VENV)/.mlval ## install what training and evaluation need (torch)

$(VENV)/.mlval: requirements.mlval.txt | $(VENV)/.dev
	$(PIP) torch==2.13.0
	$(PIP) -r requirements.mlval.txt $(NUMPY)
	@touch $@

.PHONY: test-mlval
test-mlval: install-mlval ## the tests of training and evaluation
	$(PY) -m pytest -q tests/mlval

.PHONY: test-full-size
test-full-size: install-mlval ## full-size models with random weights: conversions, against transformers, and captions by the REST API
	$(PY) -m pytest -q -m full_size

.PHONY: train-im2txt
train-im2txt: install-mlval ## train the bundled captioner (DATA=, PRETRAIN=, OUT=), or go on with a run
	$(PY) -m mlval train im2txt --data $(DATA) --pretrain $(PRETRAIN) --out $(OUT) --resume

.PHONY: export-im2txt
export-im2txt: install-mlval ## write a finished run (DATA=, OUT=, VERSION=) as int8 where the services find it
	$(PY) -m mlval export --run $(OUT) --version $(VERSION) --captioner $(OUT)/float32 --scorer service/clip_score/bundled
	$(PY) -m mlval int8 --captioner $(OUT)/float32 --out service/im2txt/bundled --data $(DATA)
	$(PY) -m tests.mlval.test_bundled
	$(PY) -m tests.service.golden im2txt --renew
	$(PY) -m tests.service.golden clip_score --renew

.PHONY: bundled-model
bundled-model: train-im2txt export-im2txt ## the built-in model from nothing (DATA=, PRETRAIN=, OUT=, VERSION=; four hours of two cores)

.PHONY: images
images: ## build the container images (docker or buildah) and print their sizes
	@python3 docker/build_images.py

.PHONY: test-containers
test-containers: ## build the images, bring the compose file up with podman and use it (root on Debian; takes its time)
	@tests/containers/run.sh

.PHONY: clean
clean: ## remove what was installed and built; ./data stays
	rm -rf $(VENV) frontend/node_modules frontend/dist
