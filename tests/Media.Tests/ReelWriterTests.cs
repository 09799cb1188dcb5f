using System.Text;
using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class ReelWriterTests : IDisposable
{
    private readonly Studio studio = new();

    [Fact]
    public async Task Reel_OfCuts_HasTheClipsFramesBitForBit()
    {
        var clips = await WriteClipsAsync(17, 1, 33, 16);
        var cut = Studio.Cut([.. clips.Select((clip, i) => Studio.Entry(clip, $"shot-{i}"))]);

        var reel = await studio.WriteReelAsync(cut, clips);

        Assert.Equal(67, reel.FrameCount);
        Assert.Equal(
            clips.SelectMany(clip => Studio.FrameDigests(clip.Path)),
            Studio.FrameDigests(reel.ReelPath));
    }

    [Fact]
    public async Task Reel_WrittenTwice_HasTheSameBytes()
    {
        var clips = await WriteClipsAsync(17, 17);
        var cut = Studio.Cut(
            Studio.Entry(clips[0], "a", Studio.CrossFade(3)), Studio.Entry(clips[1], "b"));

        var first = await studio.WriteReelAsync(cut, clips, name: "one");
        var second = await studio.WriteReelAsync(cut, clips, name: "two");

        Assert.Equal(first.Sha256, second.Sha256);
        Assert.Equal(
            await File.ReadAllBytesAsync(first.ContactSheetPath),
            await File.ReadAllBytesAsync(second.ContactSheetPath));
    }

    [Theory]
    [InlineData(24, 1)]
    [InlineData(24000, 1001)]
    [InlineData(30, 1)]
    public async Task Reel_AtSomeRate_HasFramesOfOneLength(int numerator, int denominator)
    {
        var rate = new FrameRate(numerator, denominator);
        var clips = new List<ClipFile>();
        for (var seed = 0; seed < 5; seed++)
        {
            clips.Add(await studio.WriteClipAsync(seed, 7, rate: rate));
        }

        var cut = Studio.Cut([.. clips.Select((clip, i) => Studio.Entry(
            clip, $"shot-{i}", i == 1 ? Studio.CrossFade(2) : null))]) with
        {
            FrameRate = rate,
        };
        var reel = await studio.WriteReelAsync(cut, clips);

        var durations = Studio.Run(
            "ffprobe", "-v", "error", "-show_entries", "packet=duration", "-of", "csv=p=0",
            reel.ReelPath).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(33, durations.Length);
        Assert.Single(durations.Distinct());
        Assert.Contains(
            $"avg_frame_rate={rate}", Studio.Probe(reel.ReelPath, "stream=avg_frame_rate"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reel_OfTwoHundredClips_HasEveryFrame()
    {
        var clips = await WriteClipsAsync(3, 5);
        var many = Enumerable.Range(0, 200).Select(i => clips[i % 2]).ToList();
        var cut = Studio.Cut([.. many.Select((clip, i) => Studio.Entry(clip, $"shot-{i}"))]);

        var reel = await studio.WriteReelAsync(cut, clips);

        Assert.Equal(800, reel.FrameCount);
        var digests = clips.Select(clip => Studio.FrameDigests(clip.Path)).ToList();
        Assert.Equal(
            Enumerable.Range(0, 200).SelectMany(i => digests[i % 2]),
            Studio.FrameDigests(reel.ReelPath));
    }

    [Fact]
    public async Task Reel_Marks_SayThatAModelMadeIt()
    {
        var clips = await WriteClipsAsync(2);
        var cut = Studio.Cut(Studio.Entry(clips[0], "a")) with { Title = "Film \"=;\n'\\ ß" };

        var reel = await studio.WriteReelAsync(cut, clips);

        var tags = Studio.Probe(reel.ReelPath, "format_tags=title,comment");
        Assert.Contains("TAG:title=Film \"=;'\\ ß\n", tags, StringComparison.Ordinal);
        Assert.Contains("trainedAlgorithmicMedia", tags, StringComparison.Ordinal);
        Assert.DoesNotContain("worker-1", tags, StringComparison.Ordinal);
        Assert.Contains(
            "Iptc4xmpExt:DigitalSourceType",
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(reel.ReelPath)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReelCodec.Av1, "reel.mp4", "av1", "aac")]
    [InlineData(ReelCodec.Vp9, "reel.webm", "vp9", "opus")]
    [InlineData(ReelCodec.H264, "reel.mp4", "h264", "aac")]
    public async Task Reel_InSomeCodec_HasEveryFrame(
        ReelCodec codec, string name, string video, string audio)
    {
        var clips = await WriteClipsAsync(17, 9);
        var cut = Studio.Cut(
            Studio.Entry(clips[0], "a", Studio.CrossFade(4)), Studio.Entry(clips[1], "b")) with
        {
            Codec = codec,
        };

        var reel = await studio.WriteReelAsync(cut, clips, Sound.Write(studio, seconds: 3));

        Assert.Equal(name, Path.GetFileName(reel.ReelPath));
        Assert.Equal(22, Studio.FrameDigests(reel.ReelPath).Count);
        Assert.Equal(
            $"codec_name={video}\ncodec_name={audio}\n",
            Studio.Probe(reel.ReelPath, "stream=codec_name"));
        Assert.Contains(
            "trainedAlgorithmicMedia", Studio.Probe(reel.ReelPath, "format_tags"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reel_WithAClipOfAnotherSize_IsRefusedNamingTheShot()
    {
        var right = await studio.WriteClipAsync(1, 4);
        var wrong = await studio.WriteClipAsync(2, 4, new FrameSize(64, 64));
        var cut = Studio.Cut(Studio.Entry(right, "opening"), Studio.Entry(wrong, "the-chase"));

        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => studio.WriteReelAsync(cut, [right, wrong]));

        Assert.Equal(
            "shot the-chase: expected 96x64 at 24/1, found 64x64 at 24/1", problem.Message);
    }

    [Fact]
    public async Task Reel_WithATruncatedClip_IsRefusedNamingTheShot()
    {
        var clips = await WriteClipsAsync(17, 17);
        var bytes = await File.ReadAllBytesAsync(clips[1].Path);
        await File.WriteAllBytesAsync(clips[1].Path, bytes[..(bytes.Length / 2)]);
        var cut = Studio.Cut(Studio.Entry(clips[0], "a"), Studio.Entry(clips[1], "b"));

        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => studio.WriteReelAsync(cut, clips));

        Assert.Contains("shot b", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reel_WithADamagedClipOfTheRightLength_IsRefusedAndLeavesNoFile()
    {
        var clips = await WriteClipsAsync(33, 33);
        var bytes = await File.ReadAllBytesAsync(clips[1].Path);
        Array.Clear(bytes, bytes.Length / 2, bytes.Length / 3);
        await File.WriteAllBytesAsync(clips[1].Path, bytes);
        var cut = Studio.Cut(Studio.Entry(clips[0], "a"), Studio.Entry(clips[1], "b"));

        await Assert.ThrowsAsync<InvalidDataException>(() => studio.WriteReelAsync(cut, clips));

        Assert.Empty(Directory.EnumerateFileSystemEntries(studio.PathOf("film")));
    }

    [Fact]
    public async Task Reel_WhoseCutListMiscounts_IsRefused()
    {
        var clips = await WriteClipsAsync(4);
        var cut = Studio.Cut(Studio.Entry(clips[0], "a")) with { FrameCount = 5 };

        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => studio.WriteReelAsync(cut, clips));

        Assert.Contains("5 frames", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reel_InAFolderWithAStrangeName_IsWritten()
    {
        var clips = await WriteClipsAsync(9, 9);
        var cut = Studio.Cut(
            Studio.Entry(clips[0], "a", Studio.CrossFade(2)), Studio.Entry(clips[1], "b"));

        var reel = await studio.WriteReelAsync(cut, clips, name: "it's 100% a:b,[c];'%d' -x");

        Assert.Equal(16, Studio.FrameDigests(reel.ReelPath).Count);
    }

    public void Dispose() => studio.Dispose();

    private async Task<List<ClipFile>> WriteClipsAsync(params int[] frameCounts)
    {
        var clips = new List<ClipFile>();
        foreach (var (seed, frameCount) in frameCounts.Index())
        {
            clips.Add(await studio.WriteClipAsync(seed, frameCount));
        }

        return clips;
    }
}
