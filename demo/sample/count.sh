#!/bin/sh
# count.sh WORD FILE: on how many lines WORD stands.

word=$1
file=$2

if [ ! -f $file ]; then
  echo 0
  exit 0
fi

grep -c $word "$file"
