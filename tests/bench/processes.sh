#!/usr/bin/env bash
# usage: MEMENTO=path/to/memento tests/bench/processes.sh
#
# Whole processes against peers on the same log of 10,000 remarks, in one run, interleaved, as ratios of medians: the
# machine's mood falls on all of them alike. Peers: ripgrep and grep, which only find lines, and Emacs's own org-element.
set -euo pipefail
memento=$(realpath "${MEMENTO:-target/release/memento}")
emacs=${EMACS:-emacs}
rounds=${ROUNDS:-15}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME=$home
unset MEMENTO_REVIEW_LOG MEMENTO_CONFIG MEMENTO_DATA_DIR
log=$home/code_review.org
awk 'BEGIN {
  print "#+title: Code review\n"
  for (p = 0; p < 10; p++) {
    printf "* project-%d\n", p
    for (n = 1; n <= 1000; n++)
      printf "** DONE [[file:~/src/project-%d/m%d.rs::%d][m%d.rs:%d]]  :security:\n   :PROPERTIES:\n   :ID: cr-%08d\n" \
        "   :PROJECT: project-%d\n   :TIMESTAMP: [2025-09-30 Tue 14:23]\n   :ANCHOR: let value = compute(&input, n);\n" \
        "   :END:\n   This error handling is too generic: catch specific exceptions.\n", p, n, n, n, n, p * 10000 + n, p
  }
}' >"$log"
printf 'one\n' >"$home/a.txt"

declare -A command
command[list]="$memento review list --state all"
command[json]="$memento review list --state all --json"
command[show]="$memento review show cr-00050005"
command[stats]="$memento review stats"
command[grep]="grep -n TODO $log"
command -v rg >/dev/null && command[rg]="rg --no-config -n DONE $log"
command[org-element]="$emacs -Q --batch --eval (with-temp-buffer(insert-file-contents\"$log\")(delay-mode-hooks(org-mode))(princ(length(org-element-map(org-element-parse-buffer'headline)'headline'identity))))"

# Milliseconds of one run.
run() {
  local start=$EPOCHREALTIME end
  # A word is an argument; none of the commands has a blank within one.
  # shellcheck disable=SC2086
  ${command[$1]} >/dev/null 2>&1 || true
  end=$EPOCHREALTIME
  echo $(((${end/./} - ${start/./}))) >>"$home/$1.times"
}
for ((i = 0; i < rounds; i++)); do
  for name in "${!command[@]}"; do
    [ "$name" = org-element ] && [ "$i" -ge 3 ] || run "$name"
  done
done
median() { sort -n "$home/$1.times" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }
base=$(median list)
printf '%-14s %10s %8s   (log: %s remarks, %s bytes)\n' process 'median ms' ratio 10000 "$(stat -c %s "$log")"
for name in list json show stats rg grep org-element; do
  [ -n "${command[$name]:-}" ] || continue
  time=$(median "$name")
  awk -v n="$name" -v t="$time" -v b="$base" 'BEGIN { printf "%-14s %10.1f %8.2f\n", n, t / 1000, t / b }'
done
