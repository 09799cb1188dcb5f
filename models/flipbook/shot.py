"""What the drawing steps of one clip share: palette, camera, coordinates and noise.

Screen coordinates are in units of the picture's height: u to the right from the middle, v
downward from the top.  Fields are [T, H, W], pictures [3, T, H, W] in [0, 1].
"""
import random

import torch
import torch.nn.functional as F

SKY = {     # zenith, horizon, light colour, ambient
    "dawn": ((.36, .48, .74), (1.0, .76, .70), (1.0, .88, .72), .84),
    "day": ((.16, .46, .88), (.72, .88, .98), (1.0, .98, .88), 1.0),
    "dusk": ((.28, .16, .42), (1.0, .48, .16), (1.0, .58, .26), .62),
    "night": ((.02, .04, .14), (.10, .16, .34), (.92, .94, 1.0), .36),
}
GROUND = {  # far to near are mixed from these two
    "mountains": ((.46, .48, .56), (.30, .31, .38)), "hills": ((.42, .62, .32), (.24, .50, .16)),
    "desert": ((.90, .72, .44), (.84, .58, .26)), "forest": ((.20, .42, .30), (.06, .24, .13)),
    "city": ((.42, .45, .54), (.20, .22, .30)), "sea": ((.45, .50, .50), (.36, .42, .34)),
}
COVER = {"autumn": ((.80, .48, .20), (.66, .28, .10)), "snowy": ((.90, .93, .98), (.78, .84, .93))}


def tint(colour):
    """A colour triple -> tensor [3, 1, 1, 1]."""
    return torch.tensor(colour, dtype=torch.float32).view(3, 1, 1, 1)


def blend(under, over, alpha):
    return under + (over - under) * alpha


def smoothstep(x):
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)


