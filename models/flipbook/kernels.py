"""The transformer's small operations on bfloat16, each in one pass over memory (kernels.c).

`KERNELS` is None where there is no C compiler or the processor is another than x86-64; then the
same is computed by PyTorch, about half as fast.  float32, and so every graph that is exported,
goes PyTorch's way; `kernels.py` alone compares both and prints the relative differences.
"""
import ctypes
import os
import platform
import subprocess
import tempfile

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))


def build():
    """Compiles kernels.c for this processor -> the library, or None."""
    if platform.machine() != "x86_64":
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "kernels.so")
        command = ["cc", "-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math",
                   "-fopenmp", "-shared", "-fPIC", os.path.join(HERE, "kernels.c"), "-o", path,
                   "-lm"]
        try:
            subprocess.run(command, check=True, capture_output=True)
            return ctypes.CDLL(path)
        except (OSError, subprocess.CalledProcessError):
            return None


KERNELS = build()


def fast(x):
    """Do the kernels take this tensor?"""
    return KERNELS is not None and x.dtype == torch.bfloat16 and x.device.type == "cpu"


def call(name, *values):
    """Calls a kernel with tensors, None, floats and ints."""
    def argument(value):
        if value is None:
            return ctypes.c_void_p(None)
        if isinstance(value, torch.Tensor):
            return ctypes.c_void_p(value.data_ptr())
        return ctypes.c_float(value) if isinstance(value, float) else ctypes.c_long(value)
    getattr(KERNELS, name)(*map(argument, values))


class Silu(torch.autograd.Function):
    """x * sigmoid(x)"""

    @staticmethod
    def forward(ctx, x):
        x, y = x.contiguous(), torch.empty_like(x, memory_format=torch.contiguous_format)
        call("silu", x, y, x.numel())
        ctx.save_for_backward(x)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, dy = ctx.saved_tensors[0], dy.contiguous()
        dx = torch.empty_like(x)
        call("silu_back", x, dy, dx, x.numel())
        return dx


class Norm(torch.autograd.Function):
    """Layer norm of x [B, N, D] without learned scale, times 1 + scale, plus shift [B, 1, D]."""

    @staticmethod
    def forward(ctx, x, scale, shift):
        b, n, d = x.shape
        x = x.contiguous()
        if scale is not None:
            scale, shift = scale.contiguous(), shift.contiguous()
        y, means, factors = torch.empty_like(x), torch.empty(b * n), torch.empty(b * n)
        call("norm", x, scale, shift, y, means, factors, b, n, d)
        ctx.save_for_backward(x, scale, means, factors)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, scale, means, factors = ctx.saved_tensors
        (b, n, d), dy, dx = x.shape, dy.contiguous(), torch.empty_like(x)
        dscale, dshift = torch.empty(b, 1, d), torch.empty(b, 1, d)
        call("norm_back", x, scale, dy, means, factors, dx, dscale, dshift, b, n, d)
        if scale is None:
            return dx, None, None
        return dx, dscale.bfloat16(), dshift.bfloat16()


class HeadNorm(torch.autograd.Function):
    """Root-mean-square norm of each head of x [B, N, heads * d], times gain [d]."""

    @staticmethod
    def forward(ctx, x, gain, heads):
        b, n, width = x.shape
        if x.stride(2) != 1 or x.stride(0) != n * x.stride(1):
            x = x.contiguous()
        y, factors = torch.empty(b, n, width, dtype=x.dtype), torch.empty(b * n * heads)
        call("head_norm", x, gain, y, factors, b * n, heads, width // heads, x.stride(1))
        ctx.save_for_backward(x, gain, factors)
        ctx.heads = heads
        return y

    @staticmethod
    def backward(ctx, dy):
        x, gain, factors = ctx.saved_tensors
        (b, n, width), dy = x.shape, dy.contiguous()
        dx = torch.empty(b, n, width, dtype=x.dtype)
        dgain = torch.empty(b, width // ctx.heads)
        call("head_norm_back", x, gain, dy, factors, dx, dgain, b, n, ctx.heads,
             width // ctx.heads, x.stride(1))
        return dx, dgain.sum(0).bfloat16(), None


class Attend(torch.autograd.Function):
    """softmax(x * scale + bias) of scores [B, heads, N, M]; bias [B, 1, 1, M] float32 or None."""

    @staticmethod
    def forward(ctx, x, bias, scale):
        b, heads, n, m = x.shape
        x, y = x.contiguous(), torch.empty(b, heads, n, m, dtype=x.dtype)
        bias = None if bias is None else bias.float().contiguous()
        call("attend", x, bias, y, scale, b, heads * n, m)
        ctx.save_for_backward(y)
        ctx.scale = scale
        return y

    @staticmethod
    def backward(ctx, dy):
        y, dy = ctx.saved_tensors[0], dy.contiguous()
        dx = torch.empty_like(y)
        call("attend_back", y, dy, dx, ctx.scale, y[..., 0].numel(), y.shape[-1])
        return dx, None, None


class Gated(torch.autograd.Function):
    """x + gate * part; x and part [B, N, D], gate [B, 1, D]."""

    @staticmethod
    def forward(ctx, x, part, gate):
        b, n, d = x.shape
        x, part, gate = x.contiguous(), part.contiguous(), gate.contiguous()
        y = torch.empty_like(x)
        call("gated", x, part, gate, y, b, n, d)
        ctx.save_for_backward(part, gate)
        return y

    @staticmethod
    def backward(ctx, dy):
        part, gate = ctx.saved_tensors
        (b, n, d), dy = part.shape, dy.contiguous()
        dpart, dgate = torch.empty_like(part), torch.empty(b, 1, d)
        call("gated_back", part, gate, dy, dpart, dgate, b, n, d)
        return dy, dpart, dgate.bfloat16()


def silu(x):
    return Silu.apply(x) if fast(x) else F.silu(x)


def modulated(norm, x, scale=None, shift=None):
    """`norm`, a layer norm without learned scale, of x; times 1 + scale, plus shift."""
    if fast(x):
        return Norm.apply(x, scale, shift)
    return norm(x) if scale is None else norm(x) * (1 + scale) + shift


def gated(x, part, gate):
    return Gated.apply(x, part, gate) if fast(x) else x + gate * part


def main():
    """Compares values and gradients with PyTorch's in float32."""
    from transformer import DiT
    torch.manual_seed(0)
    slow = DiT()
    for p in slow.parameters():
        p.data = (p.data + torch.randn_like(p) * .03).bfloat16().float()
    quick = DiT().bfloat16()
    quick.load_state_dict(slow.state_dict())
    x, text = torch.randn(2, 17, 5, 12, 20).bfloat16(), torch.randn(2, 48, 192).bfloat16()
    mask, time = (torch.arange(48) < torch.tensor([[48], [9]])).long(), torch.tensor([900., 90.])
    for network, kind in ((slow, torch.float32), (quick, torch.bfloat16)):
        y = network(x.to(kind), time, text.to(kind), mask).float()
        (y * torch.sin(torch.arange(y.numel()).view(y.shape) * .1)).sum().backward()
        if network is slow:
            wanted = y
    print(f"output {((y - wanted).norm() / wanted.norm()).item():.4f}")
    for (name, a), b in zip(slow.named_parameters(), quick.parameters()):
        if a.grad is not None:
            off = (a.grad - b.grad.float()).norm() / (a.grad.norm() + 1e-9)
            print(f"{off.item():.4f} {name}")


if __name__ == "__main__":
    main()
