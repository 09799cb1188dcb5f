using RenderFarm.Media.Clips;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class CardWriterTests : IDisposable
{
    private readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public async Task Card_OfAShot_HasItsLengthSizeAndRate()
    {
        var card = await WriteAsync("storm");

        var facts = await new ClipInspector(TimeProvider.System).InspectAsync(card, default);

        Assert.Equal((13, Studio.Small), (facts.FrameCount, facts.Size));
        Assert.Equal(Studio.Film, facts.FrameRate);
        Assert.Contains("nb_read_frames=13", Studio.Run(
            "ffprobe", "-v", "error", "-count_frames", "-show_entries",
            "stream=nb_read_frames", "-of", "default=noprint_wrappers=1", card),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Card_BesideAClip_JoinsItAsItIs()
    {
        var clip = await studio.WriteClipAsync(1, 13);
        var card = await WriteAsync("storm");

        Assert.Equal(
            ClipHeader.Read(clip.Path).ParameterSets, ClipHeader.Read(card).ParameterSets);
    }

    [Fact]
    public async Task Card_OfAnotherShot_ShowsAnotherName()
    {
        var one = studio.Decode(await WriteAsync("storm", "one.mp4"), "gray");
        var same = studio.Decode(await WriteAsync("storm", "same.mp4"), "gray");
        var other = studio.Decode(await WriteAsync("harbour", "other.mp4"), "gray");

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        Assert.Contains(one, level => level > 150);
        Assert.True(one.Count(level => level < 60) > one.Length / 2);
    }

    [Fact]
    public async Task Card_NameThatLooksLikeAFilter_IsDrawnAsItIs()
    {
        var card = await WriteAsync("a':x=0,null%{n}\\");

        Assert.Equal(
            13,
            await new ClipInspector(TimeProvider.System).CountFramesAsync(card, default));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(studio.Folder).Count());
    }

    private async Task<string> WriteAsync(string shotId, string name = "card.mp4") =>
        (await new CardWriter(TimeProvider.System).WriteAsync(
            shotId, Studio.Small, Studio.Film, 13, studio.PathOf(name), default)).Path;
}
