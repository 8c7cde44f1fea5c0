#!/bin/sh
# greet.sh NAME: says hello.

name=$1
echo "Hello, $nmae!"
