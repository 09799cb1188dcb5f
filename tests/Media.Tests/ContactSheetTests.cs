using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class ContactSheetTests : IDisposable
{
    private const string Hostile =
        "it's 100% \"odd\": %{pts} \\n $(touch x) [a];b,c=d:textfile=/etc/passwd\n\r\tñ 映 \0 end";

    private readonly Studio studio = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(300)]
    public async Task Sheet_OfSomeShots_IsAPictureOfAReasonableSize(int shotCount)
    {
        var clip = await studio.WriteClipAsync(1, 3);
        var cut = Studio.Cut([.. Enumerable.Range(0, shotCount)
            .Select(index => Studio.Entry(clip, $"shot-{index}"))]);

        var reel = await studio.WriteReelAsync(cut, [clip]);

        var (width, height) = Size(reel.ContactSheetPath);
        Assert.InRange(width, 300, 4000);
        Assert.InRange(height, 200, 6000);
    }

    [Theory]
    [InlineData(62, 34)]
    [InlineData(34, 126)]
    [InlineData(640, 20)]
    public async Task Sheet_OfOneFrameOfAnyShape_IsLargeEnoughToSee(int width, int height)
    {
        var size = new FrameSize(width, height);
        var clip = await studio.WriteClipAsync(1, 1, size);

        var reel = await studio.WriteReelAsync(
            Studio.Cut(Studio.Entry(clip, "a")) with { Size = size }, [clip]);

        Assert.True(Size(reel.ContactSheetPath).Width >= 320);
    }

    [Fact]
    public async Task Sheet_WithHostileWords_ShowsThemAndRunsNothing()
    {
        var clip = await studio.WriteClipAsync(1, 9);
        var plain = await studio.WriteReelAsync(
            Studio.Cut(Studio.Entry(clip, "a", prompt: "plain")), [clip], name: "plain");
        var hostile = await studio.WriteReelAsync(
            Studio.Cut(Studio.Entry(clip, Hostile, prompt: Hostile)), [clip], name: "hostile");

        Assert.Equal(Size(plain.ContactSheetPath), Size(hostile.ContactSheetPath));
        Assert.NotEqual(
            await File.ReadAllBytesAsync(plain.ContactSheetPath),
            await File.ReadAllBytesAsync(hostile.ContactSheetPath));
        Assert.Equal(plain.Sha256, hostile.Sha256);
    }

    [Fact]
    public async Task Sheet_PerShot_ShowsItsFirstMiddleAndLastFrame()
    {
        // Three greys in one shot; the cells lie side by side, 320 wide and 12 apart.
        var greys = new byte[] { 40, 40, 40, 120, 120, 120, 200, 200, 200 };
        var clip = await new ClipWriter(TimeProvider.System).WriteAsync(
            greys.Select(grey => new ReadOnlyMemory<byte>(Pattern.Flat(Studio.Small, grey)))
                .ToAsyncEnumerable(),
            Studio.Small, Studio.Film, 9, Studio.Slate(1), studio.PathOf("greys.mp4"),
            CancellationToken.None);

        var reel = await studio.WriteReelAsync(Studio.Cut(Studio.Entry(clip, "a")), [clip]);

        var (width, _) = Size(reel.ContactSheetPath);
        var pixels = studio.Decode(reel.ContactSheetPath, "gray");
        Assert.Equal(12 + (3 * (320 + 12)), width);
        Assert.InRange(pixels[(100 * width) + 12 + 160], 35, 45);
        Assert.InRange(pixels[(100 * width) + 344 + 160], 115, 125);
        Assert.InRange(pixels[(100 * width) + 676 + 160], 195, 205);
    }

    public void Dispose() => studio.Dispose();

    private static (int Width, int Height) Size(string path)
    {
        var lines = Studio.Probe(path, "stream=width,height").Trim().Split('\n');
        return (int.Parse(lines[0].Split('=')[1]), int.Parse(lines[1].Split('=')[1]));
    }
}
