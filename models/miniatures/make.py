"""Makes the miniatures: tiny packages with random weights and the signatures of real models.

Each holds golden inputs and outputs of its networks, and slices of clips that the loops in this
folder made of the same request, so that RenderFarm's pipelines are checked against another
implementation. Run it with Debian's python3-torch, python3-onnx and python3-pil:
./make.py [NAME ...]
"""

import pathlib
import shutil
import sys
import warnings

import torch

import clips
import ends
import lora
import ltx
import pictures
import sights
import streams
import svd

MAKERS = {
    "sd15": pictures.stable_diffusion,
    "sd15-inpaint": pictures.inpainting,
    "sdxl": pictures.stable_diffusion_xl,
    "sdxl-inpaint": pictures.inpainting_xl,
    "wan21-t2v": clips.wan_21,
    "wan22-t2v": clips.wan_22,
    "wan22-scales": clips.wan_scales,
    "wan22-i2v": clips.wan_image,
    "wan22-ti2v": clips.wan_tokens,
    "wan21-i2v": sights.wan_start,
    "wan21-ends": sights.wan_ends,
    "wan21-chunks": clips.wan_chunks,
    "wan21-stream": streams.wan_stream,
    "ltx": ltx.ltx_video,
    "ltx-ends": ends.ltx_ends,
    "ltx-chunks": ltx.ltx_chunks,
    "sd15-lora": lora.stable_diffusion_lora,
    "svd": svd.stable_video_diffusion,
}


def main():
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    here = pathlib.Path(__file__).parent
    for name in sys.argv[1:] or MAKERS:
        folder = here / name
        shutil.rmtree(folder, ignore_errors=True)
        with torch.no_grad():
            MAKERS[name](folder)


if __name__ == "__main__":
    main()
