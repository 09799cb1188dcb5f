using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class SoundtrackTests : IDisposable
{
    // AAC works in blocks: the last one may reach past the film's end by less than its length.
    private const int Block = 1024;

    private readonly Studio studio = new();

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(9)]
    public async Task Sound_ShorterOrLonger_IsAsLongAsTheFilm(double seconds)
    {
        var samples = await WriteAsync(frameCount: 48, seconds);

        Assert.InRange(samples.Length, 96_000, 96_000 + Block);
    }

    [Fact]
    public async Task Sound_LongerThanTheFilm_FadesOutAtTheEnd()
    {
        var samples = await WriteAsync(frameCount: 48, seconds: 9);

        Assert.InRange(Loudest(samples, 48_000, 49_000), 14_000, 18_000);
        Assert.InRange(Loudest(samples, 95_900, 96_000), 0, 400);
        AssertNoClicks(samples);
    }

    [Fact]
    public async Task Sound_ShorterThanTheFilm_FadesOutIntoSilence()
    {
        var samples = await WriteAsync(frameCount: 48, seconds: 1);

        Assert.InRange(Loudest(samples, 24_000, 25_000), 14_000, 18_000);
        Assert.InRange(Loudest(samples, 50_000, 96_000), 0, 40);
        AssertNoClicks(samples);
    }

    [Fact]
    public async Task Sound_ThatIsNone_IsRefused()
    {
        var path = studio.PathOf("tone.wav");
        await File.WriteAllTextAsync(path, "#EXTM3U\nhttp://127.0.0.1/secret\n");
        var clip = await studio.WriteClipAsync(1, 2);

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => studio.WriteReelAsync(
            Studio.Cut(Studio.Entry(clip, "a")), [clip], path));

        Assert.Contains("WAV, FLAC, MP3", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flac", "flac", "flac")]
    [InlineData("mp3", "libmp3lame", "mp3")]
    [InlineData("ogg", "libvorbis", "ogg")]
    [InlineData("m4a", "aac", "mp4")]
    public async Task Sound_OfEveryKind_IsRead(string extension, string codec, string format)
    {
        var path = studio.PathOf($"tone.{extension}");
        Studio.Run(
            "ffmpeg", "-v", "error", "-i", Sound.Write(studio, 3), "-c:a", codec, "-f", format,
            path);
        var clip = await studio.WriteClipAsync(1, 48);

        var reel = await studio.WriteReelAsync(
            Studio.Cut(Studio.Entry(clip, "a")), [clip], path);

        Assert.InRange(
            Loudest(Sound.Decode(studio, reel.ReelPath), 48_000, 49_000), 12_000, 19_000);
    }

    public void Dispose() => studio.Dispose();

    private async Task<short[]> WriteAsync(int frameCount, double seconds)
    {
        var clip = await studio.WriteClipAsync(1, frameCount);
        var reel = await studio.WriteReelAsync(
            Studio.Cut(Studio.Entry(clip, "a")), [clip], Sound.Write(studio, seconds));
        return Sound.Decode(studio, reel.ReelPath);
    }

    private static int Loudest(short[] samples, int first, int end) =>
        samples[first..end].Max(sample => Math.Abs((int)sample));

    /// <summary>A 440 Hz tone of 16000 moves by 922 a sample at most; a click by more.</summary>
    private static void AssertNoClicks(short[] samples) =>
        Assert.InRange(samples.Zip(samples.Skip(1), (a, b) => Math.Abs(a - b)).Max(), 0, 1200);
}
