"""One clip by PyTorch, with the weights that unpack.py took from the package.

Prints seconds of a step and of a clip (words to pixels) as JSON, plain and compiled; writes the
latents after the last step. Lies beside models/flipbook's modules and the weights.
"""
import argparse
import json
import os
import statistics
import time

import torch

from sampler import Sampler, sigmas
from text_encoder import LENGTH

HERE = os.path.dirname(os.path.abspath(__file__))
CLIPS = 5       # on a GPU; elsewhere the first one is all, since there it takes long


class Peer:
    def __init__(self, args):
        # As the farm computes: single precision, without its shortcuts.
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        self.args = args
        self.sampler = Sampler(HERE, HERE, args.steps, args.guidance, torch.float32)
        parts = self.sampler
        for model in (parts.vae, parts.text, parts.dit, parts.carrier):
            model.to(args.device)

    def wait(self):
        if self.args.device == "cuda":
            torch.cuda.synchronize()

    @torch.no_grad()
    def clip(self, dit, decode):
        """-> latents, seconds of each step but the first, seconds of the clip."""
        args, device, steps = self.args, self.args.device, []
        start = time.perf_counter()
        ids, mask = self.sampler.tokenizer.batch(["", args.prompt], LENGTH)
        mask = torch.tensor(mask, device=device)
        hidden = self.sampler.text(torch.tensor(ids, device=device), mask)
        noise = torch.Generator().manual_seed(args.seed)
        x = torch.randn(1, 8, 5, 12, 20, generator=noise).to(device)
        x = self.sampler.carrier(x, hidden[1:], mask[1:])
        given = torch.zeros(1, 9, 5, 12, 20, device=device)
        levels = sigmas(args.steps).tolist()
        for now, then in zip(levels, levels[1:]):
            self.wait()
            begun = time.perf_counter()
            inputs = torch.cat([x, given], 1).repeat(2, 1, 1, 1, 1)
            times = torch.full((2,), now * 1000, device=device)
            empty, text = dit(inputs, times, hidden, mask).split(1)
            x = x + (then - now) * (empty + args.guidance * (text - empty))
            self.wait()
            steps.append(time.perf_counter() - begun)
        pixels = (decode(x) / 2 + 0.5).clamp(0, 1).mul(255).round().byte().cpu()
        assert pixels.shape[2] == 17
        return x, steps[1:], time.perf_counter() - start

    def measure(self, dit, decode):
        first = self.clip(dit, decode)      # also warms up
        clips = [first]
        if self.args.device == "cuda":
            clips = [self.clip(dit, decode) for _ in range(CLIPS)]
        return first[0], {"step": statistics.median(sum((c[1] for c in clips), [])),
                          "clip": statistics.median(c[2] for c in clips)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", required=True)
    parser.add_argument("--prompt", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--guidance", type=float, required=True)
    parser.add_argument("--latents", required=True)
    args = parser.parse_args()
    if args.device == "cpu":
        torch.set_num_threads(2)
    peer, kinds = Peer(args), {}
    dit, vae = peer.sampler.dit, peer.sampler.vae
    x, kinds["as it is"] = peer.measure(dit, vae.decode)
    x.cpu().numpy().astype("<f4").tofile(args.latents)
    if hasattr(torch, "compile"):
        try:
            kinds["compiled"] = peer.measure(
                torch.compile(dit), torch.compile(vae.decode))[1]
        except Exception as fault:          # whatever a compiler lacks on this machine
            kinds["compiled"] = f"did not run: {type(fault).__name__}"
    else:
        kinds["compiled"] = f"PyTorch {torch.__version__} has no compiler"
    print(json.dumps({"version": torch.__version__, "kinds": kinds}))


if __name__ == "__main__":
    main()
