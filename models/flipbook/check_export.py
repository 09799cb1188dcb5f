"""Checks the exported graphs in ONNX Runtime against PyTorch, at other sizes than the traced.

usage: check_export.py --work DIR --package DIR --modules NODE_MODULES
Needs node and, under NODE_MODULES, onnxruntime-node; --untrained as for export.py.  Prints the
largest difference per case, relative to the largest value (at least 1), and the shortest time
of five runs; fails above the tolerance.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch

from export import graphs
from text_encoder import LENGTH
from tokenizer import Tokenizer
from weights import load, load_companions

TOLERANCE = 1e-4
SCRIPT = """
const ort = require('onnxruntime-node'), fs = require('fs'), folder = process.argv[1];
const kinds = {float32: Float32Array, int64: BigInt64Array};
function tensor(entry) {
  const bytes = fs.readFileSync(folder + '/' + entry.file);
  return new ort.Tensor(entry.type, new kinds[entry.type](bytes.buffer.slice(
    bytes.byteOffset, bytes.byteOffset + bytes.length)), entry.shape);
}
(async () => {
  for (const item of JSON.parse(fs.readFileSync(folder + '/cases.json'))) {
    const session = await ort.InferenceSession.create(item.graph, {intraOpNumThreads: 2});
    const feeds = {};
    for (const entry of item.inputs) feeds[entry.name] = tensor(entry);
    await session.run(feeds);
    let result, time = Infinity;
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      result = (await session.run(feeds))[item.output];
      time = Math.min(time, performance.now() - start);
    }
    fs.writeFileSync(folder + '/' + item.file, Buffer.from(
      result.data.buffer, result.data.byteOffset, result.data.byteLength));
    console.log(JSON.stringify([result.dims, time]));
  }
})();
"""


def cases(tokenizer, text, names):
    """(graph, inputs) at batch sizes, lengths and picture sizes that were not traced."""
    rng = torch.Generator().manual_seed(11)

    def noise(*shape):
        return torch.randn(*shape, generator=rng)

    def words(count):
        texts = ["a red balloon over hills at dawn", "rain", "the sea at night, a ship"][:count]
        return tuple(map(torch.tensor, tokenizer.batch(texts, LENGTH)))

    def hidden(count):
        ids, mask = words(count)
        return text(ids, mask), mask

    yield "text_encoder", words(3)
    for batch, f, h, w in ((3, 5, 8, 8), (2, 5, 12, 20), (1, 9, 20, 12), (1, 1, 32, 32)):
        yield "transformer", (noise(batch, 17, f, h, w), torch.rand(batch) * 1000, *hidden(batch))
        yield "noise_carrier", (noise(batch, 8, f, h, w), *hidden(batch))
        yield "vae_decoder", (noise(batch, 8, f, h, w),)
        yield "vae_encoder", (torch.tanh(noise(batch, 3, 4 * f - 3, h * 8, w * 8)),)
    for batch, h, w in ((1, 96, 160), (3, 64, 112), (1, 256, 208)):
        yield "upscaler", (torch.tanh(noise(batch, 9, h, w)),)
        yield "interpolator", (torch.tanh(noise(batch, 6, h, w)),)
        yield "scorer", (torch.tanh(noise(batch, 15, h, w)), *hidden(batch))
    states, mask = hidden(2)
    yield "scorer", (torch.tanh(noise(2, 15, 128, 128)), states[:, :9], mask[:, :9])


def write(folder, file, tensor):
    array = tensor.numpy()
    array.tofile(os.path.join(folder, file))
    return {"type": str(array.dtype), "shape": list(array.shape), "file": file}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", default="work")
    parser.add_argument("--package", default="package")
    parser.add_argument("--modules", default="node_modules")
    parser.add_argument("--untrained", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_grad_enabled(False)
    vae, text, dit = load(args.work)
    tokenizer = Tokenizer(os.path.join(args.package, "tokenizer", "tokenizer.json"))
    known = graphs(vae, text, dit, load_companions(args.work, args.untrained), tokenizer)
    listed, expected = [], []
    with tempfile.TemporaryDirectory() as folder:
        for i, (name, inputs) in enumerate(cases(tokenizer, text, known)):
            if name not in known:
                continue
            model, _, _, names, output, _ = known[name]
            expected.append(model(*inputs))
            listed.append({
                "graph": os.path.abspath(os.path.join(args.package, name, "model.onnx")),
                "inputs": [{"name": n, **write(folder, f"{i}.{n}", t)}
                           for n, t in zip(names, inputs)],
                "output": output, "file": f"{i}.result", "name": name})
        with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as file:
            json.dump(listed, file)
        environment = {**os.environ, "NODE_PATH": os.path.abspath(args.modules)}
        lines = subprocess.run(["node", "-e", SCRIPT, folder], env=environment, check=True,
                               stdout=subprocess.PIPE, text=True).stdout.splitlines()
        worst = 0.0
        for item, line, wanted in zip(listed, lines, expected):
            shape, time = json.loads(line)
            found = np.fromfile(os.path.join(folder, item["file"]), np.float32)
            assert shape == list(wanted.shape), (item["name"], shape, wanted.shape)
            size = max(1.0, wanted.abs().max().item())
            off = np.abs(found - wanted.numpy().ravel()).max() / size
            worst = max(worst, float(off)) if np.isfinite(off) else float("inf")
            print(f"{item['name']:13} {'x'.join(map(str, item['inputs'][0]['shape'])):18} "
                  f"difference {off:.1e}  {time:.1f} ms", flush=True)
    if len(lines) != len(listed) or not worst <= TOLERANCE:
        sys.exit(f"FAILED: {worst:.1e}")
    print(f"all within {TOLERANCE:.0e}")


if __name__ == "__main__":
    main()
