#!/usr/bin/env bash
# A review of one's own changes by keys, in a real `emacs -nw` of 80 by 24 inside tmux: what is on the screen and in the tree.
#
# Needs tmux, git and the module, which MEMENTO_MODULE names; TERM_INSIDE is the terminal that Emacs is told of, by default one
# with 256 colours. It has a home and a tmux server of its own, and waits by looking at the screen. The last line counts what
# passed and failed.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
elisp=$(cd "$here/../../elisp" && pwd)
emacs=${EMACS:-emacs}
module=${MEMENTO_MODULE:?names the module, memento-core-VERSION.so}
for program in tmux git "$emacs"; do
    command -v "$program" >/dev/null || { echo "diff-interactive.sh: $program is not installed"; exit 2; }
done

home=$(mktemp -d)
home=$(cd "$home" && pwd -P)
server="memento-diff-$$"
passed=0 failed=0

finish() {
    tmux -L "$server" kill-server 2>/dev/null
    # Emacs may be writing its last files.
    rm -rf "$home" 2>/dev/null || { sleep 1; rm -rf "$home"; }
}
trap finish EXIT

export HOME=$home XDG_CONFIG_HOME=$home/.config XDG_DATA_HOME=$home/.local/share XDG_STATE_HOME=$home/.local/state \
    XDG_CACHE_HOME=$home/.cache LC_ALL=C.UTF-8 GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_GLOBAL=$home/.gitconfig \
    MEMENTO_MODULE=$module
unset MEMENTO_CONFIG MEMENTO_NOTES_DIR MEMENTO_REVIEW_LOG MEMENTO_DATA_DIR MEMENTO_SESSION GIT_DIR GIT_WORK_TREE
shop=$home/repos/shop

screen() { tmux -L "$server" capture-pane -p -t review 2>/dev/null; }
keys() { tmux -L "$server" send-keys -t review "$@"; }
text() { tmux -L "$server" send-keys -t review -l "$1"; }

pass() { passed=$((passed + 1)); echo "ok: $1"; }
fail() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    echo "--- the screen:"
    screen
    echo "---"
}

# until_true SECONDS COMMAND...: whether the command succeeded in time.
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -ge "$deadline" ] && return 1
        sleep 0.05
    done
}

on_screen() { screen | grep -qE -- "$1"; }
off_screen() { ! on_screen "$1"; }
in_tree() { git -C "$shop" diff "${@:2}" | grep -qE -- "$1"; }
off_tree() { ! in_tree "$@"; }
# Where the cursor is: what its line on the screen shows.
cursor_on() {
    local y
    y=$(tmux -L "$server" display-message -p -t review '#{cursor_y}')
    screen | sed -n "$((y + 1))p" | grep -qE -- "$1"
}
# check NAME COMMAND...: wait for the command, count the result.
check() {
    local name=$1
    shift
    if until_true "${MEMENTO_WAIT:-20}" "$@"; then pass "$name"; else fail "$name"; fi
}

mkdir -p "$shop"
git config --global user.name Ann
git config --global user.email ann@example.org
git config --global init.defaultBranch main
seq -f 'line %g' 60 > "$shop/a.txt"
printf 'def one():\n    return 1\n' > "$shop/b.py"
git -C "$shop" init -q
git -C "$shop" add -A
git -C "$shop" commit -qm Begin
sed -i -e 's/^line 5$/five/' -e 's/^line 30$/thirty/' -e 's/^line 55$/fifty-five/' "$shop/a.txt"
printf 'def one():\n    return 2\n' > "$shop/b.py"

