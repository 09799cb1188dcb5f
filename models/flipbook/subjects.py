"""The labelled subjects: lighthouse, boat, balloon, birds, train and house.

Each is drawn from signed distances in local coordinates: x to the right, y upward from the
subject's base, in picture heights; fields are [T, H, W].
"""
import torch

from shot import blend, tint

PAINT = {"red": (.86, .13, .12), "blue": (.13, .33, .84), "yellow": (.97, .80, .12)}
TRAIN = 1.6     # its carriages are .22 long and .10 high before they are scaled by this


def box(x, y, left, right, bottom, top):
    """Signed distance (inside negative) of an axis-parallel box."""
    return torch.maximum(torch.maximum(left - x, x - right), torch.maximum(bottom - y, y - top))


def wedge(x, y, half, bottom, top, narrow=0.0):
    """A box of half width `half` at the bottom, `narrow` at the top."""
    limit = half + (narrow - half) * (y - bottom) / (top - bottom)
    return torch.maximum(x.abs() - limit, torch.maximum(bottom - y, y - top))


class Brush:
    """Paints flat shapes over a picture under the shot's light."""

    def __init__(self, shot, picture):
        self.shot, self.picture = shot, picture
        self.light = (.35 + .65 * shot.light) * (.25 + .75 * shot.ambient)

    def fill(self, distance, colour, alpha=1.0, glow=False):
        colour = tint(colour) if glow else tint(colour) * self.light
        self.picture = blend(self.picture, colour, self.shot.edge(distance * self.shot.zoom)
                             * alpha)

    def add(self, field, colour):
        self.picture = (self.picture + tint(colour) * field).clamp(0, 1)


def place(shot, u, v, depth):
    """Local x, y of a thing that stands at (u, v) in the middle of the clip."""
    x, row = shot.world(depth)
    return x - shot.middle_pan * depth - u, v - row


def draw_subject(shot, picture, on_water):
    """Draws the label's subject if it belongs to this step (boats come after the water)."""
    name = shot.label["subject"]
    if name == "none" or (name == "boat") != on_water:
        return picture
    brush = Brush(shot, picture)
    spot = shot.rng.uniform(-.22, .22) * shot.aspect
    DRAW[name](shot, brush, spot)
    return brush.picture


def dark(shot):
    return shot.label["time"] in ("night", "dusk") or shot.label["weather"] in ("fog", "storm")


def shore(shot):
    """The row on which land subjects stand."""
    return shot.surface + .012 if shot.surface < 1 else shot.horizon + .22


def lighthouse(shot, brush, spot):
    size = shot.rng.uniform(.46, .56)
    x, y = place(shot, spot, shore(shot), .55)
    rough = shot.noise.value(x * 14, 2) * .03
    rock = (x / .24) ** 2 + ((y + .03) / (.085 + rough)) ** 2 - 1
    brush.fill(rock * .05, (.34, .31, .30))
    y = y - .03
    tower = wedge(x, y, size * .125, 0, size, size * .075)
    brush.fill(tower, (.97, .96, .93))
    band = torch.maximum(tower, ((y / size * 2.5) % 1 - .5) * size * .4)
    brush.fill(band, (.85, .16, .14))
    brush.fill(torch.maximum(tower, -x - size * .01), (.2, .2, .3), .22)
    brush.fill(box(x, y, -size * .11, size * .11, size, size * 1.03), (.2, .2, .24))
    lamp = (1.0, .92, .55)
    brush.fill(box(x, y, -size * .06, size * .06, size * 1.03, size * 1.14), lamp, glow=True)
    brush.fill(wedge(x, y, size * .1, size * 1.14, size * 1.25), (.75, .14, .13))
    if dark(shot):
        lift = y - size * 1.085
        turn = torch.cos(shot.time * 1.6 + shot.rng.uniform(0, 6))
        beam = torch.exp(-lift.abs() / (.012 + .13 * x.abs())) * torch.exp(-x.abs() / .7)
        brush.add(beam * (x * turn > 0) * turn.abs() * .75, lamp)
        brush.add(torch.exp(-(x * x + lift * lift).sqrt() / .07) * .7, lamp)


def boat(shot, brush, spot):
    size = shot.rng.uniform(1.2, 1.5)
    row = max(shot.surface + .09, .78) if shot.surface < 1 else .8
    drift = shot.rng.choice([-1, 1]) * shot.rng.uniform(.02, .06)
    x, y = place(shot, spot, row, .6)
    rough = 2.0 if shot.label["weather"] == "storm" else 1.0
    x = (x - drift * (shot.time - 1)) / size
    y = (y - .006 * rough * torch.sin(shot.time * 3)) / size
    x = x + .05 * rough * torch.sin(shot.time * 2.2) * y
    brush.fill(box(x, -y, -.12, .12, .01, .22), (.8, .85, .9), .16)
    hull = wedge(x, -y, .16, -.045, .012, .09)
    brush.fill(hull, (.50, .20, .12))
    brush.fill(box(x, y, -.006, .006, .04, .36), (.25, .16, .10))
    for side, high, wide in ((1, .34, .13), (-1, .27, .10)):
        sail = torch.maximum(torch.maximum(.012 - side * x, .065 - y),
                             (side * x / wide + (y - .06) / (high - .06) - 1) * .09)
        brush.fill(sail, (.99, .97, .92) if side > 0 else (.93, .88, .80))


