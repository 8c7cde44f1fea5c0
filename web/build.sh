#!/usr/bin/env bash
# usage: web/build.sh
#
# Builds the page of the timeline, web/dist/timeline.html, where it is older than its sources. Without npm it says so and leaves
# it at that: memento is then built without the page.
set -euo pipefail
cd "$(dirname "$0")"
page=dist/timeline.html
if [ -e "$page" ] && [ -z "$(find src build.mjs package-lock.json -newer "$page" -print -quit)" ]; then
  exit 0
fi
if ! command -v npm >/dev/null; then
  rm -f "$page"
  echo "npm is not here: memento is built without \`memento prompt timeline\` and \`memento prompt serve\`." >&2
  exit 0
fi
if ! cmp -s package-lock.json node_modules/.made-from; then
  npm ci --silent --no-audit --no-fund >&2
  cp package-lock.json node_modules/.made-from
fi
node build.mjs
