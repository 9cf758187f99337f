# A PostgreSQL of our own, in a folder of its own: nothing of the machine's servers or settings is used or touched.
# To be sourced. PostgreSQL refuses to run as root; then the server runs as the package's user `postgres`.
#
#   start_private_postgres FOLDER [durable]   makes the server if FOLDER has none, starts it if it does not run, and exports
#                                             PGHOST (its socket folder), PGPORT, PGUSER (superuser), PGDATABASE, PGPASSWORD
#   stop_private_postgres FOLDER              stops it; the data stay
#   private_postgres_folder PATH              PATH, or where the server's user cannot get there (a clone under /root), a
#                                             folder below /var/lib that belongs to PATH
#
# Without `durable` the server never waits for the disk: right for tests, wrong for data that must outlive a power cut.
# The socket admits whoever may enter the folder; on TCP (127.0.0.1, same port) the password is asked for.

postgres_fail() {
    echo "postgres: $1" >&2
    [[ -z ${2:-} ]] || echo "HINT: $2" >&2
    return 69
}

# The newest installed version.
postgres_programs() {
    local newest
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort --version-sort | tail -n 1)
    [[ -x $newest ]] || {
        postgres_fail "no PostgreSQL server is installed" "Run scripts/setup."
        return
    }
    echo "${newest%/*}"
}

# Runs a command as the server's user, away from a working directory that this user may not enter.
as_server_user() (
    cd /
    if [[ $EUID -eq 0 ]]; then
        exec setpriv --reuid=postgres --regid=postgres --init-groups env -u HOME LC_ALL=C.UTF-8 "$@"
    fi
    exec env LC_ALL=C.UTF-8 "$@"
)

private_postgres_folder() {
    local folder=$1 existing=$1
    while [[ ! -e $existing ]]; do existing=$(dirname "$existing"); done
    if as_server_user test -x "$existing"; then
        echo "$folder"
    else
        echo "/var/lib/billhouse-private/$(printf %s "$folder" | sha256sum | cut -c 1-12)"
    fi
}

make_private_postgres() {
    local folder=$1 mode=$2 programs=$3
    (umask 022 && mkdir -p "$folder")
    chmod 700 "$folder"
    [[ $EUID -ne 0 ]] || chown postgres: "$folder"
    as_server_user test -w "$folder" || {
        postgres_fail "the user postgres cannot write to $folder" "Choose a folder whose parents everybody may enter."
        return
    }
    as_server_user sh -c 'umask 077; od -An -N16 -tx1 /dev/urandom | tr -d " \n" >"$1"' sh "$folder/password"
    local report
    report=$(as_server_user "$programs/initdb" --pgdata="$folder/new" --username=postgres --pwfile="$folder/password" \
        --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync 2>&1) || {
        postgres_fail "initdb failed: $report"
        return
    }
    local settings="listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
unix_socket_permissions = 0700
max_connections = 100
timezone = 'UTC'
log_timezone = 'UTC'"
    [[ $mode == durable ]] || settings+="
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 256MB"
    as_server_user sh -c 'printf "%s\n" "$1" >>"$2/new/postgresql.conf" && mv "$2/new" "$2/data"' sh "$settings" "$folder"
}

# A port that is taken shows only when the server tries it, so it is tried.
launch_private_postgres() {
    local folder=$1 programs=$2 port
    port=$(cat "$folder/port" 2>/dev/null || true)
    for _ in {1..20}; do
        port=${port:-$((20000 + (RANDOM * 32768 + RANDOM) % 12000))}
        as_server_user sh -c 'echo "$1" >"$2/port" && : >"$2/server.log"' sh "$port" "$folder"
        as_server_user "$programs/pg_ctl" start --silent --wait --timeout=60 --pgdata="$folder/data" \
            --log="$folder/server.log" --options="-p $port" >/dev/null 2>&1 && return
        grep -q "could not bind\|lock file .* already exists" "$folder/server.log" || break
        port=
    done
    tail -n 20 "$folder/server.log" >&2
    postgres_fail "the server in $folder did not start (above: the end of its log)"
}

start_private_postgres() {
    local folder=$1 mode=${2:-fast} programs
    # The path of a socket holds at most 107 bytes, of which "/.s.PGSQL.12345" takes 15.
    [[ ${#folder} -le 90 ]] || {
        postgres_fail "the path $folder is too long for a socket" "Choose a folder with a path of at most 90 bytes."
        return
    }
    programs=$(postgres_programs) || return
    [[ -d $folder/data ]] || make_private_postgres "$folder" "$mode" "$programs" || return
    as_server_user "$programs/pg_ctl" status --pgdata="$folder/data" >/dev/null 2>&1 ||
        launch_private_postgres "$folder" "$programs" || return
    unset PGSERVICE PGSERVICEFILE PGHOSTADDR PGPASSFILE PGOPTIONS PGSSLMODE PGTARGETSESSIONATTRS PGREQUIREAUTH
    PGHOST=$folder
    PGPORT=$(cat "$folder/port")
    PGUSER=postgres
    PGDATABASE=postgres
    PGPASSWORD=$(cat "$folder/password")
    export PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD
}

stop_private_postgres() {
    local folder=$1 programs
    programs=$(postgres_programs) || return
    as_server_user "$programs/pg_ctl" status --pgdata="$folder/data" >/dev/null 2>&1 || return 0
    local mode
    for mode in fast immediate; do # the second does without the checkpoint, for a server that hangs in it
        as_server_user "$programs/pg_ctl" stop --silent --wait --timeout=20 --mode=$mode --pgdata="$folder/data" \
            >/dev/null 2>&1 && return
    done
    postgres_fail "the server in $folder did not stop"
}
