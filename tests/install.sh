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
# Called so, it is `memento prompt` and `memento card`. A program of that name that is not ours stays.
linked= names=()
for name in prompt-tracker:prompt flashcards:card; do
  link=$PREFIX/bin/${name%:*}
  if [ ! -e "$link" ] && [ ! -L "$link" ] || [ "$(readlink "$link")" = memento ]; then
    ln -sfn memento "$link"
    names+=("${name%:*}") linked="$linked, bin/${name%:*}"
  else
    echo "$link is another program and stays as it is; memento ${name#*:} does the same."
  fi
done
put "$TARGET/$MODULE" "$PREFIX/lib/memento/$MODULE"
for file in elisp/*.el; do put "$file" "$lisp/$(basename "$file")"; done
if command -v emacs >/dev/null; then
  (cd "$lisp" && emacs -Q --batch -L . -f batch-byte-compile ./*.el)
fi
script=$(mktemp)
trap 'rm -f "$script"' EXIT
for name in memento "${names[@]}"; do
  program=$PREFIX/bin/$name
  "$program" completions bash >"$script" && put "$script" "$PREFIX/share/bash-completion/completions/$name"
  "$program" completions zsh >"$script" && put "$script" "$PREFIX/share/zsh/site-functions/_$name"
  "$program" completions fish >"$script" && put "$script" "$PREFIX/share/fish/vendor_completions.d/$name.fish"
done

cat <<TEXT
Installed under $PREFIX: bin/memento$linked, lib/memento/$MODULE, share/emacs/site-lisp/memento.
In Emacs's init file:
  (add-to-list 'load-path "$lisp")
  (require 'memento)
  (memento-setup-keys)
TEXT
case ":$PATH:" in *":$PREFIX/bin:"*) ;; *) echo "$PREFIX/bin is not on PATH: add it, assistants call memento." ;; esac
