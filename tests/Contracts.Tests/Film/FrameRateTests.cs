using System.Text.Json;
using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Contracts.Tests.Film;

public sealed class FrameRateTests
{
    [Theory]
    [InlineData("8", 8, 1)]
    [InlineData("8/1", 8, 1)]
    [InlineData("24000/1001", 24000, 1001)]
    [InlineData("999999/999999", 999999, 999999)]
    public void TryParse_Rate_IsAFraction(string text, int numerator, int denominator)
    {
        Assert.True(FrameRate.TryParse(text, out var rate));
        Assert.Equal(new FrameRate(numerator, denominator), rate);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("8/0")]
    [InlineData("-8")]
    [InlineData("23.976")]
    [InlineData("8/1/1")]
    [InlineData(" 8")]
    [InlineData("1000000")]
    [InlineData("\u0668")]
    public void TryParse_NoRate_IsRefused(string? text)
    {
        Assert.False(FrameRate.TryParse(text, out _));
    }

    [Theory]
    [InlineData(24000, 1001, 10_000_000, 24)]
    [InlineData(30000, 1001, 600_000_000, 1798)]
    [InlineData(8, 1, 20_000_000, 16)]
    [InlineData(8, 1, 1, 0)]
    public void FramesIn_Length_IsTheNearestWholeNumber(
        int numerator, int denominator, long ticks, long frames)
    {
        var rate = new FrameRate(numerator, denominator);

        Assert.Equal(frames, rate.FramesIn(TimeSpan.FromTicks(ticks)));
    }

    [Fact]
    public void LengthOf_FramesOfTwentyHours_AndBack_IsExact()
    {
        var rate = new FrameRate(24000, 1001);

        Assert.All(
            Enumerable.Range(0, 1000).Select(step => step * 1727L),
            frames => Assert.Equal(frames, rate.FramesIn(rate.LengthOf(frames))));
    }

    [Theory]
    [InlineData("8")]
    [InlineData("null")]
    [InlineData("\"fast\"")]
    public void Read_AnotherJsonForm_IsRefused(string json)
    {
        Assert.ThrowsAny<JsonException>(
            () => JsonSerializer.Deserialize<FrameRate>(json, FarmJson.Options));
    }
}