def balloon(shot, brush, spot):
    size = shot.rng.uniform(.15, .19)
    drift = shot.rng.uniform(-.05, .05)
    x, y = place(shot, spot, shot.horizon - shot.rng.uniform(.18, .28), .35)
    x = x - drift * (shot.time - 1)
    y = y - .022 * shot.time
    paint = PAINT[shot.label["colour"]]
    narrow = 1 + .5 * ((-y / size).clamp(0, 1.4)) ** 2
    envelope = ((x * narrow) ** 2 + (y * torch.where(y < 0, .82, 1.0)) ** 2).sqrt() - size
    lines = [(.014, (.35, .25, .15), box(x.abs(), y, size * .22, size * .26, -size * 1.7, 0))]
    for _, colour, shape in lines:
        brush.fill(shape, colour, .7)
    brush.fill(envelope, paint)
    band = torch.maximum(envelope, (x * narrow / size).abs() * size - size * .32)
    brush.fill(band, tuple(min(1.0, c * .65 + .42) for c in paint))
    brush.fill(torch.maximum(envelope, size * .35 - x), (.05, .05, .1), .25)
    brush.fill(box(x, y, -size * .27, size * .27, -size * 1.95, -size * 1.6), (.48, .30, .16))
    if dark(shot):
        brush.add(torch.exp(-(x * x + (y + size) ** 2) / .006) * .5, (1.0, .7, .3))


def birds(shot, brush, spot):
    rng = shot.rng
    way = rng.choice([-1, 1])
    speed = rng.uniform(.08, .16)
    shade = (.08, .08, .11) if shot.label["time"] != "night" else (.62, .64, .72)
    for i in range(rng.randrange(4, 7)):
        step = (i + 1) // 2
        u = spot * .6 - way * step * .13 + rng.uniform(-.02, .02)
        v = .26 + (step * .06 if i % 2 else -step * .055) + rng.uniform(-.02, .02)
        x, y = place(shot, u, v, .25)
        x = x - way * speed * (shot.time - 1)
        span = rng.uniform(.070, .090)
        flap = torch.sin(shot.time * 9 + rng.uniform(0, 6))
        curve = (x.abs() / span) ** .7 * span * (.25 + .55 * flap)
        wing = torch.maximum((y - curve).abs() - .017 * (1.25 - x.abs() / span), x.abs() - span)
        brush.fill(wing, shade, glow=True)


def train(shot, brush, spot):
    way = shot.rng.choice([-1, 1])
    x, y = place(shot, spot, shore(shot), .7)
    brush.fill(box(x, y, -99, 99, -.035, -.006), (.30, .24, .20))
    x, y = (x * way - .20 * (shot.time - 1)) / TRAIN, y / TRAIN
    paint = PAINT[shot.label["colour"]]
    for k in range(4):
        a = -.24 * (k + 1) - .03
        brush.fill(box(x, y, a, a + .22, .012, .115), paint)
        glass = torch.maximum(box(x, y, a + .015, a + .205, .058, .094),
                              ((x - a) / .052 % 1 - .5).abs() * .052 - .019)
        brush.fill(glass, (1.0, .86, .5) if dark(shot) else (.80, .90, .96), glow=True)
    brush.fill(box(x, y, -.015, .20, .012, .09), (.16, .16, .19))
    brush.fill(box(x, y, -.015, .06, .012, .15), tuple(c * .8 for c in paint))
    brush.fill(box(x, y, .135, .165, .09, .145), (.12, .12, .14))
    wheels = ((x / .06 % 1 - .5) * .06) ** 2 + (y - .008) ** 2
    brush.fill(torch.maximum(wheels.sqrt() - .020, torch.maximum(-1 - x, x - .2)), (.08, .08, .1))
    for k in range(6):
        lag = k + (shot.time * 2.5 % 1)
        puff = ((x - .15 + lag * .085) ** 2 + (y - .17 - lag * .02) ** 2).sqrt()
        brush.fill(puff - .024 - lag * .008, (.93, .93, .95), .75 - .10 * k)


def house(shot, brush, spot):
    size = shot.rng.uniform(1.25, 1.6)
    x, y = place(shot, spot, shore(shot) + .02, .7)
    x, y = x / size, y / size
    brush.fill(box(x, y, -.13, .13, 0, .14), (.93, .87, .76))
    brush.fill(box(x, y, .03, .13, 0, .14), (.2, .2, .3), .18)
    brush.fill(wedge(x, y, .165, .135, .25, .07), PAINT[shot.label["colour"]])
    brush.fill(box(x, y, .06, .09, .2, .29), (.48, .30, .26))
    brush.fill(box(x, y, -.025, .02, 0, .085), (.35, .22, .14))
    lit = dark(shot)
    glass = (1.0, .85, .45) if lit else (.45, .62, .75)
    for centre in (-.08, .075):
        brush.fill(box(x, y, centre - .027, centre + .027, .055, .105), glass, glow=lit)
    if lit:
        brush.add(torch.exp(-(x * x + (y - .07) ** 2) / .02) * .22, (1.0, .75, .35))


DRAW = {"lighthouse": lighthouse, "boat": boat, "balloon": balloon, "birds": birds,
        "train": train, "house": house}
