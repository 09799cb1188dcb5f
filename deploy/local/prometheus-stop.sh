#!/bin/bash
# prometheus-stop.sh DIR : ends the Prometheus of that folder, if it runs.
set -euo pipefail
[ $# = 1 ] || { sed -n 2p "$0" >&2; exit 2; }
. "$(cd "$(dirname "$0")" && pwd)/process.sh"
process_stop "$1/prometheus.pid" prometheus 20
