#!/usr/bin/env bash
# A review of one's own changes by keys, in a real `emacs -nw` of 80 by 24 inside tmux: what is on the screen and in the tree.
#
# TERM_INSIDE is the terminal that Emacs is told of, by default one with 256 colours. The last line counts what passed and failed.
. "$(dirname "${BASH_SOURCE[0]}")/terminal.sh"
shop=$home/repos/shop

in_tree() { git -C "$shop" diff "${@:2}" | grep -qE -- "$1"; }
off_tree() { ! in_tree "$@"; }

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
tmux -L "$server" -f /dev/null new-session -d -x 80 -y 24 -s "$session" \
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
check "e compares in Ediff" on_screen 'diff 1 of 1'
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
keys C-c C-s
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
