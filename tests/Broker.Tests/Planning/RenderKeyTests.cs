using System.Globalization;
using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Planning;

public sealed class RenderKeyTests
{
    private static ShotTask Task { get; } = new()
    {
        RenderKey = "",
        Model = "flipbook",
        ModelDigest = new string('a', 64),
        NumericsProfile = "cpu-fp32",
        Prompt = "a lighthouse at dusk, caf\u00e9 \ud83d\ude80",
        NegativePrompt = "people",
        Seed = 7,
        Size = new FrameSize(160, 96),
        FrameRate = new FrameRate(24000, 1001),
        FrameCount = 17,
        StepCount = 16,
        GuidanceScale = 3.1,
        Sampler = "euler",
        Start = new Conditioning { ImageSha256 = new string('b', 64) },
        End = new Conditioning { LastFrameOf = new string('c', 64) },
    };

    public static TheoryData<string, string> Changes() => new()
    {
        { nameof(ShotTask.ModelDigest), new string('d', 64) },
        { nameof(ShotTask.NumericsProfile), "cuda-fp16" },
        { nameof(ShotTask.Prompt), "a lighthouse at dawn" },
        { nameof(ShotTask.NegativePrompt), "" },
        { nameof(ShotTask.Seed), "8" },
        { nameof(ShotTask.FrameCount), "16" },
        { nameof(ShotTask.Upscale), "4" },
        { nameof(ShotTask.Interpolation), "2" },
        { nameof(ShotTask.TakeCount), "4" },
        { nameof(ShotTask.Loop), "true" },
        { nameof(ShotTask.StepCount), "17" },
        { nameof(ShotTask.GuidanceScale), "3.1000000000000005" },
        { nameof(ShotTask.Sampler), "heun" },
        { nameof(ShotTask.MaskSha256), new string('e', 64) },
    };

    [Fact]
    public void Of_OneTask_IsPinned()
    {
        // Whoever changes this makes every finished clip of every farm unfindable.
        Assert.Equal(
            "78b64f0fc77bb04d46647e95c39afb80f222bd9983116750d1b7d26ca3edda34",
            RenderKey.Of(Task));
    }

    [Fact]
    public void Encode_OneTask_IsReadable()
    {
        var lines = RenderKey.Encode(Task).Split('\n');

        Assert.Equal("renderfarm render key 2", lines[0]);
        Assert.Equal("prompt 32:a lighthouse at dusk, caf\u00e9 \ud83d\ude80", lines[4]);
        Assert.Equal(
            ["upscale 1:1", "interpolation 1:1", "takes 1:1", "loop 2:no"], lines[10..14]);
        Assert.Equal("guidance 16:4008cccccccccccd", lines[15]);
        Assert.Equal($"start 70:image {new string('b', 64)}", lines[17]);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Of_FieldThatDecidesPixels_ChangesTheKey(string field, string value)
    {
        Assert.NotEqual(RenderKey.Of(Task), RenderKey.Of(With(field, value)));
    }

    [Fact]
    public void Of_SizeRateConditioningAndSource_ChangeTheKey()
    {
        ShotTask[] others =
        [
            Task with { Size = new FrameSize(96, 160) },
            Task with { FrameRate = new FrameRate(24, 1) },
            Task with { Start = null },
            Task with { Start = new Conditioning { LastFrameOf = new string('b', 64) } },
            Task with { End = null },
            Task with { Start = Task.End, End = Task.Start },
            Task with { Strength = 0.5 },
            Task with { Strength = 0.25 },
            Task with { ReuseThreshold = 0.5 },
            Task with { ReuseThreshold = 0.05 },
            Task with { Source = new ClipSource { VideoSha256 = new string('e', 64) } },
            Task with { Source = new ClipSource { VideoSha256 = new string('f', 64) } },
            Task with { Source = new ClipSource { ClipOf = new string('e', 64) } },
        ];

        var keys = others.Append(Task).Select(RenderKey.Of).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    [Theory]
    [InlineData(nameof(ShotTask.RenderKey), "ff")]
    [InlineData(nameof(ShotTask.Model), "flipbook-copy")]
    public void Of_FieldThatDecidesNoPixels_KeepsTheKey(string field, string value)
    {
        Assert.Equal(RenderKey.Of(Task), RenderKey.Of(With(field, value)));
    }

    [Fact]
    public void Of_EveryFieldOfATask_IsCoveredHere()
    {
        string[] elsewhere =
        [
            "Size", "FrameRate", "Start", "End", "Source", "Strength", "ReuseThreshold",
            "RenderKey", "Model",
        ];

        var fields = typeof(ShotTask).GetProperties().Select(property => property.Name);

        Assert.Equal(
            fields.Order(),
            elsewhere.Concat(Changes().Select(row => row.Data.Item1)).Order());
    }

    [Fact]
    public void Of_WordsMovedBetweenFields_ChangeTheKey()
    {
        var left = Task with { Prompt = "a\nnegative 1:b", NegativePrompt = "" };
        var right = Task with { Prompt = "a", NegativePrompt = "b" };

        Assert.NotEqual(RenderKey.Of(left), RenderKey.Of(right));
    }

    private static ShotTask With(string field, string value)
    {
        var copy = Task with { };
        var property = typeof(ShotTask).GetProperty(field)!;
        property.SetValue(
            copy, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        return copy;
    }
}
