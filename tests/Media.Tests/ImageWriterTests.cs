using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Media.Tests;

public sealed class ImageWriterTests : IDisposable
{
    private readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(800, 96)]
    [InlineData(63, 1260)]
    public async Task Image_WrittenAndRead_KeepsEveryPixel(int width, int height)
    {
        var size = new FrameSize(width, height);
        var pixels = new byte[width * height * 3];
        new Random(width).NextBytes(pixels);
        var path = studio.PathOf("image.png");

        await new ImageWriter(TimeProvider.System)
            .WriteRgbAsync(pixels, size, path, CancellationToken.None);

        var bytes = await File.ReadAllBytesAsync(path);
        Assert.Equal(size, ImageReader.SizeOfPng(bytes));
        Assert.Equal(
            pixels,
            await new ImageReader(TimeProvider.System)
                .ReadRgbAsync(bytes, size, CancellationToken.None));
    }

    [Fact]
    public void SizeOfPng_AnotherKindOfImage_IsRefused()
    {
        // The start of a JPEG: its marker, and a frame header of 8 by 8 pixels.
        byte[] jpeg =
        [
            0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 8, 0, 8, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
            0xFF, 0xD9,
        ];

        Assert.Throws<InvalidDataException>(() => ImageReader.SizeOfPng(jpeg));
    }
}
