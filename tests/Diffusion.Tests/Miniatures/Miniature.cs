using System.Runtime.InteropServices;
using System.Text.Json;
using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Takes;

namespace RenderFarm.Diffusion.Tests.Miniatures;

/// <summary>
/// A package with random weights and the signatures of a real model, and slices of the clips that
/// the script beside it made in Python: models/miniatures.
/// </summary>
internal static class Miniature
{
    public static string Folder(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "models", "miniatures", name);
            if (File.Exists(Path.Combine(folder, "model_index.json")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No models/miniatures/{name} above.");
    }

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateDirectories(Path.GetDirectoryName(Folder("sd15"))!)
            .Where(folder => File.Exists(Path.Combine(folder, "model_index.json")))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)];

    public static ModelPackage Open(string name) => ModelPackage.Open(Folder(name));

    /// <summary>A copy that a test may spoil.</summary>
    public static TemporaryFolder Copy(string name)
    {
        var (copy, folder) = (new TemporaryFolder(), Folder(name));
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Path, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>A clip as its VAE decodes it, [3, T, H, W], and its reused steps.</summary>
    public static (float[] Values, int ReusedStepCount) Generate(
        ModelPackage package, VideoRequest request, OnnxDevice? device = null)
    {
        using var pipeline = package.Family.Load(
            package, device ?? OnnxDevice.Open(new OnnxOptions()));
        pipeline.Check(request);
        var track = new ClipTrack(
            request,
            pipeline.CallCountOf(request),
            CheckpointOrigin.Of(package.Digest, "cpu-fp32", request),
            new ClipPoint(),
            progress: null,
            sink: null);
        var values = pipeline.Generate(request, track, default).Clip.Values;
        return (values, track.ReusedStepCount);
    }

    /// <summary>The clips that the script made of a package.</summary>
    public static IReadOnlyList<GoldenClip> Clips(string name)
    {
        using var golden = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Folder(name), "golden", "golden.json")));
        return [.. golden.RootElement.GetProperty("clips").EnumerateArray()
            .Select(clip => Read(name, clip))];
    }

    /// <summary>A picture that the script draws too.</summary>
    public static RgbImage Pattern(int width, int height, int phase)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, 3);
            var (y, x) = Math.DivRem(pixel, width);
            pixels[i] = (byte)((x * 7) + (y * 13) + (channel * 29) + phase);
        }

        return new RgbImage(width, height, pixels);
    }

    /// <summary>
    /// A mask that the script draws too: green, which is light, within magenta, which is dark,
    /// though more of its channels are not.
    /// </summary>
    public static RgbImage Box(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < width * height; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            var isWithin = y >= height / 2 && x >= width / 4 && x < 3 * width / 4;
            pixels[(3 * i) + (isWithin ? 1 : 0)] = 255;
            pixels[(3 * i) + (isWithin ? 1 : 2)] = 255;
        }

        return new RgbImage(width, height, pixels);
    }

    /// <summary>A clip that the script draws too.</summary>
    public static IReadOnlyList<RgbImage> Moving(
        int width, int height, int frameCount, int phase) =>
        [.. Enumerable.Range(0, frameCount).Select(i => Pattern(width, height, phase + (5 * i)))];

    private static GoldenClip Read(string name, JsonElement clip)
    {
        var (width, height) = (Whole("width"), Whole("height"));
        var request = new VideoRequest
        {
            Prompt = clip.GetProperty("prompt").GetString()!,
            NegativePrompt = clip.TryGetProperty("negative", out var negative)
                ? negative.GetString()!
                : "",
            Seed = Whole("seed"),
            Width = width,
            Height = height,
            FrameCount = Whole("frames"),
            StepCount = Whole("steps"),
            GuidanceScale = clip.GetProperty("guidance").GetDouble(),
            Sampler = Open(name).Manifest.Samplers[0],
            StartImage = Image("start"),
            EndImage = Image("end"),
            Mask = clip.TryGetProperty("mask", out _) ? Box(width, height) : null,
            Source = clip.TryGetProperty("source", out var phase)
                ? Moving(width, height, Whole("frames"), phase.GetInt32())
                : [],
            Strength = clip.TryGetProperty("strength", out var strength)
                ? strength.GetDouble()
                : null,
            ReuseThreshold = clip.TryGetProperty("reuse", out var reuse) ? reuse.GetDouble() : 0,
        };
        var bytes = File.ReadAllBytes(
            Path.Combine(Folder(name), "golden", clip.GetProperty("file").GetString()!));
        return new GoldenClip(
            clip.GetProperty("name").GetString()!,
            request,
            clip.TryGetProperty("reused", out var reused) ? reused.GetInt32() : 0,
            Whole("count"),
            Whole("stride"),
            MemoryMarshal.Cast<byte, float>(bytes).ToArray());

        int Whole(string key) => clip.GetProperty(key).GetInt32();

        RgbImage? Image(string key) => clip.TryGetProperty(key, out var phase)
            ? Pattern(width, height, phase.GetInt32())
            : null;
    }
}
