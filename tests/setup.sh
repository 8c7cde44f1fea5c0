#!/usr/bin/env bash
# usage: tests/setup.sh NEED...
#
# Sees to it that what is needed is there: as root it installs Debian's packages, else it prints the line to run.
set -euo pipefail

site=/usr/share/emacs/site-lisp
packages=()
environments=()
driver=

# need PACKAGE TEST...: the package is wanted unless the test succeeds.
need() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || packages+=("$package")
}
# elpa PACKAGE: whether Debian's Emacs package is there.
elpa() { compgen -G "$site/elpa-src/$1-*" || compgen -G "$site/elpa/$1-*"; }

for what in "$@"; do
  case $what in
    build) need gcc command -v cc; need make command -v make ;;
    git) need git command -v git ;;
    emacs) need emacs-nox command -v "${EMACS:-emacs}" ;;
    evil) need elpa-evil elpa evil ;;
    org-roam) need elpa-org-roam elpa org-roam ;;
    tmux) need tmux command -v tmux ;;
    package-lint) need elpa-package-lint elpa package-lint ;;
    ripgrep) need ripgrep command -v rg ;;
    # Debian's python3 has venv without what fills one.
    mcp | cards) need python3-venv python3 -c 'import ensurepip, venv'; environments+=("$what") ;;
    web) need npm command -v npm ;;
    chromium) need chromium command -v "${CHROMIUM:-chromium}"; driver=tests/web ;;
    debootstrap) need debootstrap command -v debootstrap ;;
    *) echo "setup.sh: nothing is known of $what" >&2; exit 2 ;;
  esac
done

if ! command -v cargo >/dev/null; then
  echo "memento is built with cargo, which is not here. Install Rust from https://rustup.rs, then run this again." >&2
  exit 1
fi
if [ ${#packages[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Some programs are missing. Run this line, then this again:" >&2
    echo "  sudo apt-get install --no-install-recommends ${packages[*]}" >&2
    exit 1
  fi
  echo "Installing ${packages[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
fi

# What is tested with or against in Python (the MCP client; Anki, and the schedulers of others), each in an environment of its own,
# made anew when its versions change.
for what in "${environments[@]}"; do
  environment=${CARGO_TARGET_DIR:-target}/$what-venv
  requirements=tests/$what/requirements.txt
  cmp -s "$requirements" "$environment/requirements.txt" && continue
  echo "Making $environment" >&2
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >&2
  cp "$requirements" "$environment/requirements.txt"
done

# What drives the browser, the same way.
if [ -n "$driver" ] && ! cmp -s "$driver/package-lock.json" "$driver/node_modules/.made-from"; then
  echo "Making $driver/node_modules" >&2
  (cd "$driver" && npm ci --silent --no-audit --no-fund) >&2
  cp "$driver/package-lock.json" "$driver/node_modules/.made-from"
fi
