using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines;

/// <summary>What a model cannot do of a request: all of it at once.</summary>
internal static class RequestFaults
{
    private const int LongestPrompt = 8192;
    private const int MostTakes = 16;
    private const int ShortestLoop = 5;

    public static IEnumerable<string> Of(VideoRequest request, ModelManifest manifest) =>
        new[]
        {
            Length("Prompt", request.Prompt),
            Length("NegativePrompt", request.NegativePrompt),
            Factor("Upscale", request.Upscale, manifest.Upscale),
            Factor("Interpolation", request.Interpolation, manifest.Interpolation),
            Size("Width", request.Width, manifest.MaxWidth, request, manifest),
            Size("Height", request.Height, manifest.MaxHeight, request, manifest),
            Range(
                "StepCount", request.StepCount, manifest.Steps.Minimum, manifest.Steps.Maximum),
            Range(
                "GuidanceScale",
                request.GuidanceScale,
                manifest.Guidance.Minimum,
                manifest.Guidance.Maximum),
            manifest.Samplers.Contains(request.Sampler)
                ? null
                : $"Sampler: expected {string.Join(" or ", manifest.Samplers)}, "
                    + $"found '{request.Sampler}'",
            Range("ReuseThreshold", request.ReuseThreshold, 0, 1),
            Range("TakeCount", request.TakeCount, 1, MostTakes),
            request.TakeCount > 1 && !manifest.Scorer
                ? $"TakeCount: expected 1, since the model has no scorer, found {request.TakeCount}"
                : null,
            Image("StartImage", request.StartImage, 1, request),
            Image("EndImage", request.EndImage, 1, request),
            Image("Mask", request.Mask, 1, request),
            request.Mask is null || manifest.PaintsInMasks
                ? null
                : "Mask: expected none, since the model has no masks",
            request.Mask is null || request.StartImage is not null
                ? null
                : "Mask: expected none without StartImage, which it is of",
            Image("Tail", request.Tail?.Frames, ClipTail.FrameCount, request),
        }
        .Concat(TailFaults(request, manifest))
        .Concat(LoopFaults(request, manifest))
        .Concat(SourceFaults.Of(request, manifest))
        .Append(FrameCount(request, manifest.FrameCounts))
        .OfType<string>();

    private static IEnumerable<string?> TailFaults(VideoRequest request, ModelManifest manifest)
    {
        if (request.Tail is not { } tail)
        {
            yield break;
        }

        yield return Range(
            "Tail.FramesPast", tail.FramesPast, 0, Math.Max(1, request.Interpolation) - 1);
        yield return manifest.ExtendsClips
            ? null
            : "Tail: expected none, since the model extends no clips";
        yield return request.StartImage is null
            ? null
            : "Tail: expected none beside StartImage";
        yield return request.Loop ? "Tail: expected none in a loop" : null;
    }

    private static IEnumerable<string?> LoopFaults(VideoRequest request, ModelManifest manifest)
    {
        if (!request.Loop)
        {
            yield break;
        }

        yield return manifest.LoopsClips
            ? null
            : "Loop: expected false, since the model makes no loops";
        yield return request.EndImage is null
            ? null
            : "EndImage: expected none in a loop, which ends where it starts";
        yield return request.FrameCount >= ShortestLoop
            ? null
            : $"FrameCount: expected at least {ShortestLoop} in a loop, found {request.FrameCount}";
    }

    /// <summary>The last fault, since the others decide what it is measured by.</summary>
    private static string? FrameCount(VideoRequest request, FrameCountGrid grid)
    {
        var sound = request with
        {
            Interpolation = Math.Clamp(request.Interpolation, 1, 2),
            Tail = request.Tail is { FramesPast: 0 or 1 } ? request.Tail : null,
        };
        var fault = Range("FrameCount", request.FrameCount, 1, FilmSpan.Longest(sound, grid));
        fault ??= SourceFaults.FrameCount(sound, grid);
        return fault is null
            && request is { StartImage: not null, EndImage: not null }
            && FilmSpan.Of(sound, grid).ModelFrameCount == 1
                ? "EndImage: expected none beside StartImage in a clip of one frame"
                : fault;
    }

    private static string? Length(string name, string text) =>
        text.Length <= LongestPrompt
            ? null
            : $"{name}: expected at most {LongestPrompt} characters, found {text.Length}";

    private static string? Factor(string name, int found, int own) =>
        found == 1 || found == own
            ? null
            : $"{name}: expected {(own == 1 ? "1" : $"1 or {own}")}, found {found}";

    private static string? Size(
        string name, int found, int most, VideoRequest request, ModelManifest manifest)
    {
        var factor = request.Upscale == manifest.Upscale ? manifest.Upscale : 1;
        var (least, multiple) = (manifest.MinSize * factor, manifest.SizeMultiple * factor);
        return found >= least && found <= most * factor && found % multiple == 0
            ? null
            : $"{name}: expected a multiple of {multiple} from {least} to {most * factor}, "
                + $"found {found}";
    }

    private static string? Range(string name, double found, double least, double most) =>
        found >= least && found <= most
            ? null
            : $"{name}: expected {least} to {most}, found {found}";

    private static string? Image(string name, RgbImage? image, int across, VideoRequest request)
    {
        var (width, height) = (across * request.ModelWidth, request.ModelHeight);
        return image is null
            || (image.Width == width
                && image.Height == height
                && image.Pixels.Length == width * height * 3)
            ? null
            : $"{name}: expected {width}x{height} of 3 bytes, "
                + $"found {image.Width}x{image.Height} in {image.Pixels.Length} bytes";
    }
}
