#!/bin/bash
# rabbitmq-stop.sh DIR: stops the node of this folder, and the epmd that was started for it.
# Harmless when nothing runs.
set -euo pipefail
[ $# = 1 ] || { sed -n 2,3p "$0" >&2; exit 2; }
. "$(cd "$(dirname "$0")" && pwd)/process.sh"
process_stop "$1/rabbitmq.pid" beam.smp 30
process_stop "$1/epmd.pid" epmd 5
