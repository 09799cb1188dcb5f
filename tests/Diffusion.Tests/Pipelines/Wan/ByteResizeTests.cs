using RenderFarm.Diffusion.Pipelines.Wan;
using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Wan;

public sealed class ByteResizeTests
{
    // Pillow 9.4: Image.resize((5, 4), Image.BICUBIC), which is exact.
    [Fact]
    public void Of_ALargerSize_IsWhatPillowMakes() => Assert.Equal(
        [
            58, 87, 116, 61, 90, 119, 66, 95, 124, 71, 100, 129, 74, 103, 132,
            62, 91, 120, 65, 94, 123, 70, 99, 128, 75, 104, 133, 78, 107, 136,
            69, 98, 127, 72, 101, 130, 77, 106, 135, 82, 111, 140, 85, 114, 143,
            73, 102, 131, 76, 105, 134, 81, 110, 139, 86, 115, 144, 89, 118, 147,
        ],
        ByteResize.Of(Miniature.Pattern(3, 2, 60), 5, 4).Pixels);

    [Fact]
    public void Of_ASmallerSize_IsWhatPillowMakes() => Assert.Equal(
        [
            122, 151, 180, 144, 173, 209, 168, 201, 231, 191, 229, 185,
            160, 189, 224, 182, 218, 192, 210, 205, 91, 227, 120, 32,
            198, 232, 108, 224, 180, 30, 202, 41, 36, 93, 26, 67,
        ],
        ByteResize.Of(Miniature.Pattern(13, 9, 100), 4, 3).Pixels);

    [Fact]
    public void Of_TheSameSize_StaysAsItIs()
    {
        var image = Miniature.Pattern(7, 5, 30);

        Assert.Equal(image.Pixels, ByteResize.Of(image, 7, 5).Pixels);
    }
}
