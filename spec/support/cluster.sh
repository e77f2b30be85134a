#!/bin/sh
# Run a command with a PostgreSQL server of its own:
#
#   spec/support/cluster.sh build/neap lua spec/run.lua
#
# The command sees NEAP_TEST_POSTGRES, the URL of a superuser's database. The server listens on a socket in
# a temporary directory only, runs as an unprivileged user, and is gone when the command ends, however it
# ends. POSTGRES_BIN=dir chooses the server; otherwise the newest one of /usr/lib/postgresql.
set -eu

fail() {
    echo "cluster.sh: $*" >&2
    exit 1
}

newest_server() {
    newest=0
    for directory in /usr/lib/postgresql/*/bin; do
        version=${directory#/usr/lib/postgresql/}
        version=${version%%/*}
        case $version in
        *[!0-9]*) continue ;;
        esac
        if [ -x "$directory/initdb" ] && [ "$version" -gt "$newest" ]; then
            newest=$version
        fi
    done
    [ "$newest" -gt 0 ] && echo "/usr/lib/postgresql/$newest/bin"
}

[ $# -gt 0 ] || fail "what shall I run?"
bin=${POSTGRES_BIN:-$(newest_server)} || fail "no PostgreSQL server is installed (Debian's postgresql)"

# The server refuses to run as root.
user=$(id -un)
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id postgres >/dev/null 2>&1 || user=nobody
fi
as_user() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u "$user" -- "$@"
    else
        "$@"
    fi
}

# A socket's path has at most 107 bytes, so not under a long TMPDIR.
top=$(mktemp -d /tmp/neap-pg.XXXXXX)
port=$((20000 + $$ % 40000))
child=
watchdog=

# Called by the trap.
# shellcheck disable=SC2317
stop() {
    trap '' INT TERM HUP
    if [ -n "$child" ] && kill -0 "$child" 2>/dev/null; then
        kill -TERM "$child" 2>/dev/null || :
        wait "$child" 2>/dev/null || :
    fi
    [ -z "$watchdog" ] || kill "$watchdog" 2>/dev/null || :
    if [ -f "$top/data/postmaster.pid" ]; then
        as_user "$bin/pg_ctl" -D "$top/data" -m immediate -w stop >/dev/null 2>&1 || :
    fi
    rm -rf "$top"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

if [ "$(id -u)" = 0 ]; then
    chown "$user" "$top"
fi
cd /
as_user "$bin/initdb" -D "$top/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync \
    >"$top/log" 2>&1 || {
    cat "$top/log" >&2
    fail "initdb failed"
}
as_user tee -a "$top/data/postgresql.conf" >/dev/null <<CONFIGURATION
listen_addresses = ''
unix_socket_directories = '$top'
port = $port
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 100
max_prepared_transactions = 10
shared_buffers = 64MB
timezone = 'UTC'
jit = off
CONFIGURATION
as_user "$bin/pg_ctl" -D "$top/data" -l "$top/data/server.log" -w -t 60 start >"$top/log" 2>&1 || {
    cat "$top/log" "$top/data/server.log" >&2 || :
    fail "the server did not start"
}

# This shell may be killed with -9: then somebody else has to clean up. In a session of its own, so that
# what kills a process group does not reach it.
# shellcheck disable=SC2016
setsid sh -c '
    while kill -0 "$1" 2>/dev/null; do sleep 1; done
    if read -r pid <"$2/data/postmaster.pid"; then kill -QUIT "$pid"; fi
    sleep 1
    rm -rf "$2"
' watchdog $$ "$top" >/dev/null 2>&1 </dev/null &
watchdog=$!

cd "$OLDPWD"
NEAP_TEST_POSTGRES="postgresql:///postgres?host=$top&port=$port&user=postgres"
NEAP_TEST_CLUSTER=$top # others like it can be had
# The server's own psql; Debian's is a Perl script around it.
PATH=$bin:$PATH
export NEAP_TEST_POSTGRES NEAP_TEST_CLUSTER PATH

# In the background, so that a signal to this shell is answered at once; a background job would not read
# standard input and would ignore Ctrl-C.
env --default-signal=INT,QUIT "$@" <&0 &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
