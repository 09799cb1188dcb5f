using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines;

/// <summary>What a model cannot do with the clip that a request makes anew.</summary>
internal static class SourceFaults
{
    public static IEnumerable<string?> Of(VideoRequest request, ModelManifest manifest)
    {
        yield return request.Strength is null or (> 0 and <= 1)
            ? null
            : $"Strength: expected above 0, to 1, found {request.Strength}";
        if (request.Source.Count == 0)
        {
            yield break;
        }

        yield return manifest.RemakesClips
            ? null
            : "Source: expected none, since the model makes no clip anew";
        yield return request is { StartImage: null, EndImage: null, Tail: null, Loop: false }
            ? null
            : "Source: expected none beside StartImage, EndImage, Tail or Loop";
        var (width, height) = (request.ModelWidth, request.ModelHeight);
        yield return request.Source.All(frame =>
            frame.Width == width
            && frame.Height == height
            && frame.Pixels.Length == width * height * 3)
                ? null
                : $"Source: expected frames of {width}x{height} of 3 bytes, found others";
    }

    /// <summary>Whether there are as many frames as the model renders.</summary>
    public static string? FrameCount(VideoRequest request, FrameCountGrid grid)
    {
        var expected = FilmSpan.Of(request, grid).ModelFrameCount;
        return request.Source.Count == 0 || request.Source.Count == expected
            ? null
            : $"Source: expected {expected} frames, found {request.Source.Count}";
    }
}
