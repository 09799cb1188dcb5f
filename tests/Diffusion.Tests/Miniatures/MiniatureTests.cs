using Xunit;

namespace RenderFarm.Diffusion.Tests.Miniatures;

/// <summary>Each family's pipeline against the same loop in Python.</summary>
public sealed class MiniatureTests
{
    // Single precision here, double there; the values are of about one.
    private const double Tolerance = 5e-4;

    // Another word, seed or picture must make a difference that no rounding could.
    private const double Distinct = 20 * Tolerance;

    public static TheoryData<string, string> Clips =>
        [.. Miniature.Names.SelectMany(name => Miniature.Clips(name)
            .Select(clip => new TheoryDataRow<string, string>(name, clip.Name)))];

    public static TheoryData<string> Names => [.. Miniature.Names];

    [Theory]
    [MemberData(nameof(Clips))]
    public void Generate_RequestOfTheScript_GivesTheScriptsValues(string name, string clip)
    {
        var golden = Miniature.Clips(name).Single(one => one.Name == clip);

        var found = Generate(name, golden.Request, golden.ReusedStepCount);

        Assert.Equal(golden.ValueCount, found.Length);
        Assert.InRange(Difference(golden, found), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_OtherWordsSeedOrGuidance_GivesOtherValues(string name)
    {
        var golden = Miniature.Clips(name)[0];

        List<VideoRequest> others =
        [
            golden.Request with { Seed = 1234 },
            golden.Request with { GuidanceScale = 1 },
        ];
        if (Miniature.Open(name).Files.Contains("text_encoder/model.onnx"))
        {
            others.Add(golden.Request with { Prompt = "the sea" });
            others.Add(golden.Request with { NegativePrompt = "a red sea" });
        }

        Assert.All(others, other =>
            Assert.True(Difference(golden, Generate(name, other)) > Distinct));
    }

    [Fact]
    public void Generate_OtherPicture_GivesOtherValues()
    {
        var golden = Miniature.Clips("svd")[0];
        var (width, height) = (golden.Request.Width, golden.Request.Height);
        var other = golden.Request with { StartImage = Miniature.Pattern(width, height, 128) };

        Assert.True(Difference(golden, Generate("svd", other)) > Distinct);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_GoldenValuesOfEveryNetwork_Hold(string name)
    {
        var differences = GoldenCheck.Run(Miniature.Open(name), new OnnxOptions(), default);

        Assert.Equal(
            Miniature.Open(name).Components.Select(component => component.Name)
                .Order(StringComparer.Ordinal),
            differences.Select(one => one.Component).Order(StringComparer.Ordinal));
        Assert.All(differences, one => Assert.True(one.Holds, $"{one}"));
    }

    private static float[] Generate(string name, VideoRequest request, int reusedStepCount = 0)
    {
        var (values, found) = Miniature.Generate(Miniature.Open(name), request);
        Assert.Equal(reusedStepCount, found);
        return values;
    }

    private static double Difference(GoldenClip golden, float[] found) =>
        golden.Slices.Select((value, i) => Math.Abs(value - found[i * golden.Stride])).Max();
}
