using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Ltx;

/// <summary>Pictures at either end of a clip of 0.9.5.</summary>
public sealed class LtxConditionsTests
{
    private const string Name = "ltx-ends";
    private const string Index = "model_index.json";

    [Fact]
    public void Open_WithoutManifest_TakesAPictureAtEitherEnd()
    {
        using var copy = Miniature.Copy(Name);
        File.Delete(Path.Combine(copy.Path, "manifest.json"));

        var package = ModelPackage.Open(copy.Path);

        Assert.Equal(
            [
                "text-to-video", "start-frame", "end-frame", "start-and-end-frame", "single-frame",
                "video-to-video",
            ],
            package.Manifest.Tasks);
    }

    [Fact]
    public void Open_WithoutManifestAndVaeEncoder_TakesWordsAlone()
    {
        using var copy = Miniature.Copy(Name);
        File.Delete(Path.Combine(copy.Path, "manifest.json"));
        Directory.Delete(Path.Combine(copy.Path, "vae_encoder"), recursive: true);

        Assert.Equal(
            ["text-to-video", "single-frame"], ModelPackage.Open(copy.Path).Manifest.Tasks);
    }

    [Fact]
    public void Memory_OfAnEnd_IsThatOfALatentFrameMore()
    {
        var (with, without) = (Miniature.Open(Name), Miniature.Open("ltx"));

        Assert.Equal(
            without.MemoryFor(64, 96, 17).Scores / 9 * 16, with.MemoryFor(64, 96, 17).Scores);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("end")]
    public void Generate_NoNoiseOverWhatIsGiven_GivesOtherValues(string clip)
    {
        using var copy = Miniature.Copy(Name);
        Change(copy, Index, "_scale\": 0.3", "_scale\": 0");
        var request = Miniature.Clips(Name).Single(one => one.Name == clip).Request;

        var (expected, _) = Miniature.Generate(Miniature.Open(Name), request);
        var (found, _) = Miniature.Generate(ModelPackage.Open(copy.Path), request);

        Assert.True(expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second)) > 2e-3);
    }

    [Theory]
    [InlineData(
        Index,
        "_scale\": 0.3",
        "_scale\": -1",
        "image_cond_noise_scale: expected at least 0")]
    [InlineData(
        "scheduler/scheduler_config.json",
        "shifting\": false",
        "shifting\": true",
        "use_dynamic_shifting: expected false")]
    public void Load_SettingsThatThePipelineCannotFollow_AreRefused(
        string file, string from, string to, string fault)
    {
        using var copy = Miniature.Copy(Name);
        Change(copy, file, from, to);

        Assert.StartsWith($"{file}: {fault}", Fault(copy), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DenoiserThatIsToldSizesAlone_IsRefused()
    {
        using var copy = Miniature.Copy("ltx");
        Change(copy, Index, "LTXPipeline", "LTXConditionPipeline");
        Change(copy, "scheduler/scheduler_config.json", "shifting\": true", "shifting\": false");

        Assert.Contains(
            "input video_coords: expected real [?, 3, ?], found none",
            Fault(copy),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ManifestOfAnEndWithoutConditions_IsRefused()
    {
        using var copy = Miniature.Copy("ltx");
        Change(copy, "manifest.json", "\"start-frame\"", "\"start-frame\", \"end-frame\"");

        Assert.Equal(
            "manifest.json: tasks: expected of a clip's ends only start-frame, "
            + "found start-frame, end-frame.",
            Fault(copy));
    }

    private static void Change(TemporaryFolder copy, string file, string from, string to)
    {
        var path = Path.Combine(copy.Path, file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static string Fault(TemporaryFolder copy) => Assert.Throws<ModelException>(() =>
    {
        using var pipeline = VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
    }).Message;
}
