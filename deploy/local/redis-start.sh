#!/bin/bash
# redis-start.sh DIR PORT [REDIS ARGUMENTS...]
# Starts Redis on loopback; every write is on disk before it is answered. Harmless when it runs.
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,3p "$0" >&2; exit 2; }
. "$(cd "$(dirname "$0")" && pwd)/process.sh"
need redis-server redis-server
umask 077
dir=$(mkdir -p "$1" && cd "$1" && pwd)
port=$2
shift 2

# It would write its title over its environment, which says whose process it is.
if ! process_alive "$dir/redis.pid" redis-server; then
  redis-server --bind 127.0.0.1 --port "$port" --dir "$dir" --daemonize yes \
    --appendonly yes --appendfsync always --save '' --maxmemory-policy noeviction \
    --set-proc-title no \
    --pidfile "$dir/redis.pid" --logfile "$dir/redis.log" "$@" > /dev/null
fi

for ((i = 0; i < 500; i++)); do
  if [ "$(redis-cli -h 127.0.0.1 -p "$port" ping 2> /dev/null)" = PONG ]; then exit 0; fi
  sleep 0.02
done
echo "Redis did not answer within 10 s; see $dir/redis.log" >&2
exit 1
