using System.Text.Json;
using RenderFarm.Diffusion.Model;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

/// <summary>One clip from words to pictures against what PyTorch drew of the same words.</summary>
public sealed class FlipbookClipTests
{
    /// <summary>
    /// Decibels. Rounding alone, step after step, leaves more than 50; another word, seed, level
    /// of noise or scale of guidance leaves less than 30.
    /// </summary>
    private const double Least = 40;

    [Fact]
    public void Generate_GoldenWords_GivesTheGoldenPictures()
    {
        var folder = PackageFolder.Open(FlipbookPackage.Folder);
        using var golden = folder.ReadJson("golden/golden.json");
        var clip = golden.RootElement.GetProperty("clip");
        var expected = File.ReadAllBytes(Path.Combine(
            FlipbookPackage.Folder, "golden", clip.GetProperty("file").GetString()!));
        using var pipeline = VideoPipeline.Load(FlipbookPackage.Open(), new OnnxOptions());

        using var made = pipeline.Generate(Request(clip), progress: null, default);
        var frames = made.Frames(default).Select(frame => frame.ToArray()).ToList();

        var at = clip.GetProperty("at").EnumerateArray().Select(index => index.GetInt32());
        var found = at.SelectMany(index => frames[index]).ToArray();
        Assert.Equal(clip.GetProperty("frames").GetInt32(), frames.Count);
        Assert.Equal(expected.Length, found.Length);
        Assert.InRange(Psnr(expected, found), Least, double.PositiveInfinity);
    }

    private static VideoRequest Request(JsonElement clip) => new()
    {
        Prompt = clip.GetProperty("prompt").GetString()!,
        Seed = clip.GetProperty("seed").GetInt64(),
        Width = clip.GetProperty("width").GetInt32(),
        Height = clip.GetProperty("height").GetInt32(),
        FrameCount = clip.GetProperty("frames").GetInt32(),
        StepCount = clip.GetProperty("steps").GetInt32(),
        GuidanceScale = clip.GetProperty("guidance").GetDouble(),
        Sampler = "euler",
    };

    /// <summary>Peak signal over mean squared error, in decibels.</summary>
    private static double Psnr(byte[] expected, byte[] found) => 10 * Math.Log10(
        255.0 * 255.0 / expected.Zip(found, (a, b) => (double)(a - b) * (a - b)).Average());
}
