#!/usr/bin/env bash
# usage: PREFIX=DIR TARGET=DIR MODULE=NAME tests/install.sh, from the root of the repository; `make install` calls it.
set -euo pipefail

# put SOURCE FILE [MODE]: by rename, because what is there may be running or loaded.
put() {
  mkdir -p "$(dirname "$2")"
  install -m "${3:-644}" "$1" "$2.new"
  mv -f "$2.new" "$2"
}

lisp=$PREFIX/share/emacs/site-lisp/memento
put "$TARGET/memento" "$PREFIX/bin/memento" 755
# Called so, it is `memento prompt`. A program of that name that is not ours stays.
tracker=$PREFIX/bin/prompt-tracker
if [ ! -e "$tracker" ] && [ ! -L "$tracker" ] || [ "$(readlink "$tracker")" = memento ]; then
  ln -sfn memento "$tracker"
  linked=', bin/prompt-tracker'
else
  linked=
  echo "$tracker is another program and stays as it is; memento prompt does the same."
fi
put "$TARGET/$MODULE" "$PREFIX/lib/memento/$MODULE"
for file in elisp/*.el; do put "$file" "$lisp/$(basename "$file")"; done
if command -v emacs >/dev/null; then
  (cd "$lisp" && emacs -Q --batch -L . -f batch-byte-compile ./*.el)
fi
memento=$PREFIX/bin/memento
script=$(mktemp)
trap 'rm -f "$script"' EXIT
"$memento" completions bash >"$script" && put "$script" "$PREFIX/share/bash-completion/completions/memento"
"$memento" completions zsh >"$script" && put "$script" "$PREFIX/share/zsh/site-functions/_memento"
"$memento" completions fish >"$script" && put "$script" "$PREFIX/share/fish/vendor_completions.d/memento.fish"
if [ -n "$linked" ]; then
  "$tracker" completions bash >"$script" && put "$script" "$PREFIX/share/bash-completion/completions/prompt-tracker"
  "$tracker" completions zsh >"$script" && put "$script" "$PREFIX/share/zsh/site-functions/_prompt-tracker"
  "$tracker" completions fish >"$script" && put "$script" "$PREFIX/share/fish/vendor_completions.d/prompt-tracker.fish"
fi

cat <<TEXT
Installed under $PREFIX: bin/memento$linked, lib/memento/$MODULE, share/emacs/site-lisp/memento.
In Emacs's init file:
  (add-to-list 'load-path "$lisp")
  (require 'memento)
  (memento-setup-keys)
TEXT
case ":$PATH:" in *":$PREFIX/bin:"*) ;; *) echo "$PREFIX/bin is not on PATH: add it, assistants call memento." ;; esac
