#!/usr/bin/env bash
# The whole review by keys, in a real `emacs -nw` with evil inside tmux: what is on the screen and what is in the log.
#
# Needs evil (Debian: elpa-evil) besides. The last line counts what passed and failed.
. "$(dirname "${BASH_SOURCE[0]}")/terminal.sh"
log=$home/code_review.org

more() {
    echo "--- the log:"
    cat "$log" 2>/dev/null
}
in_log() { grep -qE -- "$1" "$log" 2>/dev/null; }
off_log() { ! in_log "$1"; }
cursor_on_first() { [ "$(cursor_line)" = "$first" ]; }
cursor_not_on_first() { ! cursor_on_first; }

mkdir -p "$home/repos/shop/src"
git config --global user.name Ann
git config --global user.email ann@example.org
cat > "$home/repos/shop/src/cli.py" <<'CODE'
import sys


def main(argv):
    try:
        run(argv)
    except Exception:
        pass
    return 0


def run(argv):
    for name in argv:
        print(open(name).read())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
CODE
cat > "$home/repos/shop/Makefile" <<'MAKE'
test:
	@test -e fixed || { for n in 1 2 3; do echo "step $$n"; sleep 0.9; done; \
	    echo "src/cli.py:7: still swallowed"; exit 1; }
MAKE
git -C "$home/repos/shop" init -q -b main
git -C "$home/repos/shop" add -A
git -C "$home/repos/shop" commit -qm 'Begin'

cat > "$home/init.el" <<INIT
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil evil-want-keybinding nil
      auto-revert-use-notify nil auto-revert-interval 0.2 python-indent-guess-indent-offset nil)
