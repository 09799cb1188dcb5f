"""Writes networks as ONNX graphs, with golden inputs and outputs, in Optimum's layout."""

import json

import torch

TYPES = {torch.float32: "float32", torch.int64: "int64", torch.int32: "int32",
         torch.float16: "float16"}


class Package:
    """One package under construction."""

    def __init__(self, folder, pipeline, parts, change=None):
        """change(component, network, file) is made to networks once they are written."""
        self.folder, self.graphs, self.clips, self.change = folder, [], [], change
        (folder / "golden").mkdir(parents=True)
        self.json("model_index.json", {"_class_name": pipeline, **parts})

    def json(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n")

    def graph(self, component, network, inputs, outputs, axes, config):
        """Exports a network; inputs are named tensors, axes the names of their free sizes."""
        self.json(f"{component}/config.json", config)
        network.eval()
        torch.onnx.export(
            network, tuple(inputs.values()), str(self.folder / component / "model.onnx"),
            opset_version=17, input_names=list(inputs), output_names=outputs,
            dynamic_axes={name: dict(enumerate(free)) for name, free in axes.items()},
            do_constant_folding=True)
        if self.change:
            self.change(component, network, self.folder / component / "model.onnx")
        with torch.no_grad():
            found = network(*inputs.values())
        found = found if isinstance(found, tuple) else (found,)
        # What every use of the pipeline reads is enough to compare.
        named = list(zip(outputs, found))[:2]
        self.graphs.append({
            "graph": f"{component}/model.onnx", "tolerance": 0.001,
            "inputs": [self.tensor(component, *pair) for pair in inputs.items()],
            "outputs": [self.tensor(component, *pair) for pair in named]})

    def tensor(self, component, name, values):
        file = f"{component}.{name}.bin"
        values = values.detach().contiguous()
        (self.folder / "golden" / file).write_bytes(values.numpy().tobytes())
        return {"name": name, "type": TYPES[values.dtype], "shape": list(values.shape),
                "file": file}

    def clip(self, name, request, values, stride=37):
        """Every so many values of a clip, [3, T, H, W], that a request must give."""
        file = f"clip.{name}.bin"
        slices = values.detach().float().reshape(-1)[::stride].contiguous()
        (self.folder / "golden" / file).write_bytes(slices.numpy().tobytes())
        self.clips.append({"name": name, **request, "stride": stride,
                           "count": values.numel(), "file": file})
        spread = values.float().std().item()
        print(f"{self.folder.name} {name}: {tuple(values.shape)}, spread {spread:.3f}")
        assert spread > 0.05 and torch.isfinite(values).all()

    def finish(self):
        self.json("golden/golden.json", {
            "byteOrder": "little", "graphs": self.graphs, "clips": self.clips})


def pattern(width, height, phase=0):
    """A picture that both sides can draw, as [1, 3, H, W] of -1 to 1."""
    rows, columns = torch.arange(height)[:, None], torch.arange(width)[None]
    planes = [(columns * 7 + rows * 13 + channel * 29 + phase) % 256 for channel in range(3)]
    return torch.stack(planes)[None].float() / 127.5 - 1


def moving(width, height, frames, phase):
    """A clip that both sides can draw, as [1, 3, T, H, W]."""
    return torch.stack([pattern(width, height, phase + 5 * i) for i in range(frames)], 2)
