#!/bin/bash
# prometheus-start.sh DIR PORT
# Starts Prometheus on loopback with the rules of deploy/prometheus; it scrapes what
# DIR/targets/*.json and DIR/films/*.json name. Harmless when it runs.
set -euo pipefail
[ $# = 2 ] || { sed -n 2,4p "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
. "$here/process.sh"
need prometheus prometheus
dir=$(mkdir -p "$1" && cd "$1" && pwd)
port=$2

if ! process_alive "$dir/prometheus.pid" prometheus; then
  mkdir -p "$dir/targets" "$dir/films" "$dir/rules"
  cp "$here"/../prometheus/rules/*.yml "$dir/rules/"
  # A farm on one machine is looked at while it renders a short film.
  sed -E 's/^(  (scrape|evaluation)_interval:).*/\1 1s/; s/(refresh_interval:).*/\1 1s/' \
    "$here/../prometheus/prometheus.yml" > "$dir/prometheus.yml"
  setsid prometheus --config.file="$dir/prometheus.yml" --storage.tsdb.path="$dir/data" \
    --web.listen-address="127.0.0.1:$port" --log.level=warn \
    > "$dir/prometheus.log" 2>&1 < /dev/null &
  echo $! > "$dir/prometheus.pid"
fi

for ((i = 0; i < 500; i++)); do
  if port_open "$port" && curl -sf "http://127.0.0.1:$port/-/ready" > /dev/null; then exit 0; fi
  sleep 0.05
done
echo "Prometheus did not answer within 25 s; see $dir/prometheus.log" >&2
exit 1
