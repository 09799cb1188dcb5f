"""What every latent cell shows while the camera moves, and what other frames have of the same.

The words say how the camera moves; from that follows, for ground that is near at the bottom of
the picture and far above, which place of the scene a cell of a later frame shows.  Places are in
cells (8 pixels), as seen in the first frame.
"""
import torch

FRAME_TIME = 0.5        # seconds of film that a latent frame stands for
SPEED = 0.2             # the unit of the camera's speeds, heights (or e-folds) a second
HORIZON = 0.6           # where it lies in most scenes, from the top
FIRST = 0.1875          # seconds by which a latent frame's middle precedes its last picture
FAR, NEAR = .12, .8     # how much of a pan the farthest and the nearest rows follow
SKY, SLOPE = .45, 2.2   # down to SKY rows are far; below they are nearer by SLOPE a height


def places(speeds, frames, rows, columns):
    """What a cell of each frame shows, in cells of the first one, while the camera moves.

    speeds [B, 3]: pan, tilt and growth in units of SPEED; frames, rows, columns: 0, 1, ...
    -> across [B, F, h, w], down [B, F, h].
    """
    seconds = (frames * FRAME_TIME - FIRST).clamp(min=0)
    pan, tilt, growth = (speeds.unsqueeze(1) * seconds.reshape(1, -1, 1) * SPEED).split(1, 2)
    height = rows.max() + 1
    v = (rows + 0.5) / height
    depth = (FAR + (v - SKY) * SLOPE).clamp(FAR, NEAR)
    size = (-growth * (.25 + .75 * depth)).exp()
    across = (columns - columns.mean()) / height * size.unsqueeze(-1)
    down = (v - HORIZON) * size + tilt
    return (across + (pan * depth).unsqueeze(-1)) * height, down * height


class Common:
    """Brings together what the frames of a clip have of the same places, bilinearly."""

    def __init__(self, across, down):
        """across, down: as `places` gives them."""
        b, f, h, w = across.shape
        # Shares of frame G's cells (the last axis) in those of frame F: [B, F, G, h, w, w] within
        # a row, [B, F, G, h, h] between rows.
        across = across.reshape(b, f, 1, h, w, 1) - across.reshape(b, 1, f, h, 1, w)
        down = down.reshape(b, f, 1, h, 1) - down.reshape(b, 1, f, 1, h)
        self.across, self.down = (1 - across.abs()).clamp(min=0), (1 - down.abs()).clamp(min=0)

    def sum(self, x):
        """x [B, C, F, h, w] -> in each frame the sum of all frames' values at its places."""
        b, c, f, h, w = x.shape
        x = x.permute(0, 2, 3, 4, 1).unsqueeze(1)
        moved = torch.matmul(self.across.to(x.dtype), x).reshape(b, f, f, h, w * c)
        moved = torch.matmul(self.down.to(x.dtype), moved).sum(2)
        return moved.reshape(b, f, h, w, c).permute(0, 4, 1, 2, 3)

    def total(self, power=1):
        """What the shares of all frames' cells, to this power, come to: [B, 1, F, h, w]."""
        across, down = self.across ** power, self.down ** power
        total = torch.matmul(down, across.sum(-1)).sum(2)
        b, f, h, w = total.shape
        return total.reshape(b, 1, f, h, w)

    def mean(self, x):
        """As `sum`, divided by the shares; every frame has a share in itself."""
        return self.sum(x) / self.total().to(x.dtype)
