"""Contact sheets: writes frames side by side as a PNG without any imaging library."""
import struct
import zlib

import torch


def sheet(clips, columns, frames):
    """Clips [3, T, H, W] in [0, 1] -> picture [3, H', W']; each clip is a row of frames."""
    rows, cells = [], []
    for clip in clips:
        last = clip.shape[1] - 1
        picks = [round(i * last / max(1, frames - 1)) for i in range(frames)]
        strip = torch.cat([clip[:, p] for p in picks], 2)
        cells.append(torch.nn.functional.pad(strip, (0, 4, 0, 4)))
    while len(cells) % columns:
        cells.append(torch.zeros_like(cells[0]))
    for i in range(0, len(cells), columns):
        rows.append(torch.cat(cells[i:i + columns], 2))
    return torch.cat(rows, 1)


def write_png(path, picture):
    """Picture [3, H, W] in [0, 1] -> 8-bit RGB file."""
    pixels = (picture.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).contiguous().numpy()
    height, width, _ = pixels.shape
    raw = b"".join(b"\0" + pixels[y].tobytes() for y in range(height))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n"
                   + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(raw, 6)) + chunk(b"IEND", b""))
