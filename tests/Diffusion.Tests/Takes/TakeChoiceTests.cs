using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Takes;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Takes;

public sealed class TakeChoiceTests
{
    private static readonly FilmSpan Span = FilmSpan.Of(
        Pipelines.VideoRequests.Small,
        new() { Multiple = 4, Offset = 1, Minimum = 1, Maximum = 33 });

    private readonly TakeChoice choice = new();

    [Fact]
    public void Keep_SeveralTakes_IsTheHighestScore()
    {
        Add(null, 0.2);
        Add(null, 0.9);
        Add(null, 0.5);

        Assert.Equal(1, choice.Keep(Span)!.Index);
    }

    [Fact]
    public void Keep_TakeWithAFault_LosesToAnyThatPasses()
    {
        Add(TakeFault.Frozen, 0.9);
        Add(null, 0.1);
        Add(TakeFault.Black, 1);

        Assert.Equal(1, choice.Keep(Span)!.Index);
    }

    [Fact]
    public void Keep_EqualTakes_IsTheFirst()
    {
        Add(null, 0.5);
        Add(null, 0.5);

        Assert.Equal(0, choice.Keep(Span)!.Index);
    }

    [Fact]
    public void Keep_OnlyFaults_IsTheBestOfThem()
    {
        Add(TakeFault.Uniform, 0.3);
        Add(TakeFault.Frozen, 0.4);

        Assert.Equal(1, choice.Keep(Span)!.Index);
    }

    [Fact]
    public void Keep_TakeWithoutFrames_IsNeverKept()
    {
        choice.Add(new TakeVerdict(TakeFault.NotFinite, null), take: null);
        Assert.Null(choice.Keep(Span));
        Add(TakeFault.Black, 0);

        var kept = choice.Keep(Span)!;

        Assert.Equal(1, kept.Index);
        Assert.Equal(
            [TakeFault.NotFinite, TakeFault.Black], kept.Verdicts.Select(take => take.Fault));
    }

    private void Add(TakeFault? fault, double score) => choice.Add(
        new TakeVerdict(fault, score), new MadeTake(new DecodedClip([], 0, 0, 0), []));
}
