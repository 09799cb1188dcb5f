using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>What a model cannot do of a request: all of it at once.</summary>
internal static class RequestFaults
{
    private const int LongestPrompt = 8192;

    public static IEnumerable<string> Of(VideoRequest request, ModelManifest manifest) =>
        new[]
        {
            Length("Prompt", request.Prompt),
            Length("NegativePrompt", request.NegativePrompt),
            Size("Width", request.Width, manifest.MaxWidth, manifest),
            Size("Height", request.Height, manifest.MaxHeight, manifest),
            Range("FrameCount", request.FrameCount, 1, LongestClip(manifest.FrameCounts)),
            Range(
                "StepCount", request.StepCount, manifest.Steps.Minimum, manifest.Steps.Maximum),
            Range(
                "GuidanceScale",
                request.GuidanceScale,
                manifest.Guidance.Minimum,
                manifest.Guidance.Maximum),
            request.Sampler == EulerSampler.Name && manifest.Samplers.Contains(request.Sampler)
                ? null
                : $"Sampler: expected {EulerSampler.Name}, found '{request.Sampler}'",
            Image("StartImage", request.StartImage, request),
            Image("EndImage", request.EndImage, request),
            request is { StartImage: not null, EndImage: not null }
                && manifest.FrameCounts.RoundUp(request.FrameCount) == 1
                    ? "EndImage: expected none beside StartImage in a clip of one frame"
                    : null,
        }.OfType<string>();

    // The longest length of the grid, since every shorter one is rounded up to one of it.
    private static int LongestClip(FrameCountGrid grid) =>
        ((grid.Maximum - grid.Offset) / grid.Multiple * grid.Multiple) + grid.Offset;

    private static string? Length(string name, string text) =>
        text.Length <= LongestPrompt
            ? null
            : $"{name}: expected at most {LongestPrompt} characters, found {text.Length}";

    private static string? Size(string name, int found, int most, ModelManifest manifest) =>
        found >= manifest.MinSize && found <= most && found % manifest.SizeMultiple == 0
            ? null
            : $"{name}: expected a multiple of {manifest.SizeMultiple} from {manifest.MinSize} "
                + $"to {most}, found {found}";

    private static string? Range(string name, double found, double least, double most) =>
        found >= least && found <= most
            ? null
            : $"{name}: expected {least} to {most}, found {found}";

    private static string? Image(string name, RgbImage? image, VideoRequest request) =>
        image is null
            || (image.Width == request.Width
                && image.Height == request.Height
                && image.Pixels.Length == image.Width * image.Height * 3)
            ? null
            : $"{name}: expected {request.Width}x{request.Height} of 3 bytes, "
                + $"found {image.Width}x{image.Height} in {image.Pixels.Length} bytes";
}
