"""Procedural landscape films: one labelled clip is drawn analytically, all frames at once.

`render(label, seed, ...)` -> float tensor [3, T, H, W] in [0, 1].  Everything has soft edges
about a pixel wide and is drawn far to near: sky, ridges, subject, water (a rippled mirror of
what is above it), weather.
"""
import torch
import torch.nn.functional as F

from shot import COVER, GROUND, Shot, blend, smoothstep, tint
from subjects import draw_subject


def draw_sky(shot):
    """The sky with body, stars and clouds: [3, T, H, W]."""
    label, noise, rng = shot.label, shot.noise, shot.rng
    x, v = shot.world(0.0)
    fall = (v / shot.horizon).clamp(0, 1)
    picture = blend(shot.zenith, shot.low, fall ** 1.5)
    sx, sy = shot.sun
    distance = ((x - sx) ** 2 + (v - sy) ** 2).sqrt()
    if label["time"] == "night":
        stars = noise.texture("dots", x * .9 + 50, v * .9) * (1 - fall ** 3) * (1 - shot.gloom)
        picture = picture + stars * .65
    if label["body"] != "none":
        moon = label["body"] == "moon"
        size = rng.uniform(.055, .075) if moon else rng.uniform(.065, .1)
        power = (.45 if moon else .6) * (1 - .5 * shot.gloom)
        picture = picture + shot.light * torch.exp(-distance / .16) * power
        face = shot.light * (1 - .12 * noise.texture("cloud", x * 2, v * 2) * moon)
        picture = blend(picture, face, shot.edge(distance - size) * (1 - .45 * shot.gloom))
    amount = {"clear": .16, "cloudy": .62, "snow": .5, "rain": .7, "fog": .25, "storm": .85}
    drift = rng.choice([-1, 1]) * rng.uniform(.03, .07)
    depth = 1.25 * shot.horizon - v
    field = noise.texture("cloud", x * .28 + shot.time * drift + 9, (v / (depth + .35)) * .5)
    density = smoothstep((field - .86 + .50 * amount[label["weather"]]) / .18)
    shade = {"storm": .40, "rain": .62, "cloudy": .95}.get(label["weather"], 1.05)
    colour = (.55 * shot.low + .45 * shot.light * shot.ambient) * shade
    under = (shot.zenith * .5 + shot.low * .4) * shade
    body = blend(under, colour, smoothstep((field - .45) * 3))
    picture = blend(picture, body, density * .85)
    if label["weather"] == "storm":
        picture = lightning(shot, picture)
    return picture.clamp(0, 1)


def lightning(shot, picture):
    """Adds a forked bolt and a flash on one or two frames."""
    rng = shot.rng
    start = rng.randrange(1, max(2, shot.count - 3)) if shot.count > 1 else 0
    if shot.count == 1 and rng.random() < .5:
        return picture
    on = torch.zeros(shot.count, 1, 1)
    on[start:start + 3] = torch.tensor([1.0, .75, .35]).view(-1, 1, 1)[:len(on[start:start + 3])]
    centre = rng.uniform(-.3, .3) * shot.aspect
    bend = (shot.noise.fractal(shot.v * 9 + 400, 3, 1) - .5) * .35
    on, off = on[shot.at], (shot.u - centre - bend).abs()
    bolt = torch.exp(-off / .012) + .5 * torch.exp(-off / .06)
    return picture + (bolt * tint((.9, .9, 1.0)) + .25) * on


def ridge_height(shot, layer, x):
    """Height above the layer's base line for x [T, 1, W]."""
    noise, terrain = shot.noise, shot.label["terrain"]
    if terrain == "mountains":
        folds = 1 - (noise.fractal(x * 1.7, 5, layer) * 2 - 1).abs()
        return (.42, .30, .13)[layer] * folds ** 2.0
    if terrain == "desert":
        p = x * 1.1 + noise.value(x * .8, layer)
        saw = p - torch.floor(p)
        dune = torch.where(saw < .7, saw / .7, (1 - saw) / .3)
        return (.14, .17, .15)[layer] * smoothstep(dune) * (.6 + noise.value(x * .5, 3))
    if terrain == "forest":
        base = (.12, .10, .06)[layer] * noise.fractal(x, 2, layer)
        width = (.055, .085, .13)[layer]
        cell = torch.floor(x / width)
        tree = (.10, .17, .26)[layer] * (.55 + .6 * noise.value(cell * 7.3, layer))
        return base + tree * (1 - ((x / width - cell) * 2 - 1).abs() ** 1.1)
    if terrain == "city":
        width = (.13, .17, .22)[layer]
        cell = torch.floor(x / width)
        tall = noise.value(cell * 5.1 + .0, layer)
        inside = ((x / width - cell - .5).abs() < .46).float()
        return (.46, .36, .24)[layer] * (.25 + .75 * tall ** 1.5) * inside + .03
    scale = .14 if terrain == "hills" else .10
    return scale * noise.fractal(x * 1.3, 3, layer) * (1.2, 1.1, .9)[layer]


