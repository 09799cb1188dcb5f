"""Clips through LTX-Video's VAE piece by piece in time, as its users do where memory is short.

A piece has one latent frame more than it is long; where it is not the first, what comes of that
one is left out. Where two pieces overlap, the earlier one fades into the later one.
"""

import torch


def joined(pieces, overlap, keep):
    """Pieces, [B, C, T, ...], each of which overlaps the one before; keep of each are new."""
    result = [pieces[0][:, :, :keep + 1]]
    for before, piece in zip(pieces, pieces[1:]):
        count = min(before.shape[2], piece.shape[2], overlap)
        for i in range(count):
            share = i / count
            piece[:, :, i] = before[:, :, i - count] * (1 - share) + piece[:, :, i] * share
        result.append(piece[:, :, :keep])
    return torch.cat(result, 2)


def tiled_decode(decode, latents, ratio, tile_sample_min_num_frames,
                 tile_sample_stride_num_frames):
    """[B, C, F, h, w] to [B, 3, T, H, W]."""
    count = latents.shape[2]
    length, stride = tile_sample_min_num_frames, tile_sample_stride_num_frames
    if count <= length // ratio:
        return decode(latents)
    pieces = []
    for at in range(0, count, stride // ratio):
        piece = decode(latents[:, :, at:at + length // ratio + 1])
        pieces.append(piece[:, :, 1:] if at else piece)
    return joined(pieces, length - stride, stride)[:, :, :(count - 1) * ratio + 1]


def tiled_encode(encode, clip, ratio, tile_sample_min_num_frames,
                 tile_sample_stride_num_frames):
    """[B, 3, T, H, W] to [B, C, F, h, w]."""
    count = clip.shape[2]
    length, stride = tile_sample_min_num_frames, tile_sample_stride_num_frames
    if count <= length:
        return encode(clip)
    pieces = []
    for at in range(0, count, stride):
        piece = encode(clip[:, :, at:at + length + 1])
        pieces.append(piece[:, :, 1:] if at else piece)
    return joined(pieces, (length - stride) // ratio, stride // ratio)[
        :, :, :(count - 1) // ratio + 1]
