using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class ClipInspectorTests : IDisposable
{
    private readonly Studio studio = new();
    private readonly ClipInspector inspector = new(TimeProvider.System);

    [Fact]
    public async Task Inspect_WholeClip_SaysWhatItIs()
    {
        var clip = await studio.WriteClipAsync(1, 17);

        var facts = await inspector.InspectAsync(clip.Path, CancellationToken.None);

        Assert.Equal(
            ("avc1", Studio.Small, Studio.Film, 17),
            (facts.Codec, facts.Size, facts.FrameRate, facts.FrameCount));
        Assert.Equal([0, 8, 16], facts.CutPoints);
    }

    [Fact]
    public async Task Count_FlippedBytes_IsRefused()
    {
        var clip = await studio.WriteClipAsync(1, 33);
        var bytes = await File.ReadAllBytesAsync(clip.Path);
        for (var index = 0; index < 400; index++)
        {
            bytes[(bytes.Length / 2) + index] ^= 0x55;
        }

        await AssertRefusedAsync(bytes);
    }

    [Fact]
    public async Task Count_CutOffAnywhere_IsRefused()
    {
        var clip = await studio.WriteClipAsync(1, 17);
        var bytes = await File.ReadAllBytesAsync(clip.Path);

        for (var part = 0; part < 10; part++)
        {
            await AssertRefusedAsync(bytes[..(bytes.Length * part / 10)]);
        }
    }

    [Fact]
    public async Task Count_FramesMissingFromTheEndOfItsBytes_IsRefusedThoughTheHeaderIsWhole()
    {
        var clip = await studio.WriteClipAsync(1, 33);
        var bytes = await File.ReadAllBytesAsync(clip.Path);
        Array.Clear(bytes, bytes.Length / 2, bytes.Length / 3);

        await AssertRefusedAsync(bytes);
    }

    [Fact]
    public async Task Count_NoMovieBox_IsRefused()
    {
        var clip = await studio.WriteClipAsync(1, 4);
        var bytes = await File.ReadAllBytesAsync(clip.Path);
        var movie = bytes.AsSpan().IndexOf("moov"u8);
        "free"u8.CopyTo(bytes.AsSpan(movie));

        await AssertRefusedAsync(bytes);
    }

    [Fact]
    public async Task Count_PlaylistNamedMp4_IsRefusedWithoutReadingWhatItNames()
    {
        var clip = await studio.WriteClipAsync(1, 4);

        await AssertRefusedAsync(
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n"u8.ToArray()
            .Concat(System.Text.Encoding.UTF8.GetBytes($"{clip.Path}\n#EXT-X-ENDLIST\n"))
            .ToArray());
    }

    [Fact]
    public async Task Inspect_RandomlyDamagedHeader_NeverFailsInAnotherWay()
    {
        var clip = await studio.WriteClipAsync(1, 4);
        var whole = await File.ReadAllBytesAsync(clip.Path);
        var header = whole.AsSpan().IndexOf("moov"u8);
        var chance = new Random(1);
        var path = studio.PathOf("damaged.mp4");
        for (var round = 0; round < 500; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var flip = 0; flip < 3; flip++)
            {
                bytes[header + chance.Next(700)] = (byte)chance.Next(256);
            }

            await File.WriteAllBytesAsync(path, bytes);
            try
            {
                Clips.ClipHeader.Read(path);
            }
            catch (InvalidDataException)
            {
                // The one way to refuse.
            }
        }
    }

    public void Dispose() => studio.Dispose();

    private async Task AssertRefusedAsync(byte[] bytes)
    {
        var path = studio.PathOf("damaged.mp4");
        await File.WriteAllBytesAsync(path, bytes);
        await Assert.ThrowsAsync<InvalidDataException>(
            () => inspector.InspectAsync(path, CancellationToken.None));
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            var count = await inspector.CountFramesAsync(path, CancellationToken.None);
            throw new InvalidOperationException($"{count} frames were counted");
        });
    }
}
