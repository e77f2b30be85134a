#!/bin/sh
# Stands in for neap when the specs run under valgrind: NEAP_VALGRIND is the real one.
exec valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect \
    --errors-for-leak-kinds=definite,indirect "${NEAP_VALGRIND:-build/neap}" "$@"
