#!/usr/bin/env bash
# Flashcards by keys, in a real `emacs -nw` of 80 by 24 inside tmux: what is on the screen and in the collection.
#
# TERM_INSIDE is the terminal that Emacs is told of, by default one with 256 colours. The last line counts what passed and failed.
. "$(dirname "${BASH_SOURCE[0]}")/terminal.sh"
export MEMENTO_CLAUDE_DIR=$home/.claude MEMENTO_DATA_DIR=$home/data MEMENTO_NOTES_DIR=$home/notes MEMENTO_NOW=2026-01-05T09:00

mkdir -p "$MEMENTO_NOTES_DIR" "$home/src"
printf 'fn main() {\n    let a = Rc::new(5);\n    let b = Rc::clone(&a);\n}\n' > "$home/src/main.rs"
cat > "$MEMENTO_NOTES_DIR/plants.org" <<'NOTE'
:PROPERTIES:
:ID: plants
:END:
#+title: Plants

Roots drink.
NOTE
# The array that assistants write.
cat > "$home/deck.json" <<'DECK'
[{"question": "What does `Rc` count?", "answer": "Its owners.\n\n```rust\nlet b = Rc::clone(&a);\n```", "tags": ["std"]},
 {"question": "What does `Box` do?", "answer": "It puts a value on the heap.", "notes": "One owner."},
 {"question": "Whose is a `Cow`?", "answer": "Borrowed or owned."},
 {"question": "Is this one any good?", "answer": "No."}]
DECK
cat > "$home/init.el" <<INIT
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil)
(add-to-list 'load-path "$elisp")
(require 'memento)
(memento-setup-keys)
INIT
tmux -L "$server" -f /dev/null new-session -d -x 80 -y 24 -s "$session" \
    "env TERM=${TERM_INSIDE:-xterm-256color} $emacs -nw -Q -l $home/init.el"
tmux -L "$server" set -g status off
check "Emacs starts" on_screen '\*scratch\*'

keys C-c r q
check "without cards the quiz says what to do" on_screen '^  C writes one'
keys q
check "q leaves it" off_screen 'memento quiz'

keys C-u M-x
text 'memento-cards-import'
keys Enter
check "import asks for a file" on_screen '^Import cards from: '
keys C-a C-k
text "$home/deck.json"
keys Enter
check "and for a project" on_screen '^Project of cards that name none'
text 'rust'
keys Enter
check "and whether they are drafts" on_screen '^New cards are'
text 'draft'
keys Enter
check "and about duplicates" on_screen '^A question that is known'
keys Enter
check "and about directions" on_screen '^Directions'
keys Enter
check "and about bad cards" on_screen '^Import the good cards'
keys n
check "the deck comes in" on_screen '^deck.json: 4 new cards'

keys C-c r q
check "the quiz tells of the drafts" on_screen '4 drafts wait for your word: A looks through them'
keys A
check "which are shown with their answers" on_screen '^  Its owners\.'
check "and what can be done" on_screen 'y accept   e edit   d delete   s skip   ! accept all the rest'
keys y y s
check "y accepts, s skips" on_screen 'Is this one any good\?'
keys d
check "d deletes" on_screen '2 accepted, 1 deleted, 1 skipped\.'
keys u
check "u takes that back" on_screen 'Is this one any good\?'
keys d q
check "back in the quiz there is something to ask" on_screen '^ 2 new (·|\|) 0 done today'
check "the question alone" on_screen '^  What does Rc count\?'
check "without the answer" off_screen 'Its owners'
keys 4
check "an answer before the flip does nothing" on_screen '^Think first; SPC shows the answer'
keys Space
check "SPC flips" on_screen '^  Its owners\.'
check "code stands without its fence" on_screen '^    let b = Rc::clone'
check "the keys say what they lead to" on_screen '1 again   2 again   3 hard [0-9]+d   4 good [0-9]+d   5 easy [0-9]+d'
keys g
check "g is good" on_screen '^good: again 2026-01-0'
check "and the next card is asked" on_screen '^  What does Box do\?'
keys Space 1
check "1 has it come again" on_screen '^ 1 again (·|\|) 1 done today'
keys u
check "u takes it back" on_screen '^ 1 new (·|\|) 1 done today'
keys u
check "and the one before" on_screen '^ 2 new (·|\|) 0 done today'
keys Space 4
check "once more" on_screen '^  What does Box do\?'
keys e
check "e edits, in Org" on_screen '^\* Question'
keys M-\> C-p
text ' At least one.'
keys C-c C-c
check "the change is stored" on_screen '^Changed .What does .Box. do'
keys Space
check "and seen" on_screen '^  One owner. At least one\.|At least one'
keys '?'
check "? shows the keys" on_screen 'edit \(e before the flip\)'
keys C-g 5
check "the end says what was done" on_screen '^  2 answers to 2 cards in .*, 100% of them known\.'
check "and what comes" on_screen '^  The next (card comes|2 cards come) (tomorrow|in )'
keys q
check "q restores the windows" off_screen 'memento quiz'

keys C-c r Q
check "the list has them" on_screen '^  draft  rust    Whose is a .Cow'
keys /
text 'heap'
check "the search follows the typing" on_screen '^ 1 card (·|\|) “heap”'
keys C-g
check "C-g brings all back" on_screen '^ 3 cards '
keys 'M-<' m m
check "m marks" on_screen '2 marked'
keys d
check "several are asked about" on_screen '^Delete 2 cards\?'
keys y
check "and deleted" on_screen '^ 1 card '
keys u
check "u brings them back" on_screen '^ 3 cards '
keys f s
text 'draft'
keys Enter
check "f filters" on_screen '^ 1 card (·|\|) drafts'
keys F 'M-<' '?'
check "? shows the keys of the list, which fit into the terminal" on_screen 'Q learn these$'
keys C-g Enter
check "RET shows a card" on_screen '^  State +a draft'
keys a
check "which is accepted there" on_screen '^  State +never asked yet'
keys q q

keys C-x C-f C-a C-k
text "$home/src/main.rs"
keys Enter C-n C-Space C-n C-n C-c r C
check "C on a region writes a card" on_screen 'Card from main.rs:2'
check "with the region as its answer" on_screen '^let b = Rc::clone'
text 'What is cloned?'
keys C-c C-c
check "it is made" on_screen '^Made the card .What is cloned'
keys C-x C-f C-a C-k
text "$home/notes/plants.org"
keys Enter 'M->' C-p C-Space C-e C-c r C
check "a private note says who sees the card" on_screen 'from a private note'
text 'What do roots do?'
keys C-c C-c
check "once more when it is made" on_screen 'assistants do not see it'
keys C-c r q
check "new cards are asked" on_screen '^ 3 new '
keys s s Enter
check "RET goes to the note" on_screen 'plants\.org +All'
keys C-c r q q
check "q brings the windows back, from there too" off_screen 'memento quiz'

keys C-x 1 C-x 2 C-c r q
check "the quiz in one of two windows" on_screen 'memento quiz'
keys e
check "a card is edited, though there is little room" cursor_on '^What'
keys C-c C-k q C-x 1

keys C-c r m
check "the menu has them, and fits" on_screen '^ Q list +A accept drafts +. by which algorithm +> export$'
keys C-g

keys M-:
text '(setenv "MEMENTO_NOW" "2026-01-20T09:00")'
keys Enter
keys C-c r q
check "two weeks later they are due" on_screen '^ 2 due '
check "and say so" on_screen 'overdue by [0-9]+ days'
keys Space 3 Space 4 q

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
