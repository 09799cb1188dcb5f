using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class ImageReaderTests : IDisposable
{
    private static readonly FrameSize Wide = new(200, 100);

    private readonly Studio studio = new();
    private readonly ImageReader reader = new(TimeProvider.System);

    [Theory]
    [InlineData("png", "png", "rgb24")]
    [InlineData("jpg", "mjpeg", "yuvj444p")]
    [InlineData("webp", "libwebp", "bgra")]
    public async Task Image_OfEveryKind_IsReadAtItsSize(
        string extension, string codec, string pixels)
    {
        var expected = Pattern.Frame(Wide, 1, 1);
        var image = Encode(expected, Wide, extension, codec, pixels);

        var actual = await reader.ReadRgbAsync(image, Wide, CancellationToken.None);

        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Average(), 0, 6);
    }

    [Fact]
    public async Task Image_WiderThanWanted_IsCutAroundItsCentre()
    {
        var frame = Pattern.Flat(Wide, 0);
        for (var pixel = 0; pixel < 200 * 100; pixel++)
        {
            var x = pixel % 200;
            frame[pixel * 3] = (byte)(x is < 50 or >= 150 ? 255 : 0);
            frame[(pixel * 3) + 1] = (byte)(x is >= 50 and < 150 ? 255 : 0);
        }

        var actual = await reader.ReadRgbAsync(
            Encode(frame, Wide, "png", "png", "rgb24"), new FrameSize(100, 100),
            CancellationToken.None);

        Assert.All(actual.Chunk(3), pixel => Assert.Equal([0, 255, 0], pixel));
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(640, 480)]
    [InlineData(50, 300)]
    public async Task Image_AtAnotherSize_FillsIt(int width, int height)
    {
        var size = new FrameSize(width, height);

        var actual = await reader.ReadRgbAsync(
            Encode(Pattern.Flat(Wide, 90), Wide, "png", "png", "rgb24"), size,
            CancellationToken.None);

        Assert.Equal(size.PixelCount * 3, actual.Length);
        Assert.All(actual, value => Assert.Equal(90, value));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(6, 0)]
    [InlineData(8, 1)]
    public async Task Image_FromACameraHeldOtherwise_IsTurnedUpright(int orientation, int bright)
    {
        // The left half is bright: turned clockwise it is the upper one, otherwise the lower, and
        // upside down the right one.
        var square = new FrameSize(64, 64);
        var frame = Pattern.Flat(square, 0);
        for (var pixel = 0; pixel < 64 * 64; pixel++)
        {
            frame.AsSpan(pixel * 3, 3).Fill((byte)(pixel % 64 < 32 ? 255 : 0));
        }

        var jpeg = Encode(frame, square, "jpg", "mjpeg", "yuvj444p");
        var turned = await reader.ReadRgbAsync(
            WithOrientation(jpeg, (ushort)orientation), square, CancellationToken.None);

        var rows = turned.Chunk(64 * 3).Select(row => row.Average(value => value)).ToList();
        var expected = orientation == 3 ? turned[(64 * 3) - 1] : rows[bright == 0 ? 8 : 56];
        Assert.InRange(expected, 240, 255);
        Assert.InRange(orientation == 3 ? turned[0] : rows[bright == 0 ? 56 : 8], 0, 15);
    }

    [Theory]
    [InlineData(50_000, 50_000)]
    [InlineData(8_000, 8_000)]
    [InlineData(4_000, 100)]
    [InlineData(0, 100)]
    public async Task Image_WhoseHeaderClaimsTooMuch_IsRefusedBeforeDecoding(int width, int height)
    {
        var image = Encode(Pattern.Flat(Wide, 9), Wide, "png", "png", "rgb24");
        BinaryPrimitives.WriteInt32BigEndian(image.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(image.AsSpan(20), height);

        var problem = await Assert.ThrowsAsync<InvalidDataException>(
            () => reader.ReadRgbAsync(image, Wide, CancellationToken.None));

        Assert.Contains($"{width}x{height}", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("png", "png", "rgb24")]
    [InlineData("jpg", "mjpeg", "yuvj444p")]
    public async Task Image_WithMuchBehindIt_IsRead(string extension, string codec, string pixels)
    {
        var image = Encode(Pattern.Flat(Wide, 90), Wide, extension, codec, pixels);

        var actual = await reader.ReadRgbAsync(
            (byte[])[.. image, .. new byte[5_000_000]], Wide, CancellationToken.None);

        Assert.All(actual, value => Assert.InRange(value, 89, 91));
    }

    [Fact]
    public async Task Image_WithAPackedTextBomb_IsReadWithoutIt()
    {
        var image = Encode(Pattern.Flat(Wide, 77), Wide, "png", "png", "rgb24");
        using var packed = new MemoryStream();
        packed.Write("Comment\0\0"u8);
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var round = 0; round < 200; round++)
            {
                zip.Write(new byte[1_000_000]);
            }
        }

        // The checksum is wrong on purpose: a decoder that looked at the chunk would refuse it.
        byte[] bomb =
            [.. BigEndian((int)packed.Length), .. "zTXt"u8, .. packed.ToArray(), 1, 2, 3, 4];
        byte[] bombed = [.. image[..33], .. bomb, .. image[33..]];

        var pixels = await reader.ReadRgbAsync(bombed, Wide, CancellationToken.None);

        Assert.All(pixels, value => Assert.Equal(77, value));
        Assert.Equal(
            -1,
            Images.ImageHeader.Read(bombed).Bytes.Span.IndexOf("zTXt"u8));
    }

    [Fact]
    public async Task Image_CutOffAnywhere_IsRefused()
    {
        foreach (var (extension, codec, pixels) in new[]
        {
            ("png", "png", "rgb24"), ("jpg", "mjpeg", "yuvj444p"), ("webp", "libwebp", "bgra"),
        })
        {
            var image = Encode(Pattern.Frame(Wide, 1, 1), Wide, extension, codec, pixels);
            foreach (var part in new[] { 0, 1, 3, 5 })
            {
                await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadRgbAsync(
                    image.AsMemory(0, image.Length * part / 10), Wide, CancellationToken.None));
            }
        }
    }

    [Theory]
    [InlineData("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("GIF89a")]
    [InlineData("")]
    [InlineData("RIFF")]
    public async Task Image_OfAnotherKind_IsRefused(string content) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadRgbAsync(
            Encoding.UTF8.GetBytes(content), Wide, CancellationToken.None));

    [Fact]
    public async Task Image_FileThatIsTooLarge_IsRefusedUnread()
    {
        var path = studio.PathOf("large.png");
        using (var file = File.Create(path))
        {
            file.SetLength(ImageReader.MostBytes + 1);
        }

        await Assert.ThrowsAsync<InvalidDataException>(
            () => reader.ReadRgbAsync(path, Wide, CancellationToken.None));
    }

    [Fact]
    public void Header_OfRandomBytes_NeverFailsInAnotherWay()
    {
        var chance = new Random(1);
        byte[][] starts =
        [
            Encode(Pattern.Frame(Wide, 1, 1), Wide, "png", "png", "rgb24"),
            Encode(Pattern.Frame(Wide, 1, 1), Wide, "jpg", "mjpeg", "yuvj444p"),
            WithOrientation(Encode(Pattern.Frame(Wide, 1, 1), Wide, "jpg", "mjpeg", "yuvj444p"), 6),
            Encode(Pattern.Frame(Wide, 1, 1), Wide, "webp", "libwebp", "bgra"),
        ];
        foreach (var start in starts)
        {
            for (var round = 0; round < 2000; round++)
            {
                var bytes = start[..chance.Next(start.Length)];
                for (var flip = 0; flip < 4 && bytes.Length > 0; flip++)
                {
                    bytes[chance.Next(Math.Min(bytes.Length, 200))] = (byte)chance.Next(256);
                }

                try
                {
                    Images.ImageHeader.Read(bytes);
                }
                catch (InvalidDataException)
                {
                    // The one way to refuse.
                }
            }
        }
    }

    public void Dispose() => studio.Dispose();

    private byte[] Encode(
        byte[] frame, FrameSize size, string extension, string codec, string pixels)
    {
        var raw = studio.PathOf("frame.raw");
        var image = studio.PathOf($"image.{extension}");
        File.WriteAllBytes(raw, frame);
        Studio.Run(
            "ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pixel_format", "rgb24",
            "-video_size", $"{size}", "-i", raw, "-c:v", codec, "-pix_fmt", pixels, "-q:v",
            extension == "webp" ? "90" : "2", "-f", extension == "webp" ? "webp" : "image2",
            image);
        return File.ReadAllBytes(image);
    }

    private static byte[] WithOrientation(byte[] jpeg, ushort orientation)
    {
        byte[] tiff =
        [
            .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1,
            (byte)(orientation >> 8), (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        return
        [
            .. jpeg[..2], 0xFF, 0xE1, 0, (byte)(tiff.Length + 8), .. "Exif\0\0"u8, .. tiff,
            .. jpeg[2..],
        ];
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
