#!/usr/bin/env bash
# usage: tests/emacs30.sh ROOT MODULE, from the root of the repository; `make test-emacs30` calls it.
#
# Runs the ERT suite in Debian trixie's Emacs 30, in a root of its own that is made once. Where the emacs here is 30 or newer
# and there is no root user to make one, it serves as well.
set -euo pipefail
root=$1 module=$2
emacs=${EMACS:-emacs}

major() { "$emacs" -Q --batch --eval '(princ emacs-major-version)' 2>/dev/null || echo 0; }

if [ "$(id -u)" != 0 ]; then
  if [ "$(major)" -ge 30 ]; then
    MEMENTO_MODULE=$module exec tests/with-home "$emacs" -Q --batch -L elisp -L tests/elisp -l tests/elisp/memento-test-run.el
  fi
  echo "A Debian root can be made by root only: run sudo make test-emacs30, or use an Emacs 30 of your own with EMACS=..." >&2
  exit 1
fi

if [ ! -e "$root/complete" ]; then
  echo "Making a Debian trixie root in $root" >&2
  rm -rf "$root"
  mkdir -p "$root"
  mirror=$(sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' -e 's/^deb \(\[[^]]*\] \)\?\([^ ]*\).*/\2/p' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    grep -E '/debian/?$' | head -n 1 || true)
  debootstrap --variant=minbase --include=emacs-nox,git,make,ca-certificates trixie "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 || {
    tail -n 30 "$root.log" >&2
    exit 1
  }
  touch "$root/complete"
fi

work=$root/work
rm -rf "$work"
mkdir -p "$work/tests" "$work/home" "$root/proc" "$root/dev"
cp -r elisp "$work/"
cp -r tests/elisp "$work/tests/"
rm -f "$work"/elisp/*.elc
# Evil is Lisp and the same for both; as a package it would bring a graphical Emacs along.
mkdir -p "$root/usr/share/emacs/site-lisp"
cp -r /usr/share/emacs/site-lisp/elpa-src "$root/usr/share/emacs/site-lisp/"
# Assistants ask through the command line.
mkdir "$work/built"
cp "$module" "$(dirname "$module")/memento" "$work/built/"
chroot "$root" env -i PATH=/usr/bin:/bin HOME=/work/home LC_ALL=C.UTF-8 TERM=dumb MEMENTO_MODULE="/work/built/$(basename "$module")" \
  sh -c 'cd /work && emacs --version | head -n 1 && exec emacs -Q --batch -L elisp -L tests/elisp -l tests/elisp/memento-test-run.el'
