#!/bin/bash
# servers.sh start DIR [--store bluestore|memstore] [--only rabbitmq,redis,s3]
# servers.sh stop DIR
# RabbitMQ, Redis and an S3 server for a farm on this machine, on loopback, out of one private
# folder. The first start chooses free ports and new keys; each later one uses the same. Starting
# what runs and stopping what does not are harmless. DIR/servers.env then holds KEY=VALUE lines, the
# settings of every service of the farm.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
usage() { sed -n 2,7p "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
umask 077

stop_all() {
  "$here/rabbitmq-stop.sh" "$dir/rabbitmq" & local a=$!
  "$here/redis-stop.sh" "$dir/redis" & local b=$!
  "$here/rgw-stop.sh" "$dir/s3" & local c=$!
  wait $a; wait $b; wait $c
}

# Twenty ports in a row that nobody listens on, below the range that outgoing connections come from.
# Where the search begins depends on the pid, so that two starts at the same moment do not meet.
free_ports() {
  local -A taken=()
  local hex i block port
  while read -r hex; do
    taken[$((16#$hex))]=yes
  done < <(cat /proc/net/tcp /proc/net/tcp6 2> /dev/null |
    sed -nE 's/^ *[0-9]+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A .*/\1/p')
  for ((i = 0; i < 600; i++)); do
    block=$((20000 + 20 * (($$ + i) % 600)))
    for ((port = block; port < block + 20; port++)); do
      [ -z "${taken[$port]:-}" ] || continue 2
    done
    echo $block
    return
  done
  echo "no 20 free ports in a row between 20000 and 32000" >&2
  return 1
}

secret() { tr -d - < /proc/sys/kernel/random/uuid; }

start_all() {
  local store=bluestore only=rabbitmq,redis,s3
  while [ $# -gt 0 ]; do
    case $1 in
      --store) store=${2:?}; shift 2 ;;
      --only) only=${2:?}; shift 2 ;;
      *) usage ;;
    esac
  done

  if [ ! -f "$dir/choice.env" ]; then
    local base; base=$(free_ports)
    printf '%s\n' "base=$base" "store=$store" "access_key=farm-$(secret | cut -c1-8)" \
      "secret_key=$(secret)" > "$dir/choice.env.new"
    mv "$dir/choice.env.new" "$dir/choice.env"
  fi
  local base access_key secret_key
  . "$dir/choice.env"

  local started=() name failed=
  if [[ ,$only, == *,rabbitmq,* ]]; then
    "$here/rabbitmq-start.sh" "$dir/rabbitmq" "farm$base" \
      $base $((base + 1)) $((base + 2)) $((base + 3)) $((base + 4)) &
    started+=("rabbitmq:$!")
  fi
  if [[ ,$only, == *,redis,* ]]; then
    "$here/redis-start.sh" "$dir/redis" $((base + 5)) &
    started+=("redis:$!")
  fi
  if [[ ,$only, == *,s3,* ]]; then
    S3_ACCESS_KEY=$access_key S3_SECRET_KEY=$secret_key "$here/rgw-start.sh" \
      "$dir/s3" $((base + 6)) $((base + 7)) $((base + 8)) $((base + 19)) "$store" &
    started+=("s3:$!")
  fi
  for name in "${started[@]}"; do
    wait "${name#*:}" || failed="$failed ${name%:*}"
  done
  if [ -n "$failed" ]; then
    echo "could not start:$failed (logs are under $dir)" >&2
    stop_all
    exit 1
  fi

  {
    if [[ ,$only, == *,rabbitmq,* ]]; then echo "Bus__Url=amqp://guest:guest@127.0.0.1:$base/"; fi
    if [[ ,$only, == *,redis,* ]]; then echo "Redis__Url=127.0.0.1:$((base + 5))"; fi
    if [[ ,$only, == *,s3,* ]]; then
      echo "Storage__S3__Endpoint=http://127.0.0.1:$((base + 6))"
      echo "Storage__S3__Bucket=renderfarm"
      echo "Storage__S3__AccessKey=$access_key"
      echo "Storage__S3__SecretKey=$secret_key"
    fi
  } > "$dir/servers.env.new"
  mv "$dir/servers.env.new" "$dir/servers.env"
}

case $command in
  start) start_all "$@" ;;
  stop) [ $# = 0 ] || usage; stop_all ;;
  *) usage ;;
esac