(dolist (root '("/usr/share/emacs/site-lisp/elpa-src" "/usr/share/emacs/site-lisp/elpa"))
  (when (file-directory-p root)
    (dolist (package (directory-files root t "\\\\\`\\\\(evil\\\\|goto-chg\\\\)-[0-9]"))
      (add-to-list 'load-path package))))
(add-to-list 'load-path "$elisp")
(require 'evil)
(evil-mode 1)
(require 'memento)
(memento-setup-keys)
(global-memento-review-mode 1)
(message "ready for keys")
INIT

tmux -L "$server" -f /dev/null new-session -d -s "$session" -x 80 -y 24 \
    "cd '$home/repos/shop' && '$emacs' -nw -Q src/cli.py -l '$home/init.el'"

check "Emacs starts with evil and shows the file" on_screen 'cli\.py .*<N>.*Python'

# A remark on a line.
keys 7 G
check "the cursor is on line 7" cursor_on 'except Exception'
keys Space r c
check "SPC r c opens the capture buffer, in insert state" on_screen 'cli\.py:7 .*C-c C-c.*C-c C-k.*C-c C-t'
text 'Catch what open() raises, jk gr.'
check "what is typed is text, not commands" on_screen 'Catch what open\(\) raises, jk gr\.'
keys C-c C-t
check "C-c C-t asks for the category" on_screen '^Category'
text 'security'
keys Enter
check "the category is in the header line" on_screen 'cli\.py:7 +security'
keys C-c C-c
check "C-c C-c says what was logged" on_screen 'Logged a remark about cli\.py:7 in project shop'
check "the capture buffer is gone" off_screen 'memento remark'
check "the cursor is back on line 7" cursor_on 'except Exception'
check "the line is marked in the margin" on_screen '^● +except Exception'
check "the log has the entry" in_log '^\*\* TODO \[\[file:~/repos/shop/src/cli\.py::7\]\[cli\.py:7\]\] +:security:'
check "the log has its text" in_log '^ +Catch what open\(\) raises, jk gr\.$'

# A region, abandoned and recalled.
keys 1 2 G V j
check "visual state" on_screen '<V'
keys Space r r
check "SPC r r takes the lines of the region" on_screen 'cli\.py:12-13 '
text 'Close the file.'
check "typed" on_screen 'Close the file\.'
keys C-c C-k
check "C-c C-k abandons" on_screen 'Abandoned'
check "nothing was logged" off_log 'Close the file'
keys 1 2 G V j Space r c
check "SPC r c takes an active region without asking" on_screen 'cli\.py:12-13 '
keys M-p
check "M-p recalls the abandoned text" on_screen 'Close the file\.'
keys C-c C-c
check "the region is in the log" in_log '^ +:LINES: +12-13'
check "with its text" in_log 'for name in argv:'
check "the capture window is closed" off_screen 'memento remark'

# The list.
keys Space r l
check "SPC r l shows the list" on_screen 'State +Age Category +Project Place +Remark'
check "with both remarks" on_screen 'TODO .*security +shop +src/cli\.py:7 +Catch what'
check "motion state" on_screen '<M>.*Review.*open: 2'
keys g g
check "gg goes to the first row" cursor_on '^TODO'
first=$(cursor_line)
keys j
check "j moves down" cursor_not_on_first
keys k
check "k moves up" cursor_on_first
check "j and k changed nothing" on_screen 'open: 2'

# Another process adds one: without the watch on the log the list is as it was until gr looks again.
keys M-:
check "M-: asks" on_screen '^Eval:'
text '(file-notify-rm-watch (cdr memento--review-log-watch))'
keys Enter
check "the log is not watched" off_screen '^Eval:'
cat > "$home/add.el" <<ADD
(add-to-list 'load-path "$elisp")
(require 'memento-module)
(memento--call 'memento-core-review-add
               (list :file "$home/repos/shop/src/cli.py" :line 14 :comment "From another process" :category "performance"))
ADD
"$emacs" -Q --batch -l "$home/add.el" || fail "another process adds a remark"
check "the log has it, the list has not" in_log 'From another process'
if on_screen 'From another process'; then fail "the list was to wait for gr"; fi
keys g r
check "gr looks again" on_screen 'performance +shop +src/cli\.py:14 +From another process'

# Visit; the line has moved meanwhile.
sed -i '1i # a new first line' "$home/repos/shop/src/cli.py"
keys g g /
check "/ asks what to show" on_screen 'Show remarks by'
keys c
check "c is the category" on_screen '^Category'
text 'security'
keys Enter
check "one is left" on_screen 'open, security: 1 of 3'
keys Enter
check "RET visits and says that the line moved" on_screen 'moved from line 7: Catch what'
check "the cursor is on the line" cursor_on 'except Exception'

# The gate.
keys Space r l
check "the list is as it was left" on_screen 'open, security'
keys g g d
check "the echo area shows how the tests go on" on_screen '^Testing before closing cli\.py:7 … [0-9]+ s: step [0-9]'
check "failing tests keep the remark open" on_screen 'cli\.py:7 stays open'
check "and show why" on_screen 'still swallowed'
check "the log has it open" in_log '^\*\* TODO .*cli\.py::7'
touch "$home/repos/shop/fixed"
keys d
check "passing tests close it" on_screen 'Closed cli\.py:7'
check "the log has it closed" in_log '^\*\* DONE .*cli\.py::7'
check "with the evidence" in_log '^ +:TESTED: .*make test'
check "the list does not show it any more" on_screen 'No remarks here: open, security'
keys / /
check "the filter is cleared" on_screen 'open: 2'

# Delete, with a question.
keys g g D
check "D asks" on_screen 'Delete the remark about'
keys y
check "and deletes" on_screen 'Deleted'
check "one is left" on_screen 'open: 1'
keys '?'
check "? explains" on_screen 'close, if the tests pass'
keys C-g
check "the help is gone" off_screen 'close, if the tests pass'
keys q
check "q leaves" off_screen 'Review \['

# The log, followed while another process writes.
keys Space r o
check "SPC r o opens the log in Org" on_screen 'code_review\.org.*\(Org'
check "at a remark" cursor_on 'cli\.py'
"$emacs" -Q --batch -l "$home/add.el" || fail "another process adds a remark again"
keys G
check "the buffer follows the file" on_screen 'From another process'

# The prompt.
keys Space r y
check "SPC r y copies the prompt of the remark at point" on_screen 'Copied the prompt for 2 open remarks in shop'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
