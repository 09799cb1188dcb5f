#!/bin/bash
# rgw-stop.sh DIR: stops the S3 server of this folder. Harmless when it does not run.
set -euo pipefail
[ $# = 1 ] || { sed -n 2p "$0" >&2; exit 2; }
. "$(cd "$(dirname "$0")" && pwd)/process.sh"
# In this order, so that each can still write down what it has to.
process_stop "$1/run/client.rgw.pid" radosgw 10
process_stop "$1/run/osd.0.pid" ceph-osd 10
process_stop "$1/run/mon.a.pid" ceph-mon 10
