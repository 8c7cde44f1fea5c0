#!/usr/bin/env bash
# usage: MEMENTO=path/to/memento tests/smoke.sh
#
# The story of the README through the binary, in seconds: a remark, a refused closing, a fix, an accepted one.
set -euo pipefail
memento=$(realpath "${MEMENTO:-target/debug/memento}")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME=$home GIT_CONFIG_NOSYSTEM=1
unset XDG_CONFIG_HOME XDG_DATA_HOME MEMENTO_NOTES_DIR MEMENTO_REVIEW_LOG MEMENTO_DATA_DIR MEMENTO_CONFIG MEMENTO_SESSION
unset MEMENTO_CLAUDE_DIR CLAUDE_CONFIG_DIR
export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.org GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.org

passed=0 failed=0
# check WHAT COMMAND...: the command must succeed.
check() {
  local what=$1
  shift
  if "$@" >"$home/out" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $what"
    sed 's/^/  | /' "$home/out"
  fi
}
# code N COMMAND...: the command must exit with N.
code() {
  local want=$1 got=0
  shift
  "$@" || got=$?
  [ "$got" = "$want" ] || { echo "exit code $got instead of $want"; return 1; }
}
# told WHAT TEXT: what the last command printed must hold the text.
told() {
  if grep -qF -- "$2" "$home/out"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $1: no \"$2\" in"
    sed 's/^/  | /' "$home/out"
  fi
}

mkdir "$home/greet"
cd "$home/greet"
git init -q -b main
printf 'import sys\n\ndef greet(name):\n    return "Hello " + nmae\n\nprint(greet(sys.argv[1]))\n' >greet.py
printf 'test:\n\tgrep -q "Hello \\" + name" greet.py\n' >Makefile
git add -A && git commit -qm 'Greet'

check 'nothing is there yet' code 1 "$memento" review list
check 'an empty log passes the check' "$memento" review check
check 'a remark is logged' "$memento" review add greet.py:4 --comment 'a typing error' --category correctness
check 'a region is logged' "$memento" review add greet.py:3-4 --comment 'what of an empty name?'
check 'the log is Org' grep -qF '** TODO [[file:~/greet/greet.py::4][greet.py:4]]  :correctness:' "$home/code_review.org"
check 'the check fails' code 1 "$memento" review check
check 'the prompt is printed' "$memento" review prompt
told 'the prompt names the remark' 'a typing error'
check 'correctness comes first' "$memento" review next --session smoke
told 'it is the typing error' 'a typing error'
id=$(sed -n 's/^\(cr-[a-z0-9]*\) TODO$/\1/p' "$home/out")
check 'another session is refused' code 1 "$memento" review done "$id" --session other
check 'a failing test keeps it open' code 1 "$memento" review done "$id" --session smoke
told 'the answer says why' 'the tests failed'
sed -i '1i # Greets.' greet.py
sed -i 's/nmae/name/' greet.py
git commit -qam 'Mend a typing error'
check 'a passing test closes it' "$memento" review done "$id" --session smoke --summary 'mended'
check 'the evidence stands in the entry' "$memento" review show "$id"
told 'with the commit' "fixed in  $(git rev-parse HEAD)"
check 'the other remark has moved' "$memento" review list
told 'by one line' 'greet.py:4-5 (moved)'
check 'figures' "$memento" review stats
told 'one is open, one is done' 'all  1 open  1 done'
check 'it can be opened again' "$memento" review reopen "$id"
check 'nothing is to review' code 1 "$memento" diff request
printf 'print("twice")\n' >>greet.py
check 'a review is asked for' "$memento" diff request --session smoke --title 'Greet twice'
id=$(sed -n 's/^\(d-[a-z0-9]*\)$/\1/p' "$home/out")
check 'the diff is what git would take back' bash -c '"$0" diff show "$1" --patch | git apply --check --reverse' "$memento" "$id"
check 'nobody has answered yet' code 1 "$memento" diff wait "$id" --timeout 0
check 'it is in the queue' "$memento" diff list --here
told 'by its title' 'Greet twice'
stopped='{"session_id":"smoke","transcript_path":"/none","cwd":"'$PWD'","hook_event_name":"Stop","stop_hook_active":false}'
mkdir -p "$home/.config/memento"
echo 'hook_wait = 0' >"$home/.config/memento/config.toml"
check 'an assistant may stop meanwhile' "$memento" hook stop <<<"$stopped"
check 'and is not held up by what is broken' code 1 "$memento" hook stop <<<'{}'
check 'the request is taken back' "$memento" diff abandon "$id" --session smoke
greeting='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"smoke","version":"1"}}}'

