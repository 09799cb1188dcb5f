using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class VideoReaderTests : IDisposable
{
    private readonly Studio studio = new();
    private readonly VideoReader reader = new(TimeProvider.System);

    [Fact]
    public async Task Read_OwnSizeAndRate_GivesEveryFrameAsItLooked()
    {
        var clip = await studio.WriteClipAsync(1, 9);

        var frames = await ReadAsync(clip.Path, Studio.Film, 9);

        Assert.Equal(9, frames.Count);
        Assert.All(frames.Index(), frame => Assert.InRange(
            Difference(Pattern.Frame(Studio.Small, 1, frame.Index), frame.Item), 0, 6));
        Assert.Equal(frames, await ReadAsync(clip.Path, Studio.Film, 9));
    }

    [Theory]
    [InlineData("12", new[] { 0, 2, 4, 6, 8 })]
    [InlineData("8", new[] { 0, 3, 6, 9 })]
    [InlineData("16", new[] { 0, 1, 3, 4, 6, 7, 9 })]
    [InlineData("48", new[] { 0, 0, 1, 1, 2, 2, 3 })]
    [InlineData("24000/1001", new[] { 0, 1, 2, 3, 4, 5 })]
    public async Task Read_AnotherRate_GivesTheFramesThatAreOnTheScreen(
        string rate, int[] expected)
    {
        Assert.True(FrameRate.TryParse(rate, out var wanted));
        var clip = await studio.WriteClipAsync(1, 12);
        var all = await ReadAsync(clip.Path, Studio.Film, 12);

        var frames = await ReadAsync(clip.Path, wanted, expected.Length);

        Assert.Equal(expected.Select(index => all[index]), frames);
    }

    [Fact]
    public async Task Read_ContainerThatRoundsMoments_GivesTheSameFrames()
    {
        var clip = await studio.WriteClipAsync(1, 12);
        var other = studio.PathOf("clip.mkv");
        Studio.Run("ffmpeg", "-v", "error", "-i", clip.Path, "-c", "copy", other);

        Assert.Equal(
            await ReadAsync(clip.Path, Studio.Film, 12), await ReadAsync(other, Studio.Film, 12));
        Assert.Equal(
            await ReadAsync(clip.Path, new FrameRate(8, 1), 4),
            await ReadAsync(other, new FrameRate(8, 1), 4));
    }

    [Fact]
    public async Task Read_LongerAndShorterVideo_IsCutAndHeld()
    {
        var clip = await studio.WriteClipAsync(1, 5);
        var all = await ReadAsync(clip.Path, Studio.Film, 5);

        var cut = await ReadAsync(clip.Path, Studio.Film, 3);
        var held = await ReadAsync(clip.Path, Studio.Film, 8);

        Assert.Equal(all.Take(3), cut);
        Assert.Equal([.. all, all[4], all[4], all[4]], held);
    }

    [Fact]
    public async Task Read_OneFrame_IsHeld()
    {
        var clip = await studio.WriteClipAsync(1, 1);

        var frames = await ReadAsync(clip.Path, new FrameRate(8, 1), 3);

        Assert.Equal(3, frames.Count);
        Assert.All(frames, frame => Assert.Equal(frames[0], frame));
    }

    [Fact]
    public async Task Read_AnotherShape_IsCutAroundItsCentre()
    {
        var clip = await studio.WriteClipAsync(1, 2);
        var whole = await ReadAsync(clip.Path, Studio.Film, 1);

        var frames = await reader.ReadRgbAsync(
            clip.Path, new FrameSize(64, 64), Studio.Film, 1, default);

        var expected = Enumerable.Range(0, 64).SelectMany(row =>
            whole[0].Skip(((row * 96) + 16) * 3).Take(64 * 3)).ToArray();
        Assert.Equal(expected.Length, frames[0].Length);
        Assert.InRange(Difference(expected, frames[0]), 0, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(500)]
    public async Task Read_CutOffFile_IsRefused(int length)
    {
        var clip = await studio.WriteClipAsync(1, 9);
        var path = studio.PathOf("cut.mp4");
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(clip.Path))[..length]);

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(path, Studio.Film, 9));
    }

    [Fact]
    public async Task Read_SoundWithoutPicture_IsRefused()
    {
        var path = studio.PathOf("sound.mp4");
        Studio.Run(
            "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", path);

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(path, Studio.Film, 9));
    }

    [Fact]
    public async Task Read_PlaylistOfOtherFiles_IsRefused()
    {
        var clip = await studio.WriteClipAsync(1, 9);
        var path = studio.PathOf("list.mp4");
        await File.WriteAllTextAsync(path, $"ffconcat version 1.0\nfile {clip.Path}\n");

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(path, Studio.Film, 9));
    }

    public void Dispose() => studio.Dispose();

    private Task<IReadOnlyList<byte[]>> ReadAsync(string path, FrameRate rate, int frameCount) =>
        reader.ReadRgbAsync(path, Studio.Small, rate, frameCount, CancellationToken.None);

    /// <summary>The mean over all values.</summary>
    private static double Difference(byte[] expected, byte[] found) =>
        expected.Zip(found, (a, b) => (double)Math.Abs(a - b)).Average();
}
