#!/usr/bin/env bash
# The prompts by keys, in a real `emacs -nw` of 80 by 24 inside tmux: what is on the screen and in the library.
#
# TERM_INSIDE is the terminal that Emacs is told of, by default one with 256 colours. The last line counts what passed and failed.
. "$(dirname "${BASH_SOURCE[0]}")/terminal.sh"
export MEMENTO_CLAUDE_DIR=$home/.claude MEMENTO_DATA_DIR=$home/data MEMENTO_NOTES_DIR=$home/notes
history=$MEMENTO_CLAUDE_DIR/history.jsonl

# prompt DATE PROJECT TEXT [PASTED]: a line of the history.
prompt() {
    local pasted='{}'
    [ -n "${4-}" ] && pasted="{\"1\":{\"id\":1,\"type\":\"text\",\"content\":\"$4\"}}"
    printf '{"display":"%s","pastedContents":%s,"timestamp":%s000,"project":"%s/src/%s","sessionId":"s-%s"}\n' \
        "$3" "$pasted" "$(date -d "$1" +%s)" "$home" "$2" "$2"
}

mkdir -p "$MEMENTO_CLAUDE_DIR" "$MEMENTO_NOTES_DIR"
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
keys C-c r p
check "an empty library says where it looked" on_screen 'Looked in .*\.claude/history\.jsonl'

{
    prompt '2025-10-01 09:00' shop 'Fix the parser of dates'
    prompt '2025-10-02 09:30' shop 'Speed up the parser of tables'
    prompt '2025-10-02 10:00' garden 'Explain the watering plan' 'ten\nlines'
    prompt '2025-10-02 14:00' garden 'Explain the watering plan once more'
    prompt '2025-10-02 14:01' garden '/clear'
    prompt '2025-10-02 14:02' shop 'Upload it with AKIAIOSFODNN7EXAMPLE please'
} > "$history"
keys g
check "g reads what is new" on_screen '^6 new prompts; 1 looks to hold a key or token'
check "the newest is first" on_screen '^2025-10-02 14:02 .* shop +. Upload it with \[.*\] please'
check "slash commands are hidden" on_screen '^ 5 prompts '

keys 'M-<' C-n
check "the cursor moves by rows" cursor_on 'once more'
keys 4
check "4 rates" cursor_on '(★★★★☆|\*\*\*\*-) garden'
keys C-n 2 C-n 5
check "and again" cursor_on '(★★★★★|\*\*\*\*\*) shop +Speed'
keys u
check "u takes it back" cursor_on '^2025-10-02 09:30 +shop +Speed'
keys n
check "n opens a buffer at the bottom" on_screen 'Note on: Speed up.* C-c C-c keep'
text 'Too vague'
keys C-c C-c
check "the note has its sign" cursor_on '(✎|n) Speed up'
keys t
check "t asks for tags" on_screen '^Tags \(with commas\):'
text 'perf,sql'
keys Enter
check "which stand before the text" cursor_on '#perf #sql Speed up'

keys C-Space C-n 3
check "a region is rated at once" on_screen '(★★★☆☆|\*\*\*--) shop +.*Speed up'
keys /
check "/ asks what for" on_screen '^Search prompts:'
text 'parser ta'
check "the list follows the typing" on_screen '^ 1 prompt · “parser ta”'
keys C-g
check "C-g brings all back" on_screen '^ 5 prompts '
keys /
text 'water'
check "a prefix is enough" on_screen '^ 2 prompts · “water”'
keys Enter
check "RET keeps it" on_screen '^ 2 prompts · “water”'
keys F
check "F clears" on_screen '^ 5 prompts '
keys f
check "f shows the filters" on_screen 'with a note, without'
keys r
text '4'
keys Enter
check "by rating" on_screen '^ 1 prompt · (★|\*)4 or better'
keys F f p
text "$home/src/garden"
keys Enter
check "by project" on_screen '^ 2 prompts · project garden'
keys F f d
text '2025-10-01'
keys Enter
check "by date" on_screen '^ 1 prompt · 2025-10-01'
keys F

keys 'M-<' C-n C-n Enter
check "RET shows all of it" on_screen '^Asked +Thursday 2025-10-02 10:00:00'
check "what was pasted is folded" on_screen '^Pasted #1, 2 lines'
check "and not seen" off_screen '^lines$'
keys TAB Enter
check "until it is unfolded" on_screen '^lines$'
keys 1
check "it is rated there too" on_screen '^Rating +(★☆☆☆☆|\*----)'
keys p p
check "p goes to its neighbours" on_screen '^Upload it with \[.*\] please'
keys v
check "v shows the key" on_screen 'AKIAIOSFODNN7EXAMPLE'
keys q
check "q goes back to that row" cursor_on 'Upload it'

keys T
check "T draws the day" on_screen '^ Thursday 2025-10-02 · 4 prompts in 2 projects'
check "in lanes" on_screen '^garden .*4'
check "with the prompt below" on_screen '^ 14:02:00  not rated  shop'
keys '?'
check "? shows its keys, which fit into the terminal" on_screen ' c slash commands too$'
keys C-g
keys 5
check "it is rated in the picture" cursor_on '^shop .*5'
keys BTab
check "S-TAB goes to the one before" on_screen '^ 14:00:00  .*  garden'
keys p
check "p goes to the day before" on_screen '^ Wednesday 2025-10-01 · 1 prompt in 1 project'
keys q
check "and q back to the list" on_screen '^ 5 prompts '
check "where it is rated too" on_screen '(★★★★★|\*\*\*\*\*) shop +. Upload'

keys i
check "i counts them" on_screen '^5 prompts in 2 sessions on 2 days'
keys q

keys 'M-<' s
check "s asks for a name" on_screen '^Name of the template'
text 'up'
keys Enter
check "and has the text edited" on_screen 'Template up: type'
keys M-h C-w
text 'Upload {what} please'
keys C-c C-c
check "a template is saved" on_screen '^Saved up with 1 placeholder'
keys C-c r u
text 'up'
keys Enter
check "it asks what to put there" on_screen '^up, \{what\}:'
text 'all'
keys Enter
check "and copies the text" on_screen '^Copied: Upload all please'

prompt '2025-10-05 09:00' shop 'Something new' >> "$history"
keys 'M-<' C-n C-n g
check "new prompts come in" on_screen '^1 new prompt'
check "and the cursor stays" cursor_on 'Explain the watering plan'
keys d
text yes
keys Enter
check "d deletes" on_screen '^Deleted 1 prompt; C-u'
check "and it is gone" on_screen '^ 5 prompts '
keys 'M-<' P
check "P shows the note" on_screen '^#\+title: '
keys y
check "and makes it" on_screen '^Published as prompt-20251005-090000 in '
check "where assistants see it" grep -rqi 'filetags:.*:PUBLIC:' "$MEMENTO_NOTES_DIR"
keys '?'
check "? shows the keys" on_screen 'a note for assistants'
keys C-g q
check "q leaves" on_screen '\*scratch\*'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