class Noise:
    """Random tables shared by one clip: 1-D value noise and a tiling 2-D cloud texture."""

    def __init__(self, seed):
        rng = torch.Generator().manual_seed(seed)
        self.line = torch.rand(4, 1024, generator=rng)
        layers = 0
        for octave in range(5):
            size = 4 * 2 ** octave
            cells = torch.rand(1, 1, size, size, generator=rng)
            cells = F.pad(cells, (1, 1, 1, 1), mode="circular")
            wide = F.interpolate(cells, scale_factor=128 // size, mode="bicubic")
            edge = 128 // size
            layers = layers + wide[:, :, edge:-edge, edge:-edge] * 0.5 ** octave
        self.cloud = F.pad(layers / layers.max(), (0, 1, 0, 1), mode="circular")
        dots = (torch.rand(1, 1, 64, 64, generator=rng) > 0.985).float()
        dots = F.pad(dots, (2, 2, 2, 2), mode="circular")
        spot = torch.exp(-((torch.arange(-2, 3.0)[:, None] ** 2) + torch.arange(-2, 3.0) ** 2) / .9)
        self.dots = F.pad(F.conv2d(dots, spot[None, None]), (0, 1, 0, 1), mode="circular")

    def value(self, x, row=0):
        """Smooth noise in 0..1 at x (any shape, one unit per lattice point)."""
        i = torch.floor(x)
        t = smoothstep(x - i)
        i = i.long()
        a, b = self.line[row][i % 1024], self.line[row][(i + 1) % 1024]
        return a + (b - a) * t

    def fractal(self, x, octaves=4, row=0):
        total = sum(0.5 ** k * self.value(x * 2 ** k + 37 * k, row) for k in range(octaves))
        return total / (2 - 0.5 ** (octaves - 1))

    def texture(self, which, x, y):
        """Tiling lookup of "cloud" or "dots"; x and y [T, H, W] in tiles -> [T, H, W]."""
        image = getattr(self, which)
        grid = torch.stack([(x % 1) * 2 - 1, (y % 1) * 2 - 1], -1)
        return F.grid_sample(image.expand(x.shape[0], -1, -1, -1), grid, align_corners=True)[:, 0]


class Shot:
    """Everything the drawing steps share: label, camera, palette, coordinates [T, H, W].

    `at` picks the frames to be drawn out of `frames`, by index; without it all are.
    """

    def __init__(self, label, seed, frames, height, width, rate=8.0, at=None):
        self.label, self.rng, self.noise = label, random.Random(seed), Noise(seed)
        rng = self.rng
        self.count, self.height, self.width = frames, height, width
        self.at = torch.arange(frames) if at is None else torch.tensor(at)
        self.time = (self.at / rate).view(-1, 1, 1)
        self.aspect = width / height
        u = ((torch.arange(width) + 0.5) / width - 0.5) * self.aspect
        v = (torch.arange(height) + 0.5) / height
        self.u = u.view(1, 1, -1).expand(len(self.at), height, width)
        self.v = v.view(1, -1, 1).expand(len(self.at), height, width)
        pace = {"slow": 1.0, "fast": 1.7}[label["speed"]]
        speed = rng.uniform(.16, .24) * pace
        pan = {"left": -speed, "right": speed}.get(label["camera"], 0.0)
        start = rng.uniform(0, 40)
        self.pan = pan * self.time + start
        self.middle_pan = pan * (torch.arange(frames) / rate)[frames // 2] + start
        grow = {"in": .165, "out": -.15}.get(label["camera"], 0.0) * rng.uniform(.9, 1.2) * pace
        way = {"up": -1, "down": 1}.get(label["camera"], 0)
        self.tilt = way * rng.uniform(.07, .095) * pace * (self.time - 1)
        self.v = self.v + self.tilt
        self.zoom = (1.0 if grow >= 0 else .95 + .45 * pace) * torch.exp(grow * self.time)
        self.horizon = rng.uniform(.56, .66)
        self.soft = 1.2 / height
        zenith, low, light, self.ambient = SKY[label["time"]]
        shift = [rng.uniform(-.04, .04) for _ in range(3)]
        self.zenith = (tint(zenith) * rng.uniform(.85, 1.15) + tint(shift)).clamp(0, 1)
        self.low = (tint(low) + tint(shift[::-1])).clamp(0, 1)
        self.light = tint(light)
        cover = {"clear": 0, "cloudy": .45, "snow": .55, "rain": .7, "fog": .65, "storm": .85}
        self.gloom = cover[label["weather"]]
        bright = {"dawn": .70, "day": .74, "dusk": .50, "night": .12}[label["time"]]
        bright *= {"storm": .48, "rain": .72, "snow": 1.1}.get(label["weather"], 1.0)
        grey = tint((.95, .98, 1.04)) * bright
        warm = .7 * grey + .3 * self.low
        self.zenith = blend(self.zenith, grey * (.8 if label["weather"] != "storm" else .5),
                            self.gloom)
        self.low = blend(self.low, warm, self.gloom * .8)
        self.ambient *= 1 - .3 * (label["weather"] in ("rain", "storm"))
        self.sun = (rng.uniform(-.32, .32) * self.aspect,
                    self.horizon - {"dawn": .10, "day": .42, "dusk": .07, "night": .38}[
                        label["time"]] - rng.uniform(0, .08))
        self.surface = 2.0          # where water begins; below the picture: none
        if label["terrain"] == "sea":
            self.surface = self.horizon
        elif label["water"] == "lake":
            self.surface = rng.uniform(.70, .78)

    def world(self, depth):
        """Screen u and v -> world x and v at a depth in 0 (infinitely far) .. 1 (near)."""
        zoom = 1 + (self.zoom - 1) * (.25 + .75 * depth)
        x = self.u / zoom + self.pan * depth
        return x, (self.v - self.horizon) / zoom + self.horizon

    def edge(self, distance):
        """Signed distance (inside negative) -> coverage 0..1."""
        return (0.5 - distance / self.soft).clamp(0, 1)
