#!/bin/bash
# rabbitmq-ctl.sh DIR NODE AMQP MANAGEMENT DISTRIBUTION PROMETHEUS EPMD -- TOOL ARGUMENTS...
# Runs rabbitmqctl, rabbitmq-queues or rabbitmq-diagnostics against the node of this folder.
set -euo pipefail
[ $# -ge 9 ] && [ "$8" = -- ] || { sed -n 2,3p "$0" >&2; exit 2; }
. "$(cd "$(dirname "$0")" && pwd)/rabbitmq-env.sh" "${@:1:7}"
shift 8
# These two would make the tool listen where the node does.
unset RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS RABBITMQ_DIST_PORT
exec "$RMQ_BIN/$1" "${@:2}"
