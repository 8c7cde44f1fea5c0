#!/usr/bin/env bash
# The notes by keys, in a real `emacs -nw` inside tmux: first without evil and without any completion package, then with
# evil and Org-roam's directory. What is on the screen and what is on disk.
#
# Needs evil (Debian: elpa-evil) besides. The last line counts what passed and failed.
. "$(dirname "${BASH_SOURCE[0]}")/terminal.sh"

in_file() { grep -qE -- "$2" "$1" 2>/dev/null; }
cursor_at_right() { [ "$(tmux -L "$server" display-message -p -t "$session" '#{cursor_x}')" -gt 60 ]; }
# What the windows are, without what is in the echo area.
windows() { screen | sed '$d'; }
windows_as_before() { [ "$(windows)" = "$before" ]; }

# note FILE ID TITLE [LINE]...: writes a note.
note() {
    local file=$1 id=$2 title=$3
    shift 3
    mkdir -p "$(dirname "$file")"
    printf ':PROPERTIES:\n:ID:       %s\n:END:\n#+title: %s\n\n' "$id" "$title" >"$file"
    printf '%s\n' "$@" >>"$file"
}

# start KEYS...: a fresh Emacs with the init file.
start() {
    tmux -L "$server" kill-server 2>/dev/null
    # One that is still ending would take the new session with it.
    server=$server+
    tmux -L "$server" -f /dev/null new-session -d -s "$session" -x 100 -y 28 "cd '$home' && '$emacs' -nw -Q -l '$home/init.el'"
}

roam=$home/.roam
note "$roam/emacs.org" emacs 'Emacs' 'An editor that is extended while it runs.'
note "$roam/house.org" house 'House' 'The roof is to be mended before winter, planned in [[id:emacs][my editor]].' '' \
    '* Money :PRIVATE:' 'The builder asks for 4711.'
note "$roam/garden.org" garden 'Garden' 'Beans are sown in May. Emacs knows when.' '' '* Plan' ':PROPERTIES:' \
    ':ID:       plan' ':END:' 'Mend the fence before winter.'

cat >"$home/init.el" <<INIT
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil evil-want-keybinding nil
      initial-scratch-message nil)
