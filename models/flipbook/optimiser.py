"""Muon for the hidden matrices, Adam for everything else.

Muon orthogonalises the momentum of each weight matrix (convolutions are flattened to
[out, rest]) and scales it to the size of an Adam step, so both share one learning rate.
Matrices of one shape are orthogonalised together: apart, that costs as much as the gradient.
"""
import torch


def orthogonal(stack, steps=5):
    """Newton-Schulz iteration on [K, rows, columns]: the nearest semi-orthogonal, roughly."""
    tall = stack.shape[1] > stack.shape[2]
    x = stack.transpose(1, 2) if tall else stack
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(steps):
        a = torch.bmm(x, x.transpose(1, 2))
        b = torch.baddbmm(a, a, a, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, b, x, beta=3.4445)
    return (x.transpose(1, 2) if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Parameter groups: dicts with "params" and "muon" (bool), optionally "scale"."""

    def __init__(self, groups, rate, betas=(.9, .97), decay=.01):
        super().__init__(groups, dict(lr=rate, betas=betas, decay=decay, scale=1.0, muon=False))

    @torch.no_grad()
    def step(self, rate):
        """One update at this learning rate; each group multiplies it by its scale."""
        for group in self.param_groups:
            shapes = {}
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p.dim() > 1:
                    p.mul_(1 - rate * group["scale"] * group["decay"])
                if group["muon"]:
                    shapes.setdefault(p.flatten(1).shape, []).append(p)
                else:
                    self._adam(p, group, rate * group["scale"])
            for shape, params in shapes.items():
                self._muon(shape, params, rate * group["scale"])

    def _muon(self, shape, params, rate):
        for p in params:
            self.state[p].setdefault("first", torch.zeros_like(p)).lerp_(p.grad, .05)
        stack = torch.stack([p.grad.lerp(self.state[p]["first"], .95).flatten(1)
                             for p in params])
        for p, update in zip(params, orthogonal(stack)):
            p.add_(update.view_as(p), alpha=-rate * .2 * max(shape) ** .5)

    def _adam(self, p, group, rate):
        state = self.state[p]
        if not state:
            state["step"] = 0
            state["first"], state["second"] = torch.zeros_like(p), torch.zeros_like(p)
        state["step"] += 1
        (b1, b2), n = group["betas"], state["step"]
        state["first"].lerp_(p.grad, 1 - b1)
        state["second"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
        size = (state["second"] / (1 - b2 ** n)).sqrt_().add_(1e-8)
        p.addcdiv_(state["first"], size, value=-rate / (1 - b1 ** n))


def split_groups(module, hidden):
    """Two groups of parameters: matrices whose name passes `hidden`, and the rest (Adam)."""
    chosen, rest = [], []
    for name, p in module.named_parameters():
        (chosen if p.dim() > 1 and hidden(name) else rest).append(p)
    return [{"params": chosen, "muon": True}, {"params": rest, "muon": False}]
