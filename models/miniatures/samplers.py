"""The samplers that the miniatures' packages name, from their papers, in double precision."""

import numpy


def trained(start=0.00085, end=0.012, count=1000):
    """The share of signal left at each training step, of a scaled linear schedule."""
    betas = numpy.linspace(start ** 0.5, end ** 0.5, count) ** 2
    return numpy.cumprod(1 - betas)


def leading(steps, offset=1, count=1000):
    return (numpy.arange(steps) * (count // steps)).round()[::-1].astype(int) + offset


def first_step(request, source):
    """The step from which on a clip is made anew; of noise alone it is made from the first."""
    steps = request["steps"]
    return 0 if source is None else steps - min(int(steps * request["strength"]), steps)


class Pndm:
    """Linear multistep over the last four predictions; the first step is taken twice."""

    start_scale = 1.0

    def __init__(self, steps, begin=0):
        self.alphas, self.width = trained(), 1000 // steps
        spaced = leading(steps)
        self.timesteps = [*spaced[:2], *spaced[1:]] if steps > 1 else list(spaced)
        self.timesteps = self.timesteps[begin:]
        self.kept, self.call, self.first = [], 0, None

    def scale(self, latents):
        return latents

    def noisy(self, clean, noise):
        alpha = self.alphas[self.timesteps[self.call]]
        return alpha ** 0.5 * clean + (1 - alpha) ** 0.5 * noise

    def step(self, prediction, latents):
        timestep = self.timesteps[self.call]
        before = timestep - self.width
        if self.call == 1:
            prediction = (prediction + self.kept[-1]) / 2
            timestep, before, latents = timestep + self.width, timestep, self.first
        else:
            self.kept = [*self.kept[-3:], prediction]
            weights = {1: [1], 2: [3 / 2, -1 / 2], 3: [23 / 12, -16 / 12, 5 / 12],
                       4: [55 / 24, -59 / 24, 37 / 24, -9 / 24]}[len(self.kept)]
            self.first = latents if self.call == 0 else self.first
            prediction = sum(w * p for w, p in zip(weights, self.kept[::-1]))
        self.call += 1
        now, then = self.alphas[timestep], self.alphas[max(before, 0)]
        scale = now * (1 - then) ** 0.5 + (now * (1 - now) * then) ** 0.5
        return (then / now) ** 0.5 * latents - (then - now) / scale * prediction


class Euler:
    """Along the derivative by sigma; predictions are noise, or a velocity."""

    def __init__(self, steps, begin=0, velocity=None):
        alphas = trained()
        ratios = ((1 - alphas) / alphas) ** 0.5
        if velocity is None:
            self.timesteps = list(leading(steps))[begin:]
            self.sigmas = [*(ratios[t] for t in self.timesteps), 0.0]
            self.start_scale = (self.sigmas[0] ** 2 + 1) ** 0.5
        else:
            least, most = velocity
            ramp = numpy.linspace(0, 1, steps)
            ends = most ** (1 / 7), least ** (1 / 7)
            self.sigmas = [*((ends[0] + ramp * (ends[1] - ends[0])) ** 7), 0.0]
            self.timesteps = [0.25 * numpy.log(sigma) for sigma in self.sigmas[:-1]]
            self.start_scale = (most ** 2 + 1) ** 0.5
        self.velocity, self.call = velocity is not None, 0

    def scale(self, latents):
        return latents / (self.sigmas[self.call] ** 2 + 1) ** 0.5

    def noisy(self, clean, noise):
        return clean + self.sigmas[self.call] * noise

    def step(self, prediction, latents):
        sigma, after = self.sigmas[self.call:self.call + 2]
        self.call += 1
        if self.velocity:
            square = sigma ** 2 + 1
            clean = latents / square - sigma / square ** 0.5 * prediction
            prediction = (latents - clean) / sigma
        return latents + (after - sigma) * prediction


class FlowEuler:
    """A rectified flow whose shift follows from the number of tokens."""

    start_scale = 1.0

    def __init__(self, steps, tokens, base=0.95, most=2.05, terminal=0.1, begin=0):
        slope = (most - base) / (4096 - 1024)
        mu = base + slope * (tokens - 1024)
        sigmas = numpy.linspace(1, 1 / steps, steps)
        sigmas = numpy.exp(mu) / (numpy.exp(mu) + 1 / sigmas - 1)
        if terminal:
            sigmas = 1 - (1 - sigmas) * (1 - terminal) / (1 - sigmas[-1])
        self.sigmas, self.call = [*sigmas[begin:], 0.0], 0
        self.timesteps = [1000 * sigma for sigma in sigmas[begin:]]

    def scale(self, latents):
        return latents

    def noisy(self, clean, noise):
        return (1 - self.sigmas[0]) * clean + self.sigmas[0] * noise

    def step(self, prediction, latents):
        sigma, after = self.sigmas[self.call:self.call + 2]
        self.call += 1
        return latents + (after - sigma) * prediction


class UniPc:
    """https://arxiv.org/abs/2302.04867 of order 2 with B2(h), for a shifted rectified flow."""

    start_scale = 1.0

    def __init__(self, steps, shift, begin=0):
        sigmas = numpy.linspace(1, 1 / 1000, steps + 1)[:-1]
        sigmas = shift * sigmas / (1 + (shift - 1) * sigmas)
        if abs(sigmas[0] - 1) < 1e-6:
            sigmas[0] -= 1e-6
        self.timesteps = [int(sigma * 1000) for sigma in sigmas[begin:]]
        self.sigmas = numpy.float32([*sigmas[begin:], 0.0]).astype(float)
        self.call, self.kept, self.order = 0, [], 1
        self.last = None

    def scale(self, latents):
        return latents

    def noisy(self, clean, noise):
        return (1 - self.sigmas[0]) * clean + self.sigmas[0] * noise

    def level(self, index):
        sigma = self.sigmas[index]
        with numpy.errstate(divide="ignore"):
            return 1 - sigma, sigma, numpy.log(1 - sigma) - numpy.log(sigma)

    def solve(self, target, order, start, kept, new):
        """From the level before target; new is the clean prediction at target, to correct by."""
        alpha, sigma, there = self.level(target)
        _, before, here = self.level(target - 1)
        width = there - here
        ratio = -width
        growth = numpy.expm1(ratio)
        ratios, changes = [], []
        for back in range(1, order):
            part = (self.level(target - 1 - back)[2] - here) / width
            ratios.append(part)
            changes.append((kept[-1 - back] - kept[-1]) / part)
        ratios.append(1.0)
        rows, right, factorial, term = [], [], 1, growth / ratio - 1
        for power in range(1, order + 1):
            rows.append(numpy.power(ratios, power - 1))
            right.append(term * factorial / growth)
            factorial *= power + 1
            term = term / ratio - 1 / factorial
        moved = sigma / before * start - alpha * growth * kept[-1]
        if new is None:
            shares = [0.5] if order == 2 else []
            return moved - alpha * growth * sum(s * c for s, c in zip(shares, changes))
        shares = [0.5] if order == 1 else numpy.linalg.solve(numpy.array(rows), right)
        total = sum(s * c for s, c in zip(shares[:-1], changes))
        return moved - alpha * growth * (total + shares[-1] * (new - kept[-1]))

    def step(self, prediction, latents):
        clean = latents - self.sigmas[self.call] * prediction
        if self.call > 0:
            latents = self.solve(self.call, self.order, self.last, self.kept, clean)
        self.kept = [*self.kept[-1:], clean]
        left = len(self.timesteps) - self.call
        self.order = min(2, left, self.call + 1)
        self.last, self.call = latents, self.call + 1
        return self.solve(self.call, self.order, latents, self.kept, None)
