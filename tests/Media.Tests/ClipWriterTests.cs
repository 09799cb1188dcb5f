using System.Security.Cryptography;
using System.Text;
using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class ClipWriterTests : IDisposable
{
    private readonly Studio studio = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    public async Task Clip_OfSomeFrames_HoldsExactlyThose(int frameCount)
    {
        var clip = await studio.WriteClipAsync(1, frameCount);

        Assert.Equal(frameCount, clip.FrameCount);
        Assert.Equal(frameCount, Studio.FrameDigests(clip.Path).Count);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(clip.Path))),
            clip.Sha256);
        Assert.Equal(new FileInfo(clip.Path).Length, clip.ByteCount);
    }

    [Fact]
    public async Task Clip_WrittenTwice_HasTheSameBytes()
    {
        var first = await studio.WriteClipAsync(1, 33, new FrameSize(320, 192), name: "a.mp4");
        var second = await studio.WriteClipAsync(1, 33, new FrameSize(320, 192), name: "b.mp4");

        Assert.Equal(first.Sha256, second.Sha256);
        Assert.Equal(
            await File.ReadAllBytesAsync(first.LastFramePath),
            await File.ReadAllBytesAsync(second.LastFramePath));
    }

    [Fact]
    public async Task Clips_OfDifferentContentAndLength_HaveTheSameParameterSets()
    {
        var clips = new[]
        {
            await studio.WriteClipAsync(1, 1), await studio.WriteClipAsync(2, 33),
            await studio.WriteFlatClipAsync(3, 128, 17),
        };

        var sets = clips.Select(clip => Studio.Probe(clip.Path, "stream=extradata_hash"));

        Assert.Single(sets.Distinct());
    }

    [Theory]
    [InlineData(24000, 1001)]
    [InlineData(30000, 1001)]
    [InlineData(25, 1)]
    [InlineData(8, 1)]
    public async Task Clip_AtSomeRate_LastsExactFrames(int numerator, int denominator)
    {
        var rate = new FrameRate(numerator, denominator);
        var clip = await studio.WriteClipAsync(1, 33, rate: rate);

        var times = Studio.Run(
            "ffprobe", "-v", "error", "-show_entries", "packet=pts,dts,duration", "-of",
            "csv=p=0", clip.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(',')).ToList();

        Assert.Contains(
            $"r_frame_rate={rate}\navg_frame_rate={rate}",
            Studio.Probe(clip.Path, "stream=r_frame_rate,avg_frame_rate"),
            StringComparison.Ordinal);
        Assert.Single(times.Select(packet => packet[2]).Distinct());
        Assert.All(times.Index(), packet => Assert.Equal(
            long.Parse(packet.Item[2]) * packet.Index, long.Parse(packet.Item[0])));
        Assert.All(times, packet => Assert.Equal(packet[0], packet[1]));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(62, 34)]
    [InlineData(1278, 718)]
    public async Task Clip_OfAnyEvenSize_KeepsIt(int width, int height)
    {
        var clip = await studio.WriteClipAsync(1, 2, new FrameSize(width, height));

        Assert.Equal(
            $"width={width}\nheight={height}\npix_fmt=yuv420p\ncolor_range=tv\ncolor_space=bt709\n"
            + "color_transfer=bt709\ncolor_primaries=bt709",
            Studio.Probe(
                clip.Path,
                "stream=width,height,pix_fmt,color_range,color_space,color_transfer,"
                + "color_primaries").Trim());
    }

    [Fact]
    public async Task Clip_OfColours_KeepsThem()
    {
        byte[] colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 128, 128, 128];
        for (var index = 0; index < 6; index++)
        {
            var colour = colours[(index * 3)..((index * 3) + 3)];
            var frame = Enumerable.Repeat(colour, 96 * 64).SelectMany(pixel => pixel).ToArray();
            var clip = await WriteAsync([frame, frame], 2);

            var pixels = studio.Decode(clip.Path, "gbrp");

            Assert.InRange(pixels[1000], colour[1] - 3, colour[1] + 3);
            Assert.InRange(pixels[(96 * 64) + 1000], colour[2] - 3, colour[2] + 3);
            Assert.InRange(pixels[(96 * 64 * 2) + 1000], colour[0] - 3, colour[0] + 3);
        }
    }

    [Fact]
    public async Task LastFrame_AsPng_IsExactlyTheLastFrameGiven()
    {
        var clip = await studio.WriteClipAsync(5, 17);

        var pixels = await new ImageReader(TimeProvider.System)
            .ReadRgbAsync(clip.LastFramePath, Studio.Small, CancellationToken.None);

        Assert.Equal(Pattern.Frame(Studio.Small, 5, 16), pixels);
    }

    [Fact]
    public async Task Clip_Slate_CanBeReadBack()
    {
        var clip = await studio.WriteClipAsync(7, 2);

        var facts = await new ClipInspector(TimeProvider.System)
            .InspectAsync(clip.Path, CancellationToken.None);

        Assert.Equal(Studio.Slate(7), facts.Slate);
        Assert.Contains(
            "trainedAlgorithmicMedia", Studio.Probe(clip.Path, "format_tags=comment"),
            StringComparison.Ordinal);
        Assert.Contains(
            $"Iptc4xmpExt:DigitalSourceType=\"{Slate.TrainedAlgorithmicMedia}\"",
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(clip.Path)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Clip_WithAnotherNumberOfFrames_IsRefusedAndLeavesNoFile(int came)
    {
        var frames = Enumerable.Range(0, came).Select(i => Pattern.Frame(Studio.Small, 1, i));

        await Assert.ThrowsAsync<InvalidDataException>(() => WriteAsync(frames, 4));

        Assert.Empty(Directory.EnumerateFiles(studio.Folder));
    }

    [Fact]
    public async Task Clip_WithFramesOfAnotherSize_IsRefused()
    {
        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => WriteAsync([new byte[100]], 1));

        Assert.Contains("100 bytes", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(95, 64, 24)]
    [InlineData(96, 0, 24)]
    [InlineData(96, 64, 241)]
    public async Task Clip_OfImpossibleForm_IsRefused(int width, int height, int fps) =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => studio.WriteClipAsync(1, 1, new FrameSize(width, height), new FrameRate(fps, 1)));

    [Fact]
    public async Task Clip_ThatCannotBeWritten_FailsWithWhatFfmpegSaid()
    {
        Directory.CreateDirectory(studio.PathOf("clip.mp4.part"));

        var problem = await Assert.ThrowsAsync<FfmpegException>(
            () => studio.WriteClipAsync(1, 400, name: "clip.mp4"));

        Assert.Contains("Is a directory", problem.ErrorLines, StringComparison.Ordinal);
        Assert.Contains("libx264", problem.Command, StringComparison.Ordinal);
        Assert.DoesNotContain("worker-1", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => studio.Dispose();

    private Task<ClipFile> WriteAsync(IEnumerable<byte[]> frames, int frameCount) =>
        new ClipWriter(TimeProvider.System).WriteAsync(
            frames.Select(frame => new ReadOnlyMemory<byte>(frame)).ToAsyncEnumerable(),
            Studio.Small, Studio.Film, frameCount, Studio.Slate(1), studio.PathOf("clip.mp4"),
            CancellationToken.None);
}