cat > "$home/init.el" <<INIT
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil python-indent-guess-indent-offset nil)
(add-to-list 'load-path "$elisp")
(require 'memento)
(memento-setup-keys)
(require 'memento-diff)
(global-set-key (kbd "C-c w") #'memento-diff-working-tree)
INIT
tmux -L "$server" -f /dev/null new-session -d -x 80 -y 24 -s review \
    "env TERM=${TERM_INSIDE:-xterm-256color} $emacs -nw -Q -l $home/init.el $shop/b.py"
tmux -L "$server" set -g status off
check "Emacs starts" on_screen 'b\.py .*Python'
keys C-c w
check "the review has its header" on_screen '^ +your own changes · ~/repos/shop · main$'
check "with the counts" on_screen '2 files, 4 hunks, \+4 -4 · 4 undecided'
check "a heading in the place of git's lines" on_screen '^  modified a\.txt  \+3  -3$'
check "the cursor is on the first hunk" cursor_on '^  @@ -2,7'

keys a
check "a approves and goes on" cursor_on '@@ -27,7'
keys 'M-<'
check "the sign is in the margin" on_screen '^[✓A] @@ -2,7'
check "the counts follow" on_screen '1 approved, 3 undecided'
keys j
check "j goes to the first that is undecided" cursor_on '@@ -27,7'
keys r
check "r asks why" on_screen '^Reject a\.txt:27 because:'
text 'say it in digits'
keys Enter
check "the reason stands under the hunk" on_screen '^    [✗R] say it in digits$'
keys u
check "u takes it back" off_screen 'say it in digits'
check "and goes there" cursor_on '@@ -27,7'
keys r
text 'say it in digits'
keys Enter
check "rejected again" on_screen '^    [✗R] say it in digits$'

keys C-n C-n C-n C-n C-n c
check "c opens a buffer at the bottom" on_screen 'Comment on a\.txt:55 +C-c C-c comment'
text 'Why not sixty?'
keys C-c C-c
check "the comment stands under its line" on_screen '^    [┃|] Why not sixty\?$'
keys 'M-<'
check "and is counted" on_screen '1 approved, 1 rejected, 2 undecided, 1 comment$'
keys n n n C-n
keys p TAB
check "TAB folds the hunk" on_screen '@@ -52,7 .*\.\.\.$'
keys TAB N
check "N goes to the next file" cursor_on 'modified b\.py'
keys TAB
check "TAB folds the file" on_screen 'modified b\.py  \+1  -1  \(1 hunk\)\.\.\.$'
keys n
check "n opens it" cursor_on '@@ -1,2 \+1,2 @@'
keys Enter
check "RET visits the changed line" cursor_on '^    return 2'
keys C-x b Enter
check "back in the review" on_screen 'modified b\.py'
keys '?'
check "? shows the keys" on_screen 'approve file'
keys C-g
check "and C-g takes them away" off_screen 'approve file'

keys e
check "e compares in Ediff" on_screen 'At start of 1 diff'
keys q
check "which asks before it is left" on_screen 'Quit this Ediff session'
keys y
check "and then the review is as it was" on_screen 'modified b\.py'
check "with the cursor at its place" cursor_on '@@ -1,2 \+1,2 @@'

keys q
check "q leaves" off_screen 'modified b\.py'
keys C-c w
check "the next round hides what is judged" on_screen '2 unchanged since the last round are hidden'
keys = 'M-<'
check "= shows it" on_screen '^[✓A]= ?@@ -2,7'

keys C-c C-c
check "C-c C-c shows what the verdict will be" on_screen 'Decision +changes requested'
check "and what is undecided" on_screen '2 undecided +ask'
keys C-c C-s C-c C-s
check "a choice is changed" on_screen '1 approved +stage them'
text 'Nearly there.'
keys C-c C-c
check "undecided ones are asked about" on_screen '2 undecided hunks: \(a\)pprove them, \(l\)eave'
keys l
check "so is taking out" on_screen 'Take the rejected hunk out of the working tree\?'
keys y
check "one line says what was done" on_screen 'Changes requested: 1 approved, 1 rejected, 2 undecided, 1 taken out, 1 staged'
check "the rejected hunk is out of the tree" off_tree '^\+thirty$' HEAD
check "the others are in it" in_tree '^\+fifty-five$' HEAD
check "the approved one is staged" in_tree '^\+five$' --cached
check "and no other" off_tree '^\+fifty-five$' --cached
check "the windows are as before" on_screen 'b\.py .*Python'
check "and the review is gone" off_screen 'Review'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
