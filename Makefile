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
# The page of the timeline is built where npm is; without it memento is built without the page. The shell asks, for it comes
# after the build of the page, and make would ask before.
WEB = $$(test -e web/dist/timeline.html && echo --features web)
ERT = MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) tests/with-home $(EMACS) -Q --batch -L elisp -L tests/elisp

.PHONY: help demo test lint test-emacs30 bench fuzz install uninstall clean module binary

help: ## Say what can be made
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 16

demo: ## Try memento in a throw-away home
	@tests/setup.sh build git emacs evil
	@web/build.sh
	@$(CARGO) build --release --quiet $(WEB)
	@$(call publish,release)
	@TARGET=$(TARGET)/release MODULE=$(MODULE) demo/demo.sh

test: ## Run every test: Rust, the binary, the MCP server, Emacs, Emacs in a terminal, and the page in Chromium
	@tests/setup.sh build git emacs evil tmux org-roam mcp cards web chromium
	@web/build.sh
	$(CARGO) test --quiet --no-fail-fast $(WEB)
	$(CARGO) build --quiet $(WEB)
	@$(call publish,debug)
	MEMENTO=$(TARGET)/debug/memento tests/smoke.sh
	MEMENTO=$(TARGET)/debug/memento MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home $(TARGET)/mcp-venv/bin/python -m pytest -q -p no:cacheprovider tests/mcp
	$(ERT) -l tests/elisp/memento-test-run.el
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/interactive.sh
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/notes-interactive.sh
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/diff-interactive.sh
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/prompts-interactive.sh
	MEMENTO_MODULE=$(TARGET)/debug/$(MODULE) EMACS=$(EMACS) tests/with-home tests/elisp/cards-interactive.sh
	MEMENTO=$(TARGET)/debug/memento tests/with-home node --test --test-concurrency=1 --test-reporter=spec tests/web/*.test.mjs

lint: ## Check format, clippy, the documentation and the Lisp
	@tests/setup.sh build emacs package-lint web
	@web/build.sh
	$(CARGO) fmt --check
	$(CARGO) clippy --quiet --all-targets $(WEB) -- -D warnings
	$(CARGO) clippy --quiet -- -D warnings
	$(CARGO) clippy --quiet --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --no-deps --document-private-items $(WEB)
	tests/with-home $(EMACS) -Q --batch -L elisp -L tests/elisp -l tests/elisp/lint.el

test-emacs30: ## Run the Emacs tests in the newest Emacs, in a Debian trixie root
	@tests/setup.sh build debootstrap emacs evil
	@web/build.sh
	$(CARGO) build --quiet $(WEB)
	@$(call publish,debug)
	tests/emacs30.sh $(TARGET)/emacs30 $(TARGET)/debug/$(MODULE)

bench: ## Measure, against peers where there are any
	@tests/setup.sh build git emacs evil ripgrep org-roam tmux mcp cards
	@web/build.sh
	$(CARGO) bench --quiet $(WEB)
	$(CARGO) build --release --quiet $(WEB)
	@$(call publish,release)
	MEMENTO_MODULE=$(TARGET)/release/$(MODULE) tests/with-home $(EMACS) -Q --batch -L elisp -L tests/elisp -l tests/elisp/bench.el
	MEMENTO=$(TARGET)/release/memento tests/bench/processes.sh
	MEMENTO=$(TARGET)/release/memento tests/bench/notes.sh
	MEMENTO=$(TARGET)/release/memento MEMENTO_MODULE=$(TARGET)/release/$(MODULE) \
	  tests/with-home $(TARGET)/mcp-venv/bin/python tests/bench/diff.py
	MEMENTO=$(TARGET)/release/memento python3 tests/bench/prompts_speed.py
	MEMENTO=$(TARGET)/release/memento $(TARGET)/cards-venv/bin/python tests/bench/cards_speed.py

fuzz: ## Scan and edit 100,000 random texts
	PROPTEST_CASES=100000 $(CARGO) test --quiet --no-default-features --test org_properties

install: ## Install binary, Lisp, module and completions under PREFIX (~/.local)
	@tests/setup.sh build
	@web/build.sh
	$(CARGO) build --release --quiet $(WEB)
	@$(call publish,release)
	@PREFIX="$(PREFIX)" TARGET=$(TARGET)/release MODULE=$(MODULE) tests/install.sh

uninstall: ## Take away what install put there
	rm -rf "$(PREFIX)/bin/memento" "$(PREFIX)/share/emacs/site-lisp/memento" "$(PREFIX)/lib/memento"
	rm -f "$(PREFIX)/share/bash-completion/completions/memento" "$(PREFIX)/share/zsh/site-functions/_memento" \
	  "$(PREFIX)/share/fish/vendor_completions.d/memento.fish"
	for name in prompt-tracker flashcards; do \
	  if [ "$$(readlink "$(PREFIX)/bin/$$name")" = memento ]; then rm -f "$(PREFIX)/bin/$$name" \
	    "$(PREFIX)/share/bash-completion/completions/$$name" "$(PREFIX)/share/zsh/site-functions/_$$name" \
	    "$(PREFIX)/share/fish/vendor_completions.d/$$name.fish"; fi; done

clean: ## Remove all that was built
	$(CARGO) clean
	rm -f elisp/*.elc elisp/memento-core-*
	rm -rf web/dist web/node_modules tests/web/node_modules

# The module under its versioned name. By rename: writing over a file that an Emacs has loaded kills that Emacs.
define publish
cp $(TARGET)/$(1)/libmemento.so $(TARGET)/$(1)/$(MODULE).new && mv -f $(TARGET)/$(1)/$(MODULE).new $(TARGET)/$(1)/$(MODULE)
endef
