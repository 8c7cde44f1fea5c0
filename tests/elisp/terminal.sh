# A real `emacs -nw` inside tmux, driven by keys and looked at: sourced by the scripts that play a person.
#
# Needs tmux, git and the module, which MEMENTO_MODULE names. There is a home and a tmux server for each script, and waiting is
# looking at the screen. The script may define `more`, which a failure prints besides the screen.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
elisp=$(cd "$here/../../elisp" && pwd)
emacs=${EMACS:-emacs}
module=${MEMENTO_MODULE:?names the module, memento-core-VERSION.so}
for program in tmux git "$emacs"; do
    command -v "$program" >/dev/null || { echo "$(basename "$0"): $program is not installed"; exit 2; }
done

home=$(mktemp -d)
home=$(cd "$home" && pwd -P)
server="memento-$$"
session=memento
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

screen() { tmux -L "$server" capture-pane -p -t "$session" 2>/dev/null; }
keys() { tmux -L "$server" send-keys -t "$session" "$@"; }
text() { tmux -L "$server" send-keys -t "$session" -l "$1"; }

more() { :; }
pass() { passed=$((passed + 1)); echo "ok: $1"; }
fail() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    echo "--- the screen:"
    screen
    more
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
# Where the cursor is: what its line on the screen shows.
cursor_line() {
    local y
    y=$(tmux -L "$server" display-message -p -t "$session" '#{cursor_y}')
    screen | sed -n "$((y + 1))p"
}
cursor_on() { cursor_line | grep -qE -- "$1"; }

# check NAME COMMAND...: wait for the command, count the result.
check() {
    local name=$1
    shift
    if until_true "${MEMENTO_WAIT:-20}" "$@"; then pass "$name"; else fail "$name"; fi
}
