"""Muon for the hidden matrices, Adam for everything else.

Muon orthogonalises the momentum of each weight matrix (convolutions are flattened to
[out, rest]) and scales it to the size of an Adam step, so both share one learning rate.
"""
import torch


def orthogonal(matrix, steps=5):
    """Newton-Schulz iteration: the nearest semi-orthogonal matrix, roughly."""
    x = matrix.bfloat16()
    wide = x.shape[0] <= x.shape[1]
    x = x if wide else x.t()
    x = x / (x.float().norm() + 1e-7).bfloat16()
    for _ in range(steps):
        a = x @ x.t()
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
    return (x if wide else x.t()).float()


class Muon(torch.optim.Optimizer):
    """Parameter groups: dicts with "params" and "muon" (bool), optionally "scale"."""

    def __init__(self, groups, rate, betas=(.9, .97), decay=.01):
        super().__init__(groups, dict(lr=rate, betas=betas, decay=decay, scale=1.0, muon=False))

    @torch.no_grad()
    def step(self, rate):
        """One update at this learning rate; each group multiplies it by its scale."""
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self._update(p, group, rate * group["scale"])

    def _update(self, p, group, rate):
        state = self.state[p]
        if not state:
            state["step"], state["first"] = 0, torch.zeros_like(p)
            if not group["muon"]:
                state["second"] = torch.zeros_like(p)
        state["step"] += 1
        first, n = state["first"], state["step"]
        if p.dim() > 1:
            p.mul_(1 - rate * group["decay"])
        if group["muon"]:
            first.lerp_(p.grad, .05)
            update = orthogonal(p.grad.lerp(first, .95).flatten(1))
            p.add_(update.view_as(p), alpha=-rate * .2 * max(update.shape) ** .5)
        else:
            b1, b2 = group["betas"]
            first.lerp_(p.grad, 1 - b1)
            state["second"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
            size = (state["second"] / (1 - b2 ** n)).sqrt_().add_(1e-8)
            p.addcdiv_(first, size, value=-rate / (1 - b1 ** n))


def split_groups(module, hidden, scale=1.0, adam=1.0):
    """Two groups of parameters: matrices whose name passes `hidden`, and the rest (Adam)."""
    chosen, rest = [], []
    for name, p in module.named_parameters():
        (chosen if p.dim() > 1 and hidden(name) else rest).append(p)
    return [{"params": chosen, "muon": True, "scale": scale},
            {"params": rest, "muon": False, "scale": scale * adam}]