def draw_ridges(shot, picture):
    """Three layers of ground with parallax, haze, side light and their textures."""
    label, rng, noise = shot.label, shot.rng, shot.noise
    terrain = label["terrain"]
    far, near = (tint(c) for c in COVER.get(label["cover"], GROUND[terrain]))
    if terrain == "mountains" and label["cover"] == "autumn":
        far = tint(GROUND["mountains"][0])
    light = (.35 + .65 * shot.light) * shot.ambient
    haze = {"fog": (.88, .62, .25)}.get(label["weather"], (.50, .25, .05))
    side = 1.0 if shot.sun[0] > 0 else -1.0
    coast = rng.random() < .5
    for layer, depth in enumerate((.15, .40, .80)):
        if terrain == "sea" and (layer > 0 or not coast):
            continue
        x, v = shot.world(depth)
        row = x[:, :1]
        base = shot.horizon + (.015, .09, .20)[layer]
        if shot.surface < 1:
            base = min(base, shot.surface - (.05, .03, .005)[layer])
        top = base - ridge_height(shot, layer, row) * (.45 if terrain == "sea" else 1)
        mask = shot.edge((top - v) * shot.zoom)
        mix = layer / 2
        colour = blend(far, near, mix).expand(3, *x.shape)
        grain = noise.texture("cloud", x * .9 + layer * .3, v * 1.4) - .55
        if terrain in ("mountains", "desert", "hills", "sea"):
            slope = ridge_height(shot, layer, row + .02) - ridge_height(shot, layer, row - .02)
            shade = (slope * side * (-9 if terrain == "mountains" else -7)).clamp(-1, 1)
            if terrain == "mountains" and label["cover"] == "green":
                cap = smoothstep((base - v - .17 + grain * .12) / .03)
                colour = blend(colour, tint((.95, .96, 1.0)), cap * (layer < 2))
                colour = blend(colour, tint((.26, .44, .20)), float(layer == 2))
            colour = colour * (1 + .28 * shade)
        colour = colour * (1 + .45 * grain) * light
        if terrain == "city":
            colour = colour + windows(shot, layer, x, v, top)
        colour = blend(colour, shot.low, haze[layer])
        picture = blend(picture, colour, mask)
    return picture.clamp(0, 1)


def windows(shot, layer, x, v, top):
    """Light of city windows, [3, T, H, W]; bright after sunset, faint by day."""
    power = {"night": 1.6, "dusk": 1.0, "dawn": .35, "day": .10}[shot.label["time"]]
    size = (.060, .076, .094)[layer]
    i, j = torch.floor(x / size), torch.floor(v / size)
    lit = shot.noise.line[3][((i * 31 + j * 17 + layer * 101).long()) % 1024] > .55
    inner = ((x / size - i - .5).abs() < .3) & ((v / size - j - .5).abs() < .3)
    inside = lit & inner & (v > top + .012) & (v < shot.horizon + .25)
    return tint((1.0, .80, .42)) * (inside.float() * power * .55)


def draw_water(shot, picture):
    """Replaces everything below the water line by a rippled reflection."""
    if shot.surface > 1:
        return picture
    label = shot.label
    sea = label["terrain"] == "sea"
    line = (shot.surface - shot.horizon) * shot.zoom + shot.horizon
    below = shot.v - line
    rough = {"storm": 2.4, "rain": 1.5}.get(label["weather"], 1.0) * (1.3 if sea else .5)
    far = 1 / (below.clamp(min=0) + .10)
    wave = shot.noise.texture("cloud", (shot.u * far * .09 + shot.pan * .3),
                              far * .16 - shot.time * .05 * rough) - .5
    fine = shot.noise.texture("cloud", shot.u * far * .2 + shot.time * .04,
                              far * .55 + shot.time * .07) - .5
    swell = (wave + .5 * fine) * rough
    mirror_v = 2 * line - shot.v + swell * (.10 + .5 * below.clamp(min=0))
    mirror_u = shot.u + swell * .06
    grid = torch.stack([mirror_u / shot.aspect * 2, (mirror_v - shot.tilt) * 2 - 1], -1)
    mirror = F.grid_sample(picture.transpose(0, 1), grid, padding_mode="reflection",
                           align_corners=False).transpose(0, 1)
    tone = {"dawn": (.36, .45, .60), "day": (.06, .32, .50), "dusk": (.26, .14, .26),
            "night": (.01, .03, .09)}[label["time"]]
    tone = blend(tint(tone), shot.low * .55, .6 * shot.gloom)
    water = blend(tone, mirror, (.42 if sea else .68) - .25 * below.clamp(0, 1))
    water = water * (1 + .55 * swell.clamp(-1, 1))
    if label["body"] != "none":
        column = torch.exp(-(shot.u - shot.sun[0]).abs() / (.04 + .22 * below.clamp(min=0)))
        water = water + shot.light * column * smoothstep((fine + .12) * 4) * .40
    if sea:
        foam = smoothstep((wave + .4 * fine - (.16 if rough > 1.5 else .26)) / .07)
        water = water + tint((1, 1, 1)) * foam * (.45 if rough > 1.5 else .22) * shot.ambient
    return blend(picture, water, shot.edge(-below)).clamp(0, 1)


