#!/usr/bin/env bash
# A throw-away PostgreSQL for tests, on this machine only: `start FOLDER [SETTING=VALUE ...]` prints its address, `stop FOLDER`
# takes it away with its data. Without a server on the machine, root on Debian installs one (17 MB); else it says what to install.
set -euo pipefail

find_server() {
    local programs
    programs=$( { ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null || true; } | sort -V | tail -1)
    if [ -z "$programs" ] && command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
        programs=$(dirname "$(readlink -f "$(command -v initdb)")")
    fi
    [ -n "$programs" ] && echo "$programs"
}

install_server() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "Tests of the shared store need PostgreSQL 15 or newer (Debian: sudo apt-get install postgresql)." >&2
        exit 1
    fi
    echo "Installing PostgreSQL for the tests of the shared store …" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null >&2
    apt-get install -y -qq --no-install-recommends postgresql </dev/null >/dev/null
}

# PostgreSQL does not run as root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start() {
    local folder=$1 programs port password
    shift
    programs=$(find_server) || { install_server; programs=$(find_server); }
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    (umask 077; head -c 24 /dev/urandom | base64 | tr -d '/+=\n' >"$folder/password")
    password=$(cat "$folder/password")
    chmod 700 "$folder"
    if [ "$(id -u)" -eq 0 ]; then chown -R postgres "$folder"; fi
    cd "$folder"
    as_owner "$programs/initdb" -D "$folder/data" -E UTF8 --locale=C.UTF-8 -U postgres -A scram-sha-256 \
        --pwfile="$folder/password" --data-checksums --no-sync >/dev/null
    {
        echo "listen_addresses = '127.0.0.1'"
        echo "port = $port"
        echo "unix_socket_directories = ''"
        # As a clinic's server is set: no cell of a patient in the server's own log.
        echo "log_error_verbosity = terse"
        echo "log_min_error_statement = panic"
        echo "log_parameter_max_length_on_error = 0"
        # Nobody needs these data after the run. Who tests a crash sets it otherwise.
        echo "fsync = off"
        local setting
        for setting in "$@"; do echo "${setting%%=*} = ${setting#*=}"; done
    } | as_owner tee -a "$folder/data/postgresql.conf" >/dev/null
    as_owner "$programs/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/server.log" start </dev/null >/dev/null
    echo "postgresql+psycopg://postgres:$password@127.0.0.1:$port/postgres"
}

stop() {
    local folder=$1 process
    if [ -f "$folder/data/postmaster.pid" ]; then
        process=$(head -1 "$folder/data/postmaster.pid")
        # Immediate: there is nothing to save.
        kill -QUIT "$process" 2>/dev/null || true
        while kill -0 "$process" 2>/dev/null; do sleep 0.05; done
    fi
    rm -rf "$folder"
}

# As if the machine had failed: every process of the server is gone at once. Then it comes up again, at the same address.
crash() {
    local folder=$1 programs process
    programs=$(find_server)
    folder=$(cd "$folder" && pwd)
    process=$(head -1 "$folder/data/postmaster.pid")
    kill -QUIT "$process"
    while kill -0 "$process" 2>/dev/null; do sleep 0.02; done
    cd "$folder"
    as_owner "$programs/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/server.log" start </dev/null >/dev/null
}

case "${1:-}" in
    start) shift; start "$@" ;;
    stop) shift; stop "$@" ;;
    crash) shift; crash "$@" ;;
    find) find_server || { install_server; find_server; } ;;
    *) echo "Say: $0 start FOLDER [SETTING=VALUE ...] | stop FOLDER | crash FOLDER | find" >&2; exit 2 ;;
esac
