using RenderFarm.Diffusion.Sampling;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

/// <summary>A run that is left and taken up again has the bits of one that was not.</summary>
public sealed class SamplerResumeTests
{
    // A thousand steps resumed at each of them would be half a million.
    public static TheoryData<string> Rows =>
        [.. GoldenRow.Lines().Where(line => !line.Contains("n=1000", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Restore_AtEveryStep_GoesOnWithTheSameBits(string line)
    {
        var row = new GoldenRow(line);
        var whole = row.Start();
        var latents = row.Begin(whole, item: 0);
        List<Point> points = [];
        while (!whole.IsDone)
        {
            points.Add(Point.Of(whole, latents));
            row.Step(whole, latents);
        }

        Assert.NotEmpty(points);
        Assert.All(points, point => Assert.Equal(latents, point.GoOn(row)));
    }

    [Fact]
    public void Restore_HistoryOfAnotherStep_SaysWhatWasExpected()
    {
        var sampler = new GoldenRow("| UniPCMultistep | sl | n=4 waves | 0").Start();

        var fault = Assert.Throws<CheckpointException>(() => sampler.Restore(2, [new float[768]]));

        Assert.Contains(
            "expected 3 tensors of 768 values, found 1 of 768",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_BeyondTheRun_IsRefused()
    {
        var sampler = new GoldenRow("| DDIM | sl | n=4 | 0").Start();

        Assert.Throws<CheckpointException>(() => sampler.Restore(5, []));
    }

    private sealed record Point(
        int StepIndex, float[] Latents, IReadOnlyList<float[]> History, uint[]? Noise)
    {
        public static Point Of(Sampler sampler, float[] latents) =>
            new(sampler.StepIndex, [.. latents], sampler.Save(), sampler.Source?.Save());

        public float[] GoOn(GoldenRow row)
        {
            var sampler = row.Start();
            sampler.Restore(StepIndex, History);
            if (Noise is { } state)
            {
                sampler.Source!.Restore(state);
            }

            float[] latents = [.. Latents];
            while (!sampler.IsDone)
            {
                row.Step(sampler, latents);
            }

            return latents;
        }
    }
}
