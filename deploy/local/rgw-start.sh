#!/bin/bash
# rgw-start.sh DIR S3_PORT MONITOR_PORT OSD_PORT_MIN OSD_PORT_MAX [bluestore|memstore]
# Starts an S3 server on loopback: Ceph's monitor, one OSD and radosgw, without systemd, as any
# user. bluestore (default) keeps objects over restarts; memstore keeps them in memory and starts in
# a second, but never again. The first start makes a user of S3_ACCESS_KEY and S3_SECRET_KEY.
set -euo pipefail
[ $# -ge 5 ] || { sed -n 2,5p "$0" >&2; exit 2; }
. "$(cd "$(dirname "$0")" && pwd)/process.sh"
need ceph-mon ceph-mon
need ceph-osd ceph-osd
need radosgw radosgw
need ceph ceph-common
umask 077
dir=$(mkdir -p "$1" && cd "$1" && pwd)
port=$2 monitor=$3 osd_min=$4 osd_max=$5 store=${6:-bluestore}
mkdir -p "$dir"/{mon,osd,run,log}
export CEPH_CONF=$dir/ceph.conf

fresh=no
if [ ! -f "$dir/complete" ]; then
  # What a first start left unfinished is worth nothing: begin again.
  rm -rf "$dir"/{mon,osd} && mkdir -p "$dir"/{mon,osd}
  fresh=yes
  fsid=$(cat /proc/sys/kernel/random/uuid)
  # The proposal interval and tcp_nodelay are what make this fast: 10 s more to start, and 45 ms
  # more a request, without them.
  cat > "$CEPH_CONF" <<CONF
[global]
fsid = $fsid
mon host = v1:127.0.0.1:$monitor
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind msgr2 = false
ms bind port min = $osd_min
ms bind port max = $osd_max
run dir = $dir/run
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
log file = $dir/log/\$name.log
crash dir = $dir/log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon warn on insecure global id reclaim allowed = false
paxos propose interval = 0.05
paxos min wait = 0.01
mon osd min up ratio = 0
mon data avail crit = 2
mon data avail warn = 3
mon mgr beacon grace = 86400
mon cluster log file = $dir/log/cluster.log
debug ms = 0
[mon.a]
mon data = $dir/mon
public addr = 127.0.0.1:$monitor
[osd]
osd data = $dir/osd
osd objectstore = $store
memstore device bytes = 8589934592
bluestore block size = 21474836480
bluestore block create = true
osd memory target = 1073741824
osd class update on start = false
osd crush update on start = false
osd max object name len = 1024
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw data = $dir/run
rgw enable usage log = false
rgw enable gc threads = true
rgw lc debug interval = ${RGW_LC_DEBUG:--1}
rgw dns name = localhost
rgw thread pool size = 64
rgw override bucket index max shards = 1
rgw num zone opstate shards = 1
rgw gc max objs = 4
rgw lc max objs = 4
rgw usage max shards = 1
rgw usage max user shards = 1
rgw md log max shards = 1
rgw data log num shards = 1
rgw max listing results = 1000
CONF
  monmaptool --create --clobber --addv a "v1:127.0.0.1:$monitor" --fsid "$fsid" "$dir/monmap" \
    > "$dir/log/mkfs.log" 2>&1
  ceph-mon -c "$CEPH_CONF" --mkfs -i a --monmap "$dir/monmap" >> "$dir/log/mkfs.log" 2>&1
elif [ "$store" = memstore ] && ! process_alive "$dir/run/osd.0.pid" ceph-osd; then
  echo "a memstore does not come back after a stop: use a new folder, or bluestore" >&2
  exit 1
fi

process_alive "$dir/run/mon.a.pid" ceph-mon ||
  ceph-mon -c "$CEPH_CONF" -i a >> "$dir/log/mon.out" 2>&1
if [ $fresh = yes ]; then
  osd=$(cat /proc/sys/kernel/random/uuid)
  # A monitor that has just come up may not answer the first questions.
  for ((i = 0; ; i++)); do
    if ceph -c "$CEPH_CONF" osd new "$osd" > "$dir/log/osd-new.out" 2>&1; then break; fi
    [ $i -lt 20 ] || { cat "$dir/log/osd-new.out" >&2; exit 1; }
    sleep 0.2
  done
  ceph -c "$CEPH_CONF" osd crush add osd.0 1.0 root=default host=localhost 2>> "$dir/log/mkfs.log"
  ceph-osd -c "$CEPH_CONF" -i 0 --mkfs --osd-uuid "$osd" >> "$dir/log/mkfs.log" 2>&1
fi
process_alive "$dir/run/osd.0.pid" ceph-osd ||
  ceph-osd -c "$CEPH_CONF" -i 0 >> "$dir/log/osd.out" 2>&1
if [ $fresh = yes ]; then
  # Before radosgw, because this makes the zone and its pools.
  radosgw-admin -c "$CEPH_CONF" -n client.rgw user create --uid farm --display-name farm \
    --access-key "${S3_ACCESS_KEY:?}" --secret-key "${S3_SECRET_KEY:?}" \
    > "$dir/user.json" 2>> "$dir/log/mkfs.log"
  touch "$dir/complete"
fi
process_alive "$dir/run/client.rgw.pid" radosgw ||
  radosgw -c "$CEPH_CONF" -n client.rgw >> "$dir/log/rgw.out" 2>&1

for ((i = 0; i < 600; i++)); do
  if curl -s -o /dev/null "http://127.0.0.1:$port/"; then exit 0; fi
  sleep 0.1
done
echo "radosgw did not answer within 60 s; see $dir/log" >&2
exit 1
