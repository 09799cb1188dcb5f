#!/bin/bash
# watch-film.sh FARM BROKER JOB
# Has the Prometheus of a local farm (started by: renderfarm up --metrics) watch one film, for the
# dashboard Job. FARM is the farm's folder (.farm/up), BROKER its address (127.0.0.1:5000).
set -euo pipefail
[ $# = 3 ] || { sed -n 2,4p "$0" >&2; exit 2; }
[[ $3 =~ ^[A-Za-z0-9._-]+$ ]] || { echo "'$3' is no name of a job" >&2; exit 2; }
mkdir -p "$1/prometheus/films"
printf '[{"targets":["%s"],"labels":{"film":"%s","__metrics_path__":"%s"}}]\n' \
  "${2#http://}" "$3" "/v1/jobs/$3/metrics" > "$1/prometheus/films/$3.new"
mv "$1/prometheus/films/$3.new" "$1/prometheus/films/$3.json"
