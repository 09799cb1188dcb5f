#!/bin/sh
# The whole run, from nothing to the package; every stage can be interrupted and resumed.
# usage: train.sh [WORK]      VAE_MINUTES, DIT_MINUTES, CLIPS and PYTHON may be set.
set -e
here=$(cd "$(dirname "$0")" && pwd)
work=${1:-work}
python="${PYTHON:-python3} -W ignore"
clips=${CLIPS:-1000}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2} OMP_WAIT_POLICY=passive
mkdir -p "$work"
run() { script=$1; shift; nice -n 19 $python "$here/$script" "$@"; }

run tokenizer.py
run data.py "$work/eval" --count 48 --seed 99
run data.py "$work/first" --count 800 --seed 1
run train_vae.py "$work/first" --eval "$work/eval" --work "$work" \
    --minutes "${VAE_MINUTES:-22}"
run data.py "$work/pictures" --count 5000 --frames 1 --seed 3
run encode.py "$work/pictures" --work "$work"
run train_text.py --work "$work" --package "$here/package" --minutes 3
run data.py "$work/wide" --count "$clips" --seed 2
run encode.py "$work/wide" --work "$work"
run data.py "$work/tall" --count $((clips / 8)) --width 96 --height 160 --seed 4
run encode.py "$work/tall" --work "$work"
run data.py "$work/square" --count $((clips / 8)) --width 128 --height 128 --seed 5
run encode.py "$work/square" --work "$work"
run encode.py "$work/first" --work "$work"
run data.py "$work/tall1" --count 500 --frames 1 --width 96 --height 160 --seed 6
run encode.py "$work/tall1" --work "$work"
run data.py "$work/square1" --count 500 --frames 1 --width 128 --height 128 --seed 7
run encode.py "$work/square1" --work "$work"
latents="$work/wide.latents.pt $work/first.latents.pt $work/tall.latents.pt"
latents="$latents $work/square.latents.pt $work/pictures.latents.pt"
latents="$latents $work/tall1.latents.pt $work/square1.latents.pt"
run train_dit.py $latents --work "$work" --package "$here/package" \
    --minutes "${DIT_MINUTES:-55}"
run probe.py $latents --work "$work" --minutes 3
run export.py --work "$work"
run evaluate.py psnr --work "$work" --package "$here/package" --eval "$work/eval"
run evaluate.py attributes --work "$work" --package "$here/package" --eval "$work/eval"
run evaluate.py sheet "$work/sheet.png" --work "$work" --package "$here/package"
