using RenderFarm.Diffusion.Pipelines.Parts;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

public sealed class EndFaultsTests
{
    private const string NoStart = "StartImage: expected none, since the model takes none";
    private const string NoEnd = "EndImage: expected none, since the model takes none";
    private const string Alone = "EndImage: expected none without StartImage";
    private const string Beside = "EndImage: expected none beside StartImage";
    private const string Start =
        "StartImage: expected one, since the model begins with it, found none";
    private const string End = "EndImage: expected one, since the model ends with it, found none";
    private const string Mask =
        "Mask: expected one, since the model paints within it, found none";

    [Theory]
    [InlineData("text-to-video", "")]
    [InlineData("start-frame", "s")]
    [InlineData("end-frame", "e")]
    [InlineData("start-and-end-frame", "se")]
    [InlineData("start-frame start-and-end-frame", "s")]
    [InlineData("mask", "sm")]
    public void Of_WhatTheModelCanDo_IsNothing(string tasks, string given) =>
        Assert.Empty(Faults(tasks, given));

    [Theory]
    [InlineData("text-to-video", "s", NoStart)]
    [InlineData("text-to-video", "e", NoEnd, Alone)]
    [InlineData("start-frame", "", Start)]
    [InlineData("start-frame", "se", NoEnd)]
    [InlineData("start-and-end-frame", "s", End)]
    [InlineData("text-to-video start-and-end-frame", "e", Alone)]
    [InlineData("start-frame end-frame", "se", Beside)]
    [InlineData("mask", "s", Mask)]
    public void Of_WhatItCannot_SaysWhatWasExpected(
        string tasks, string given, params string[] faults) =>
        Assert.Equal(faults, Faults(tasks, given));

    private static IEnumerable<string> Faults(string tasks, string given)
    {
        RgbImage? Picture(char which) =>
            given.Contains(which) ? new RgbImage(1, 1, [0, 0, 0]) : null;

        var request = VideoRequests.Small with
        {
            StartImage = Picture('s'), EndImage = Picture('e'), Mask = Picture('m'),
        };
        return EndFaults.Of(request, tasks.Split(' '));
    }
}
