#!/bin/sh
# Every line of output must be as expected.

status=0
expect() {
  if [ "$2" = "$3" ]; then
    echo "ok      $1"
  else
    echo "FAILED  $1: \"$3\" instead of \"$2\""
    status=1
  fi
}

expect 'greet says the name' 'Hello, Ann!' "$(sh greet.sh Ann)"
expect 'count counts lines' 1 "$(sh count.sh Hello greet.sh)"
exit $status
