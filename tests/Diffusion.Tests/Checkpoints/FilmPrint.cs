using System.Security.Cryptography;

namespace RenderFarm.Diffusion.Tests.Checkpoints;

/// <summary>A clip to the last bit, as text: what two clips must share to be the same.</summary>
internal static class FilmPrint
{
    public static string Of(GeneratedClip clip)
    {
        var frames = clip.Frames(default).Select(frame => SHA256.HashData(frame.Span));
        return string.Join('\n',
        [
            $"take {clip.TakeIndex}, {clip.ReusedStepCount} steps reused",
            .. clip.Takes.Select(take => $"{take.Fault} {take.Score:r}"),
            $"tail {clip.Tail?.FramesPast} {Digest(clip.Tail?.Frames.Pixels)}",
            .. frames.Select(Convert.ToHexString),
        ]);
    }

    private static string Digest(byte[]? pixels) =>
        pixels is null ? "none" : Convert.ToHexString(SHA256.HashData(pixels));
}