(add-to-list 'load-path "$elisp")
(require 'memento)
(memento-setup-keys)
(global-memento-notes-mode 1)
(require 'org)
(message "ready for keys")
INIT

# Plain Emacs: find.
start
check "Emacs starts" on_screen 'ready for keys'
keys C-c r n
check "C-c r n asks for a note" on_screen '^Note:'
text 'hou'
keys Tab
check "TAB completes in whatever case" cursor_on '^Note: House'
keys Enter
check "RET visits the note" on_screen 'house\.org .*Org private'
keys C-c r n
check "it asks again" on_screen '^Note:'
keys '?'
check "? shows all notes, a line each" on_screen '^Garden +garden\.org'
check "headlines too" on_screen '^Plan +garden\.org'
text 'Shed'
keys Enter
check "a note that there is not is made" on_screen 'Made the note Shed, private'
check "and visited" on_screen '#\+title: Shed'
check "on disk" grep -rqE '^#\+title: Shed$' "$roam"

# Search.
keys C-c r s
check "C-c r s asks for words" on_screen 'Search notes:'
text 'winter'
check "the hits follow the typing, with their lines" on_screen '^House +The roof is to be mended before winter'
check "all of them" on_screen '^Plan +Mend the fence before winter\.'
check "and how many" on_screen '^2 Search notes: winter'
text ' fen'
check "a blank parts words, the last is the start of one" on_screen '^1 Search notes: winter fen'
check "what has not all words is gone" off_screen '^House '
text 'zzz'
check "nothing is found" on_screen '^0 Search notes: winter fenzzz'
keys BSpace BSpace BSpace
check "and found again" on_screen '^Plan +Mend the fence'
keys Enter
check "RET visits the line" cursor_on '^Mend the fence before winter\.'
keys C-c r s
text 'winter'
check "the hits once more" on_screen '^House +The roof'
keys M-v
check "M-v goes to the hits" cursor_on '^(House|Plan) '
keys Enter
check "RET there visits it" off_screen 'Search notes'
check "at the line" cursor_on 'before winter'
keys C-c r s
text 'gazebo'
check "there is no such word" on_screen '^0 Search notes: gazebo'
keys Enter
check "that is said" on_screen 'No note has all of this: gazebo'

# Backlinks.
keys C-c r n
text 'Emacs'
keys Enter
check "the note that is linked to" on_screen 'emacs\.org .*Org private'
before=$(windows)
keys C-c r b
check "C-c r b shows what leads here" on_screen 'Backlinks \(1\)'
check "with the lines around the link" on_screen 'The roof is to be mended'
keys C-c r b
keys n u
check "u shows the name without a link" on_screen 'Its name without a link \(1\)'
keys q
check "q closes it, and the windows are as before" windows_as_before
keys C-c r b
check "once more" on_screen 'Backlinks \(1\)'
keys C-c r n
text 'House'
keys Enter
check "it follows to another note" on_screen 'Nothing leads here yet'
keys C-c r n
text 'Emacs'
keys Enter
check "and back" on_screen 'Backlinks \(1\)'
keys C-c r b
keys n Enter
check "RET visits the place" cursor_on '^The roof is to be mended'
keys C-c r b q
check "it is closed" off_screen 'Backlinks'

# Insert a link, and the index follows the saving.
keys M-\> C-c r i
check "C-c r i asks for a note" on_screen '^Link to note:'
text 'plan'
keys Tab Enter
keys C-x C-s
check "the link is in the file" in_file "$roam/house.org" '\[\[id:plan\]\[Plan\]\]'
keys C-c r n
text 'plan'
keys Tab Enter
check "at the headline" cursor_on '^\* Plan'
keys C-c r b
check "saving has told the index" on_screen 'Backlinks \(1\)'
keys C-c r b q

# Publish.
keys M-x
text 'memento-notes-publish'
keys Enter
check "publishing shows what assistants would see" on_screen 's save +u undo +q leave +Assistants would see 1 note'
check "the mark is in the buffer" on_screen '^\* Plan +:PUBLIC:'
keys s
check "s saves" on_screen 'Saved: assistants see 1 note of garden\.org'
check "the mark is on disk" in_file "$roam/garden.org" '^\* Plan +:PUBLIC:'
check "the mode line says so" on_screen 'garden\.org .*Org PUBLIC'
keys M-x
text 'memento-notes-privacy'
keys Enter
check "the list of what is public" on_screen '^ Plan +PUBLIC +garden\.org:'
keys u
check "u withdraws" on_screen '“Plan” is private now'
check "on disk" in_file "$roam/garden.org" '^\* Plan$'
check "nothing is left" on_screen 'Nothing is public'
keys q
keys M-x
text 'memento-notes-problems'
keys Enter
check "nothing is wrong" on_screen 'Nothing is wrong with your notes'
keys q

# The menu.
keys C-c r m
check "the menu has the notes" on_screen 'search the text'
keys v
check "and its keys work" on_screen 'Nothing is public'

# With evil, beside Org-roam.
note "$home/org notes/tea.org" tea 'Tea' 'Water first.'
cat >>"$home/init.el" <<INIT
(setq org-roam-directory "~/org notes/")
(dolist (root '("/usr/share/emacs/site-lisp/elpa-src" "/usr/share/emacs/site-lisp/elpa"))
  (when (file-directory-p root)
    (dolist (package (directory-files root t "\\\\\`\\\\(evil\\\\|goto-chg\\\\)-[0-9]"))
      (add-to-list 'load-path package))))
(require 'evil)
(evil-mode 1)
(message "ready for keys")
INIT
start
check "Emacs starts with evil" on_screen 'ready for keys'
keys Space r n
check "SPC r n offers the notes of Org-roam" on_screen "Use Org-roam's notes in ~/org notes"
keys y
check "then asks for a note" on_screen '^Note:'
check "the configuration names the directory" in_file "$home/.config/memento/config.toml" "^notes_dir = \"$home/org notes\"\$"
text 'Tea'
keys Enter
check "and visits one of those" on_screen 'tea\.org .*<N>.*Org private'
keys Space r s
check "SPC r s searches" on_screen 'Search notes:'
text 'water fir'
check "those, blanks and all" on_screen '^Tea +Water first\.'
keys Enter
check "RET visits" cursor_on '^Water first'
keys Space r b
check "SPC r b shows the backlinks" on_screen 'Nothing leads here yet'
keys Space r b
check "and goes there" cursor_at_right
keys q
check "q closes" off_screen 'memento backlinks'
keys v w w Space r i
check "SPC r i offers the region" on_screen '^Link to note: Water first'
keys C-a C-k
text 'Tea'
keys Enter
check "and is back in normal state" on_screen 'tea\.org .*<N>'
keys ':'
check ": asks" on_screen '^:'
keys w Enter
check "the region is the description of the link" in_file "$home/org notes/tea.org" '^\[\[id:tea\]\[Water first\.\]\]$'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
