#!/usr/bin/env bash
# usage: MEMENTO=path/to/memento tests/bench/notes.sh
#
# The index of 10,051 notes as whole processes, beside what the disk and ripgrep can do and, where Debian's elpa-org-roam is
# installed, beside org-roam: all in one run, as ratios. The notes are those of $MEMENTO_CORPUS (by default
# ../shared/corpora/braindump), copied with fresh IDs.
set -euo pipefail
memento=$(realpath "${MEMENTO:-target/release/memento}")
corpus=$(realpath -m "${MEMENTO_CORPUS:-../shared/corpora/braindump}")
emacs=${EMACS:-emacs}
count=${NOTES:-10051}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME=$home MEMENTO_NOTES_DIR=$home/notes MEMENTO_DATA_DIR=$home/data
unset MEMENTO_CONFIG
if [ ! -d "$corpus" ]; then
  echo "no notes to measure with at $corpus: set MEMENTO_CORPUS to a directory of org-roam notes" >&2
  exit 0
fi
mapfile -t originals < <(cd "$corpus" && find . -name '*.org' | sort)
for ((made = 0, copy = 0; made < count; copy++)); do
  take=$((count - made < ${#originals[@]} ? count - made : ${#originals[@]}))
  mkdir -p "$home/notes/$copy"
  (cd "$corpus" && printf '%s\0' "${originals[@]:0:take}" | xargs -0 cp --parents -t "$home/notes/$copy")
  # The last four digits of every UUID are the number of the copy.
  find "$home/notes/$copy" -name '*.org' -print0 |
    xargs -0 sed -i -E "s/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8})[0-9a-f]{4}/\1$(printf %04x "$copy")/g"
  made=$((made + take))
done
# What was written a moment ago is read again by every sweep.
sleep 2.1
some=$(find "$home/notes/0" -name '*.org' | sort | sed -n 1p)

# usage: best ROUNDS BEFORE COMMAND...: milliseconds of a command, the best of so many, with BEFORE run before each.
best() {
  local rounds=$1 before=$2 least=
  shift 2
  for ((i = 0; i < rounds; i++)); do
    "$before"
    local start=$EPOCHREALTIME
    "$@" >/dev/null 2>&1 || true
    local end=$EPOCHREALTIME
    local time=$((${end/./} - ${start/./}))
    [ -n "$least" ] && [ "$least" -le "$time" ] || least=$time
  done
  echo "$least"
}
afresh() { rm -rf "$home/data"; }
edit() { echo edit >>"$some"; }
list() { "$memento" note tags; }
base=
row() {
  [ -n "$base" ] || base=$2
  awk -v n="$1" -v t="$2" -v b="$base" 'BEGIN { printf "%-46s %10.1f %8.2f\n", n, t / 1000, t / b }'
}
printf '%-46s %10s %8s   (%s notes, %s bytes)\n' process 'best ms' ratio "$count" \
  "$(find "$home/notes" -name '*.org' -print0 | du --files0-from=- -cb | tail -n 1 | cut -f 1)"
row 'memento: full index with full text' "$(best 5 afresh list)"
list >/dev/null 2>&1
row 'memento: nothing changed' "$(best 9 : list)"
row 'memento: one file edited' "$(best 5 edit list)"
row 'memento: search, with the sweep' "$(best 9 : "$memento" note search neural network)"
row 'cat all' "$(best 5 : find "$home/notes" -name '*.org' -exec cat {} +)"
row 'find with stat' "$(best 5 : find "$home/notes" -name '*.org' -printf '%s %T@\n')"
command -v rg >/dev/null && row 'rg -c' "$(best 5 : rg --no-config -c neural "$home/notes")"
if compgen -G '/usr/share/emacs/site-lisp/elpa*/org-roam-*' >/dev/null; then
  roam() {
    "$emacs" --batch -L tests/bench --eval "(progn (package-initialize) (setq org-roam-v2-ack t make-backup-files nil
      org-roam-directory \"$home/notes\" org-roam-db-location \"$home/roam.db\") (require 'org-roam) (org-roam-db-sync))"
  }
  row 'org-roam: full sync' "$(best 1 : roam)"
  row 'org-roam: nothing changed, Emacs included' "$(best 2 : roam)"
fi
