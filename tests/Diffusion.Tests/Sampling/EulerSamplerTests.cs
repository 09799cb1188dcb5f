using RenderFarm.Diffusion.Sampling;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

/// <summary>
/// Whole loops over the dummy latents of diffusers' scheduler tests: 4 x 3 x 8 x 8 values, against
/// what diffusers' own code gave for the same loops.
/// </summary>
public sealed class EulerSamplerTests
{
    private delegate double Network(double value, double timestep);

    [Theory]
    [InlineData(1, 10, 232.04895, -.012418, .642903, .644889)]
    [InlineData(3, 10, 236.69753, -.004389, .648040, .650024)]
    [InlineData(5, 4, 192.53259, -.054908, .581506, .583516)]
    public void Step_ShiftedSchedule_MatchesDiffusers(
        double shift,
        int stepCount,
        double sum,
        double first,
        double middle,
        double last)
    {
        var schedule = NoiseSchedule.FromStepCount(
            new FlowMatchSettings { Shift = shift }, stepCount, 0);

        var latents = Denoise(schedule, Waves);

        AssertGolden(latents, sum, first, middle, last);
    }

    [Fact]
    public void Step_HunyuanSchedule_MatchesDiffusers()
    {
        var schedule = NoiseSchedule.FromSigmas(
            new FlowMatchSettings { Shift = 7 }, NoiseSchedule.EvenSigmas(10), 0);

        var latents = Denoise(schedule, Waves);

        AssertGolden(latents, 257.31494, .026537, .672424, .674406);
    }

    [Fact]
    public void Step_DynamicSchedule_MatchesDiffusers()
    {
        var settings = new FlowMatchSettings { IsDynamic = true };
        var schedule = NoiseSchedule.FromStepCount(settings, 10, .8);

        var latents = Denoise(schedule, Waves);

        AssertGolden(latents, 232.71677, -.010506, .643159, .645143);
    }

    [Theory]
    [InlineData(1, null, 133.362030)]
    [InlineData(3, null, 129.349457)]
    [InlineData(1, .1, 134.151642)]
    public void Step_DummyModel_MatchesDiffusers(double shift, double? terminal, double sum)
    {
        var settings = new FlowMatchSettings { Shift = shift, TerminalSigma = terminal };

        var latents = Denoise(NoiseSchedule.FromStepCount(settings, 10, 0), Fraction);

        Assert.Equal(sum, Sum(latents), sum * 1e-5);
    }

    [Fact]
    public void Step_DummyModelDynamic_MatchesDiffusers()
    {
        var settings = new FlowMatchSettings { IsDynamic = true };

        var latents = Denoise(NoiseSchedule.FromStepCount(settings, 10, .8), Fraction);

        Assert.Equal(131.250137, Sum(latents), 131 * 1e-5);
    }

    private static double Fraction(double value, double timestep) =>
        value * timestep / (timestep + 1);

    private static double Waves(double value, double timestep) =>
        (0.5 * Math.Tanh(value)) + (0.1 * Math.Sin(0.01 * timestep));

    private static float[] Denoise(NoiseSchedule schedule, Network network)
    {
        var latents = DummyLatents();
        var velocity = new float[latents.Length];
        for (var step = 0; step < schedule.StepCount; step++)
        {
            for (var i = 0; i < latents.Length; i++)
            {
                velocity[i] = (float)network(latents[i], schedule.Timestep(step));
            }

            EulerSampler.Step(
                latents, velocity, schedule.Sigmas[step], schedule.Sigmas[step + 1]);
        }

        return latents;
    }

    private static float[] DummyLatents()
    {
        var latents = new float[768];
        for (var i = 0; i < latents.Length; i++)
        {
            var (item, place) = Math.DivRem(i, 192);
            latents[i] = ((place * 4) + item) / 768f;
        }

        return latents;
    }

    private static double Sum(float[] latents) => latents.Sum(value => Math.Abs((double)value));

    private static void AssertGolden(
        float[] latents,
        double sum,
        double first,
        double middle,
        double last)
    {
        Assert.Equal(sum, Sum(latents), sum * 1e-5);
        Assert.Equal(first, latents[0], 2e-6);
        Assert.Equal(middle, latents[383], 2e-6);
        Assert.Equal(last, latents[767], 2e-6);
    }
}
