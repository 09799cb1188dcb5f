#!/bin/sh
# run.sh [--device cpu] [--python PYTHON] [--steps 16] : joins the pieces beside it, checks them,
# unpacks them once, and measures. Needs glibc, OpenSSL's libraries and, for a GPU, a driver with
# CUDA 13 and cuDNN 9, from Python's wheels or installed; ffmpeg for the job of ten shots.
set -eu
cd "$(dirname "$0")"
if [ ! -e unpacked/ready ]; then
  sha256sum --check --quiet SHA256SUMS
  rm -rf unpacked
  mkdir unpacked
  cat renderfarm-gpu.tar.gz.* | tar -xz -C unpacked
  touch unpacked/ready
fi
wheels=$(python3 -c '
import glob, os, sys
print(":".join(f for p in sys.path for f in sorted(glob.glob(os.path.join(p, "nvidia/*/lib")))))
' 2> /dev/null || true)
LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}:$wheels:/usr/local/cuda/lib64"
export LD_LIBRARY_PATH DOTNET_ROOT="$PWD/unpacked/dotnet" DOTNET_CLI_TELEMETRY_OPTOUT=1 \
  ORT_DISABLE_TELEMETRY=1 MASSTRANSIT_USAGE_TELEMETRY=false
exec unpacked/dotnet/dotnet unpacked/app/RenderFarm.Benchmarks.dll gpu \
  --torch "$PWD/unpacked/torch" "$@"
