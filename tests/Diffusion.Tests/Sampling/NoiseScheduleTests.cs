using RenderFarm.Diffusion.Sampling;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

/// <summary>Against tables that diffusers' FlowMatchEulerDiscreteScheduler printed.</summary>
public sealed class NoiseScheduleTests
{
    private static readonly FlowMatchSettings Ltx = new()
    {
        IsDynamic = true,
        BaseShift = 0.95,
        MaxShift = 2.05,
        BaseTokenCount = 1024,
        MaxTokenCount = 4096,
        TerminalSigma = 0.1,
    };

    [Fact]
    public void Create_Ltx768x512x121In40Steps_MatchesDiffusers() => AssertSigmas(
        NoiseSchedule.Create(Ltx, 40, 6144),
        [1, .9979846, .99587, .9936486],
        [.4491355, .3122202, .1, 0]);

    [Fact]
    public void Create_Ltx704x480x161In50Steps_MatchesDiffusers() => AssertSigmas(
        NoiseSchedule.Create(Ltx, 50, 6930),
        [1, .9987692, .9974897, .9961584],
        [.4536796, .3166022, .1, 0]);

    [Fact]
    public void Create_Ltx768x512x121In8Steps_MatchesDiffusers() => AssertSigmas(
        NoiseSchedule.Create(Ltx, 8, 6144),
        [1, .9739133, .9398331, .8934217],
        [.7216511, .5338148, .1, 0]);

    [Fact]
    public void Mu_BeyondMaximumTokenCount_Extrapolates() =>
        Assert.Equal(2.783333, Ltx.Mu(6144), 1e-6);

    [Fact]
    public void Create_Flux1024SquareIn28Steps_MatchesDiffusers()
    {
        var flux = new FlowMatchSettings { Shift = 3, IsDynamic = true };

        var schedule = NoiseSchedule.Create(flux, 28, 4096);

        AssertSigmas(
            schedule,
            [1, .9884086, .9762225, .9633944],
            [.274828, .1954546, .1047209, 0]);
    }

    [Fact]
    public void Create_Shift3In28Steps_ShiftsTwiceAsDiffusersDoes()
    {
        var schedule = NoiseSchedule.Create(new FlowMatchSettings { Shift = 3 }, 28, 0);

        AssertTimesteps(
            schedule,
            [1000, 987.3806, 974.1077, 960.12933],
            [199.82698, 110.90573, 8.928572]);
    }

    [Fact]
    public void FromSigmas_HunyuanShift7In50Steps_ShiftsOnce()
    {
        var settings = new FlowMatchSettings { Shift = 7 };

        var schedule = NoiseSchedule.FromSigmas(settings, NoiseSchedule.EvenSigmas(50), 0);

        AssertTimesteps(
            schedule,
            [1000, 997.093, 994.0829, 990.96387],
            [308.82352, 225.80644, 125]);
    }

    [Fact]
    public void Create_Shift3In10Steps_EndsNearZeroNotAtShiftedLastStep()
    {
        var settings = new FlowMatchSettings { Shift = 3 };

        var schedule = NoiseSchedule.Create(settings, 10, 0);

        Assert.Equal(8.93, schedule.Timestep(9), 0.005);
    }

    [Fact]
    public void Create_OneStep_GoesFromNoiseToNone()
    {
        var schedule = NoiseSchedule.Create(new FlowMatchSettings { Shift = 3 }, 1, 0);

        Assert.Equal([1.0, 0.0], schedule.Sigmas.ToArray());
    }

    [Fact]
    public void FromSigmas_Inverted_RisesToOne()
    {
        var settings = new FlowMatchSettings { IsInverted = true };

        var schedule = NoiseSchedule.FromSigmas(settings, [1, .75, .25], 0);

        Assert.Equal([0, .25, .75, 1], schedule.Sigmas.ToArray());
    }

    private static void AssertSigmas(NoiseSchedule schedule, double[] first, double[] last)
    {
        var sigmas = schedule.Sigmas.ToArray();
        AssertClose(first, sigmas[..first.Length], 5e-7);
        AssertClose(last, sigmas[^last.Length..], 5e-7);
    }

    private static void AssertTimesteps(NoiseSchedule schedule, double[] first, double[] last)
    {
        double[] timesteps =
            [.. Enumerable.Range(0, schedule.StepCount).Select(schedule.Timestep)];
        AssertClose(first, timesteps[..first.Length], 1e-4);
        AssertClose(last, timesteps[^last.Length..], 1e-4);
    }

    private static void AssertClose(double[] expected, double[] found, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], tolerance);
        }
    }
}
