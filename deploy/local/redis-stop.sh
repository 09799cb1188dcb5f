#!/bin/bash
# redis-stop.sh DIR: stops the Redis of this folder. Harmless when it does not run.
set -euo pipefail
[ $# = 1 ] || { sed -n 2p "$0" >&2; exit 2; }
. "$(cd "$(dirname "$0")" && pwd)/process.sh"
process_stop "$1/redis.pid" redis-server 10
