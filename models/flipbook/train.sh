#!/bin/sh
# The whole run, from nothing to the package; every stage can be interrupted and resumed.
# usage: train.sh [WORK]      PYTHON, and the number of clips, pictures and steps may be set.
set -e
here=$(cd "$(dirname "$0")" && pwd)
work=${1:-work}
package="$here/package"
python="${PYTHON:-python3} -W ignore"
clips=${CLIPS:-3000}
pictures=${PICTURES:-9000}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2} OMP_WAIT_POLICY=passive
mkdir -p "$work"
run() { script=$1; shift; $python "$here/$script" "$@"; }
clips_of() { run data.py "$work/$1" --count "$2" --width "$3" --height "$4" --seed "$5"; }
pictures_of() {
  run data.py "$work/$1" --frames 1 --count "$2" --width "$3" --height "$4" --seed "$5"
}

run tokenizer.py
clips_of eval 64 160 96 99
clips_of wide "$clips" 160 96 2
pictures_of pictures "$pictures" 160 96 3
clips_of tall $((clips / 10)) 96 160 4
clips_of square $((clips / 10)) 128 128 5
pictures_of tall1 $((pictures / 10)) 96 160 6
pictures_of square1 $((pictures / 10)) 128 128 7

run train_vae.py "$work/wide" --eval "$work/eval" --work "$work" --steps "${VAE_STEPS:-1750}"
run train_vae.py "$work/wide" --eval "$work/eval" --work "$work" --decoder --rate 6e-4 \
  --steps "${DECODER_STEPS:-700}"
run train_text.py --work "$work" --package "$package" --steps "${TEXT_STEPS:-320}"
latents=""
for set in pictures wide tall square tall1 square1; do
  run encode.py "$work/$set" --work "$work"
  latents="$latents $work/$set.latents.pt"
done
run train_dit.py $latents --work "$work" --package "$package" --steps "${DIT_STEPS:-2250}"
run train_upscaler.py --work "$work" --steps "${UPSCALER_STEPS:-1500}"
run train_interpolator.py --work "$work" --steps "${INTERPOLATOR_STEPS:-1500}"
run train_scorer.py --work "$work" --steps "${SCORER_STEPS:-1500}"

run export.py --work "$work"
run evaluate.py table --work "$work" --package "$package" --count "${COUNT:-1000}"
run evaluate.py sheet --work "$work" --package "$package"
