# memento: `make demo` to see it, `make test` to trust it. Each target installs or names what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= $(HOME)/.local
CARGO ?= cargo
EMACS ?= emacs
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
MODULE := memento-core-$(VERSION).so
ERT = MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) tests/with-home $(EMACS) -Q --batch -L elisp -L tests/elisp

.PHONY: help demo test lint test-emacs30 bench fuzz install uninstall clean module binary

help: ## Say what can be made
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 16

demo: ## Try memento in a throw-away home
	@tests/setup.sh build git emacs evil
	@$(CARGO) build --release --quiet
	@$(call publish,release)
	@TARGET=$(TARGET)/release MODULE=$(MODULE) demo/demo.sh

test: ## Run every test: Rust, the binary, the MCP server, Emacs, and Emacs in a terminal
	@tests/setup.sh build git emacs evil tmux org-roam mcp
	$(CARGO) test --quiet --no-fail-fast
	$(CARGO) build --quiet
	@$(call publish,debug)
	MEMENTO=$(TARGET)/debug/memento tests/smoke.sh
	MEMENTO=$(TARGET)/debug/memento MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home $(TARGET)/mcp-venv/bin/python -m pytest -q -p no:cacheprovider tests/mcp
	$(ERT) -l tests/elisp/memento-test-run.el
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/interactive.sh
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/notes-interactive.sh
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/diff-interactive.sh
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/prompts-interactive.sh

lint: ## Check format, clippy, the documentation and the Lisp
	@tests/setup.sh build emacs package-lint
	$(CARGO) fmt --check
	$(CARGO) clippy --quiet --all-targets -- -D warnings
	$(CARGO) clippy --quiet --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --no-deps --document-private-items
	tests/with-home $(EMACS) -Q --batch -L elisp -L tests/elisp -l tests/elisp/lint.el

test-emacs30: ## Run the Emacs tests in the newest Emacs, in a Debian trixie root
	@tests/setup.sh build debootstrap emacs evil
	$(CARGO) build --quiet
	@$(call publish,debug)
	tests/emacs30.sh $(TARGET)/emacs30 $(TARGET)/debug/$(MODULE)

bench: ## Measure, against peers where there are any
	@tests/setup.sh build git emacs evil ripgrep org-roam tmux mcp
	$(CARGO) bench --quiet
	$(CARGO) build --release --quiet
	@$(call publish,release)
	MEMENTO_MODULE=$(TARGET)/release/$(MODULE) tests/with-home $(EMACS) -Q --batch -L elisp -L tests/elisp -l tests/elisp/bench.el
	MEMENTO=$(TARGET)/release/memento tests/bench/processes.sh
	MEMENTO=$(TARGET)/release/memento tests/bench/notes.sh
	MEMENTO=$(TARGET)/release/memento MEMENTO_MODULE=$(TARGET)/release/$(MODULE) \
	  tests/with-home $(TARGET)/mcp-venv/bin/python tests/bench/diff.py

fuzz: ## Scan and edit 100,000 random texts
	PROPTEST_CASES=100000 $(CARGO) test --quiet --no-default-features --test org_properties

install: ## Install binary, Lisp, module and completions under PREFIX (~/.local)
	@tests/setup.sh build
	$(CARGO) build --release --quiet
	@$(call publish,release)
	@PREFIX="$(PREFIX)" TARGET=$(TARGET)/release MODULE=$(MODULE) tests/install.sh

uninstall: ## Take away what install put there
	rm -rf "$(PREFIX)/bin/memento" "$(PREFIX)/share/emacs/site-lisp/memento" "$(PREFIX)/lib/memento"
	rm -f "$(PREFIX)/share/bash-completion/completions/memento" "$(PREFIX)/share/zsh/site-functions/_memento" \
	  "$(PREFIX)/share/fish/vendor_completions.d/memento.fish"

clean: ## Remove all that was built
	$(CARGO) clean
	rm -f elisp/*.elc elisp/memento-core-*

# The module under its versioned name. By rename: writing over a file that an Emacs has loaded kills that Emacs.
define publish
cp $(TARGET)/$(1)/libmemento.so $(TARGET)/$(1)/$(MODULE).new && mv -f $(TARGET)/$(1)/$(MODULE).new $(TARGET)/$(1)/$(MODULE)
endef
