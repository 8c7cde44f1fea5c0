#!/usr/bin/env bash
# usage: TARGET=DIR MODULE=NAME demo/demo.sh, from the root of the repository; `make demo` calls it.
#
# In a terminal: a real Emacs in a throw-away home, on a small repository with a few remarks, a few notes, and a diff that waits
# for a review. Without one: the stories of a remark, of a diff, of a note, of a prompt and of a deck, played in batch, step by step.
set -euo pipefail
root=$PWD
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
# Only what is set here: nothing of the person's is seen or touched.
unset "${!MEMENTO_@}" XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
export HOME=$home USER=${USER:-you} MEMENTO_MODULE=$TARGET/$MODULE MEMENTO_DEMO=$root PATH=$TARGET:$PATH
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=You GIT_AUTHOR_EMAIL=you@example.org
export GIT_COMMITTER_NAME=You GIT_COMMITTER_EMAIL=you@example.org

cp -r demo/sample "$home/sample"
cp -r demo/notes "$home/.roam"
# A morning of prompts, in the form in which Claude Code keeps them.
mkdir "$home/.claude"
now=$(date +%s)
while IFS='|' read -r minutes project text; do
  printf '{"display":"%s","timestamp":%d000,"project":"%s/%s","pastedContents":{},"sessionId":"s-%s"}\n' \
    "$text" $((now - minutes * 60)) "$home" "$project" "$project"
done <demo/prompts >"$home/.claude/history.jsonl"
cd "$home/sample"
git init -q -b main
git add -A
git commit -q -m 'Greet and count'
memento review add count.sh:7 --category security --author You 2>/dev/null >&2 \
  --comment 'A file name with a blank breaks this, and "-f" as a name does worse: quote it.'
memento review add count.sh:12 --author You 2>/dev/null >&2 \
  --comment 'What if the word starts with a dash?'
# Bob, an assistant, works in a tree of his own.
git worktree add -q -b quote-names "$home/bob"
sed -i 's/-f \$file/-f "$file"/; s/-c \$word/-c -- "$word"/' "$home/bob/count.sh"
sed -i 's/^exit \$status/exit 0/' "$home/bob/test.sh"
bob() { (cd "$home/bob" && MEMENTO_SESSION=bob run "$@"); }
ask=(memento diff request --title 'Quote names of files' --summary 'Names with blanks work now, and all tests pass.')

# A deck, in the form in which assistants write them.
deck=$root/demo/cards.json

if [ -t 0 ] && [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then
  (cd "$home/bob" && MEMENTO_SESSION=bob "${ask[@]}" 2>/dev/null >&2)
  memento card bulk-create --file "$deck" --project sample --draft 2>/dev/null >&2
  memento card create --question 'Which switch has the shell stop at an undefined variable?' --project sample \
    --answer '=set -u=, as line 3 of ~greet.sh~ lacks it' --source "$home/sample/greet.sh:3" 2>/dev/null >&2
  emacs -nw -Q -L "$root/elisp" -l "$root/demo/demo.el" -f memento-demo
  echo "The demo's home is gone, and nothing of yours was touched. The log that you left:"
  echo
  cat "$home/code_review.org"
  exit
fi

step=0
say() {
  step=$((step + 1))
  printf '\n== %d. %s\n\n' "$step" "$1"
}
# Shows a command as one types it, runs it, and goes on whatever it answers.
run() {
  local code=0
  printf '$'
  for word in "$@"; do
    case $word in
      *[!a-zA-Z0-9_./-]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
  "$@" 2>&1 || code=$?
  [ "$code" = 0 ] || printf '(exit code %d)\n' "$code"
}
lisp() { emacs -Q --batch -L "$root/elisp" -l "$root/demo/demo.el" "$@" 2>&1; }

echo 'memento: the stories of a remark, of a diff, of a note, of a prompt and of a deck, in a throw-away home. In a terminal, make demo gives you the keys instead.'
say 'You read greet.sh in Emacs. On line 5 you press C-c r c (with evil: SPC r c), type, and press C-c C-c'
lisp -f memento-demo-remark
say 'The log is one Org file of yours'
(cd && run cat code_review.org)
export MEMENTO_SESSION=assistant
say 'An assistant takes the first remark: correctness comes before security'
run memento review next
id=$(memento review list --mine --json | sed -n 's/.*"id": "\(.*\)".*/\1/p')
say 'It closes it before anything is mended: the tests say no, and the remark stays open'
run memento review done "$id"
say 'It mends the line and commits'
run sed -i 's/\$nmae/$name/' greet.sh
run git commit -qam 'Greet by the name that was given'
say 'Now the tests pass, and the remark is closed'
run memento review done "$id" --summary 'The variable was misspelt.'
say 'You look at your list in Emacs (C-c r l)'
lisp -f memento-demo-list
say 'What stands in the log now'
(cd && run cat code_review.org)
say 'Bob, another assistant, asks for a review of what changed in its tree'
bob "${ask[@]}"
id=$(memento diff list --json | sed -n 's/.*"id": "\(.*\)".*/\1/p')
say 'You look at it in Emacs (C-c r d), approve the one hunk, reject the other with a reason, and have it taken out of the tree'
lisp -f memento-demo-judge
say 'Bob has waited for that'
bob memento diff wait "$id"
say 'What you rejected is gone from its tree already'
bob git diff --stat
say 'You have three notes. One is private, and one of the others has a private heading and a link to your diary'
(cd && run cat .roam/20260105090000-release_plan.org)
say 'The assistant sees two notes'
run memento note list
say 'It reads the one, and cannot tell that anything is missing'
run memento note get 'release plan'
run memento note search diary
run memento note get diary
say 'It adds what it has done, to the revision that it has read'
revision=$(memento note get release-plan --json 2>/dev/null | sed -n 's/.*"revision": "\(.*\)".*/\1/p')
run memento note append release-plan --revision "$revision" --section 'Next steps' --text '- [X] the greeting greets'
run memento note append release-plan --revision "$revision" --text 'Once more, without a look.'
say 'What you had in the note is all there'
(cd && run cat .roam/20260105090000-release_plan.org)
say 'And you can see what it asked for'
run memento audit
say 'All that you typed to assistants is in their history; memento reads it and never writes to it'
run memento prompt sync
run memento prompt list
say 'One of them worked well: you rate it, and say why'
run memento prompt rate 4 5
run memento prompt note 4 'It asked for a test that fails first.'
say 'Months later you look for it'
run memento prompt list 'fail* test' --min-rating 4
run memento prompt similar 4
say 'Today as a picture: one file, which opens in a browser without a network'
run memento prompt timeline --no-open
say 'You make a note of it, which assistants can read'
run memento prompt publish 4
note=$(memento note list --json | sed -n 's/.*"id": "\(prompt-.*\)".*/\1/p')
run memento note get "$note"
say 'What you learnt with an assistant need not be forgotten: it writes flashcards, drafts until you say yes'
run memento card bulk-create --file "$deck" --project sample --draft
say 'You look through them in Emacs (C-c r A): the first one, and the end'
lisp -f memento-demo-accept
say 'You learn them (C-c r q): the first one after SPC, and the end'
lisp -f memento-demo-quiz
say 'When do they come again?'
run memento card list --order due
say 'In a week you see how it goes'
MEMENTO_NOW=$(date -d '7 days' +%Y-%m-%dT09:00) run memento card stats --project sample