def draw_weather(shot, picture):
    """Rain, snow or fog in front of everything."""
    weather, noise, t = shot.label["weather"], shot.noise, shot.time
    u, v = shot.u + shot.pan * .9, shot.v
    bright = .35 + .65 * shot.ambient
    if weather in ("rain", "storm"):
        picture = blend(picture, shot.low * .8, .26)
        lean = .30 if weather == "rain" else .7
        for scale, speed in ((.62, 1.3), (.40, 1.0)):
            streak = noise.texture("dots", (u + lean * v) * scale, v * .13 - t * speed)
            picture = picture + streak * tint((.80, .88, 1.0)) * (.40 * bright)
    elif weather == "snow":
        picture = blend(picture, shot.low, .15)
        for scale, speed in ((.55, .22), (.34, .38)):
            sway = .03 * torch.sin(t * 1.5 + scale * 20)
            flake = noise.texture("dots", u * scale + sway, (v - t * speed / scale * .9) * scale)
            picture = blend(picture, tint((1, 1, 1)) * (.25 + .75 * bright),
                            (flake * .95).clamp(0, 1))
    elif weather == "fog":
        bank = noise.texture("cloud", u * .25 + t * .03, v * .5 + t * .004)
        near = torch.exp(-(v - shot.horizon - .08) ** 2 / .09)
        grey = .65 * shot.low + .35 * tint((.86, .88, .92)) * shot.ambient
        picture = blend(picture, grey, (.18 + .50 * near + .5 * (bank - .5)).clamp(0, .9))
    return picture.clamp(0, 1)


def apply_style(shot, picture):
    """The look of the whole film: a grading of the finished picture."""
    style = shot.label["style"]
    grey = (picture * tint((.30, .59, .11))).sum(0, keepdim=True)
    if style == "mono":
        return smoothstep(grey * .9 + .05).expand(3, -1, -1, -1)
    if style == "sepia":
        return (tint((1.0, .84, .60)) * (.10 + .92 * grey)).clamp(0, 1)
    if style == "watercolour":
        paper = shot.noise.texture("cloud", shot.u * .8 + 3, shot.v * .8)
        wash = blend(picture, tint((1.0, .98, .93)), .38)
        return (wash + (paper - .55) * .22).clamp(0, 1)
    if style == "neon":
        dark, middle, light = tint((.05, .0, .16)), tint((.95, .10, .62)), tint((.35, .98, 1.0))
        ramp = blend(blend(dark, middle, smoothstep(grey * 2)), light, smoothstep(grey * 2 - 1))
        return blend(picture, ramp, .72)
    return picture


def draw(label, seed, frames=17, height=96, width=160, rate=8.0, at=None):
    """One clip [3, T, H, W] in [0, 1] and where its subject is [T, H, W] (bool).

    `at` lists the frames of it that are wanted; the others are not drawn.
    """
    shot = Shot(label, seed, frames, height, width, rate, at)
    picture = draw_ridges(shot, draw_sky(shot))
    bare = picture
    picture = draw_subject(shot, picture, on_water=False)
    there = (picture - bare).abs().amax(0) > .04
    bare = picture = draw_water(shot, picture)
    picture = draw_subject(shot, picture, on_water=True)
    there |= (picture - bare).abs().amax(0) > .04
    return apply_style(shot, draw_weather(shot, picture)), there


def render(label, seed, frames=17, height=96, width=160, rate=8.0, at=None):
    """One clip [3, T, H, W] in [0, 1]; the same label and seed give the same film."""
    return draw(label, seed, frames, height, width, rate, at)[0]
