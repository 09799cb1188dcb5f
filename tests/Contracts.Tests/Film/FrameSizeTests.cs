using System.Text.Json;
using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Contracts.Tests.Film;

public sealed class FrameSizeTests
{
    [Theory]
    [InlineData("160x96", 160, 96)]
    [InlineData("1x99999", 1, 99999)]
    public void TryParse_Size_HasWidthAndHeight(string text, int width, int height)
    {
        Assert.True(FrameSize.TryParse(text, out var size));
        Assert.Equal(new FrameSize(width, height), size);
        Assert.Equal(text, size.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("160")]
    [InlineData("160X96")]
    [InlineData("160x96x1")]
    [InlineData("0x96")]
    [InlineData("-1x96")]
    [InlineData("160 x 96")]
    [InlineData("100000x1")]
    public void TryParse_NoSize_IsRefused(string? text)
    {
        Assert.False(FrameSize.TryParse(text, out _));
    }

    [Fact]
    public void PixelCount_LargestSize_DoesNotOverflow()
    {
        Assert.Equal(9_999_800_001, new FrameSize(99999, 99999).PixelCount);
    }

    [Fact]
    public void Read_AnotherJsonForm_IsRefused()
    {
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<FrameSize>(
            "{\"width\":160,\"height\":96}", FarmJson.Options));
    }
}
