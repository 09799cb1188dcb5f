#!/bin/bash
# rabbitmq-start.sh DIR NODE AMQP_PORT MANAGEMENT_PORT DISTRIBUTION_PORT PROMETHEUS_PORT EPMD_PORT
# Starts one node and waits until it takes connections; harmless when it runs. Lines in
# RMQ_EXTRA_CONF are added to its configuration (a cluster's peers, limits). It waits up to
# RMQ_START_SECONDS, 60 by default.
set -euo pipefail
[ $# = 7 ] || { sed -n 2,5p "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/process.sh"
. "$here/rabbitmq-env.sh" "$@"
[ -x "$RMQ_BIN/rabbitmq-server" ] || need rabbitmq-server rabbitmq-server
umask 077

if ! process_alive "$RABBITMQ_PID_FILE" beam.smp; then
  mkdir -p "$HOME" "$RABBITMQ_LOG_BASE" "$RABBITMQ_MNESIA_BASE" "$RABBITMQ_GENERATED_CONFIG_DIR"
  cookie=$HOME/.erlang.cookie
  if [ ! -f "$cookie" ]; then
    printf '%s' "${RMQ_COOKIE:-$(tr -d - < /proc/sys/kernel/random/uuid)}" > "$cookie"
    chmod 400 "$cookie"
  fi

  cat > "$RABBITMQ_CONFIG_FILE" <<CONF
listeners.tcp.1 = 127.0.0.1:$RMQ_AMQP
management.tcp.ip = 127.0.0.1
management.tcp.port = $RMQ_MANAGEMENT
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = $RMQ_PROMETHEUS
log.console = false
log.file.level = info
vm_memory_high_watermark.absolute = 2GB
disk_free_limit.absolute = 500MB
cluster_partition_handling = pause_minority
${RMQ_EXTRA_CONF:-}
CONF
  echo '[rabbitmq_management,rabbitmq_prometheus].' > "$RABBITMQ_ENABLED_PLUGINS_FILE"

  # epmd is started here and not by RabbitMQ, because only so its pid is known when it is to end.
  if ! port_open "$RMQ_EPMD"; then
    setsid epmd -address 127.0.0.1 -port "$RMQ_EPMD" > "$RABBITMQ_LOG_BASE/epmd" 2>&1 < /dev/null &
    echo $! > "$RMQ_DIR/epmd.pid"
  fi

  rm -f "$RABBITMQ_PID_FILE"
  setsid "$RMQ_BIN/rabbitmq-server" > "$RABBITMQ_LOG_BASE/stdout" 2>&1 < /dev/null &
fi

for ((i = 0; i < ${RMQ_START_SECONDS:-60} * 10; i++)); do
  if port_open "$RMQ_AMQP"; then exit 0; fi
  sleep 0.1
done
echo "RabbitMQ did not start within ${RMQ_START_SECONDS:-60} s; see $RABBITMQ_LOG_BASE" >&2
exit 1
