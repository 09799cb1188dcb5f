# Sourced by the other scripts: starts and ends processes by their pid files alone, never by name.

# pid_runs PID COMMAND: is that process alive, and still that command? (A pid is given to somebody
# else after a while; what runs under it is looked at before anything is sent to it.)
pid_runs() {
  local comm
  comm=$(cat "/proc/$1/comm" 2> /dev/null) || return 1
  [ "$comm" = "$2" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2> /dev/null
}

# process_alive PIDFILE COMMAND: the same for the process of a pid file.
process_alive() {
  local pid
  pid=$(cat "$1" 2> /dev/null) && [ -n "$pid" ] && pid_runs "$pid" "$2"
}

# process_stop PIDFILE COMMAND SECONDS: ends it cleanly, or by force once the time is up.
process_stop() {
  local pid i
  # Read once: some of these remove their pid file long before they are gone.
  pid=$(cat "$1" 2> /dev/null) || return 0
  if [ -n "$pid" ] && pid_runs "$pid" "$2"; then
    kill -TERM "$pid" 2> /dev/null || true
    for ((i = 0; i < $3 * 20; i++)); do
      pid_runs "$pid" "$2" || break
      sleep 0.05
    done
    if pid_runs "$pid" "$2"; then kill -KILL "$pid" 2> /dev/null || true; fi
  fi
  rm -f "$1"
}

# port_open PORT: does anybody listen there?
port_open() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# need COMMAND PACKAGE: says what is missing instead of failing somewhere later.
need() {
  command -v "$1" > /dev/null || { echo "$1 is not installed (Debian package: $2)" >&2; exit 1; }
}