check 'no prompt is there yet' code 1 "$memento" prompt list
told 'and it says how they come' 'memento prompt sync'
mkdir -p "$home/.claude"
cat >"$home/.claude/history.jsonl" <<'HISTORY'
{"display":"add a test for the empty name","timestamp":1759403045123,"project":"/home/ann/greet","pastedContents":{},"sessionId":"s1"}
{"display":"/compact","timestamp":1759403046000,"project":"/home/ann/greet","pastedContents":{},"sessionId":"s1"}
no JSON
{"display":"why does this fail? [Pasted text #1]","timestamp":1759489445000,"project":"/home/ann/shop","pastedContents":{"1":{"id":1,"type":"text","content":"Traceback: boom"}}}
{"display":"add a test for the empty name please","timestamp":1759575845000,"project":"/home/ann/shop","sessionId":"s2","pastedContents":{}}
HISTORY
check 'the history is read' "$memento" prompt sync
told 'and the bad line named' '~/.claude/history.jsonl:3: '
told 'and the others counted' '4 new prompts'
check 'again there is nothing new' "$memento" prompt sync
told 'nothing' '0 new prompts'
check 'a search finds what was pasted' "$memento" prompt list traceback
told 'in its prompt' 'why does this fail?'
check 'one is shown' "$memento" prompt show 1 --raw
told 'whole' 'add a test for the empty name'
tracker=$home/prompt-tracker
ln -s "$memento" "$tracker"
check 'it is rated by another name' "$tracker" rate 1 5
check 'it has a note' "$memento" prompt note 1 'asks for the test first'
check 'and tags' "$memento" prompt tag 1 +testing +good -bad
check 'the best are listed' "$tracker" list --min-rating 4 --search test --date-from 2025-10-01 --format json
told 'as data' '"rating": 5'
check 'what asks alike is found' "$memento" prompt similar 1
told 'in another project' 'please'
check 'it becomes a template' "$memento" prompt template save cover --from 1 --placeholder 'what=the empty name'
check 'which is filled in' "$memento" prompt template fill cover what=zero
told 'with a value' 'add a test for zero'
check 'all is exported' "$memento" prompt export --commands -o "$home/prompts.jsonl"
check 'prompts are counted' "$memento" prompt stats
told 'with bars' '█'
mkdir -p "$home/.roam"
check 'it is published' "$memento" prompt publish 1
note=$(grep -o '^prompt-[0-9-]*$' "$home/out") || note=
check 'and is a public note' "$memento" note get "$note"
told 'with the text' 'add a test for the empty name'
check 'one is deleted' "$memento" prompt delete 3 --yes
check 'and gone' code 1 "$memento" prompt show 3
check 'a sync leaves it' "$memento" prompt sync --all
told 'where it is' '0 new prompts'
check 'it can be brought back' "$memento" prompt sync --restore
told 'by its number' '1 new prompt'
check 'another library' env MEMENTO_DATA_DIR="$home/other" "$memento" prompt import "$home/prompts.jsonl"
check 'has the same' env MEMENTO_DATA_DIR="$home/other" "$memento" prompt list --min-rating 5
told 'with its tags' ':good:testing:'
export MEMENTO_NOW=2026-01-10T09:00
check 'no card is there yet' code 1 "$memento" card list
told 'and it says how they come' 'memento card create'
cards=$home/flashcards
ln -s "$memento" "$cards"
check 'a card is made' "$cards" create --question 'Capital of France?' --answer Paris --project geography
cat >"$home/cards.json" <<'CARDS'
[{"question": "What does ? do on None?", "answer": "Returns None", "tags": ["syntax"], "notes": "In a function that returns Option"},
 {"question": "Who owns a moved value?", "answer": "Where it was moved to"}]
CARDS
check 'a deck comes through a pipe' bash -c 'cat "$1" | "$0" bulk-create --project rust' "$cards" "$home/cards.json"
told 'two cards' '2 cards added'
check 'twice it is known' "$cards" bulk-create --file "$home/cards.json" --project rust
told 'both' '2 known already'
printf '[{"question": "Good?", "answer": "Yes"}, {"question": "Bad?"}]' >"$home/bad.json"
check 'a bad card stops all' code 2 "$cards" bulk-create --file "$home/bad.json" --project rust
told 'by its index' '1'
check 'one question' "$cards" quiz --limit 1
told 'the oldest' 'Capital of France?'
id=$(sed -n 's/^\([0-9a-f]\{8\}\)  new.*$/\1/p' "$home/out")
check 'it was known' "$cards" review "$id" --confidence 5
told 'and comes another day' 'due in'
check 'or not' "$cards" review "$id" --confidence 2
told 'then again' 'again today'
check 'which is taken back' "$cards" undo "$id"
check 'the list' "$cards" list
told 'has the cards' 'Who owns a moved value?'
check 'another algorithm' "$memento" card algorithm --project rust sm2
check 'figures' "$cards" stats --project rust
told 'of two cards' '2 new'
check 'all is exported' "$memento" card export -o "$home/cards.jsonl"
check 'another machine' env MEMENTO_DATA_DIR="$home/third" "$memento" card import "$home/cards.jsonl"
told 'has the cards' '3 cards added'
check 'and the answers' env MEMENTO_DATA_DIR="$home/third" "$memento" card show "$id"
told 'all of them' 'Capital of France?'
check 'a month later' env MEMENTO_NOW=2026-03-01T09:00 "$memento" card quiz --json
told 'it is due' '"asked": "due"'
check 'one is deleted' "$memento" card delete "$id" --yes
check 'and gone' code 1 "$memento" card show "$id"
check 'and brought back' "$memento" card restore "$id"
unset MEMENTO_NOW
check 'the MCP server answers and ends' timeout 10 "$memento" mcp <<<"$greeting"
told 'with its name' '"serverInfo":{"name":"memento"'
check 'doctor is content' "$memento" doctor
check 'completions' "$memento" completions zsh

echo "smoke: $passed passed, $failed failed"
[ "$failed" = 0 ]
