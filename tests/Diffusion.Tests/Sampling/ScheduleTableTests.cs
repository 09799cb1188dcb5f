using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Sampling.NoiseSchedules;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

/// <summary>Schedules of published models against tables that diffusers printed.</summary>
public sealed class ScheduleTableTests
{
    private const string Ltx = "use_dynamic_shifting=true base_shift=0.95 max_shift=2.05 "
        + "base_image_seq_len=1024 max_image_seq_len=4096 shift_terminal=0.1";

    private const string Flux = "shift=3 use_dynamic_shifting=true";

    /// <summary>Class, keys, steps, tokens; the first sigmas and the last.</summary>
    public static TheoryData<string, string, int, int, double[], double[]> Sigmas => new()
    {
        { "UniPCMultistep", "flow flow_shift=3", 50, 0, [.999999, .9932501, .9863154, .9791884],
            [.1629586, .1135759, .0604054, 0] },
        { "UniPCMultistep", "flow flow_shift=5", 50, 0, [.999999, .9959391, .9917441, .9874082],
            [.244983, .1759692, .0967784, 0] },
        { "FlowMatchEulerDiscrete", Ltx, 40, 6144, [1, .9979846, .99587, .9936486],
            [.4491355, .3122202, .1, 0] },
        { "FlowMatchEulerDiscrete", Ltx, 50, 6930, [1, .9987692, .9974897, .9961584],
            [.4536796, .3166022, .1, 0] },
        { "FlowMatchEulerDiscrete", Ltx, 8, 6144, [1, .9739133, .9398331, .8934217],
            [.7216511, .5338148, .1, 0] },
        { "FlowMatchEulerDiscrete", Flux, 28, 4096, [1, .9884086, .9762225, .9633944],
            [.274828, .1954546, .1047209, 0] },
        { "EulerDiscrete", "sl timestep_spacing=leading steps_offset=1", 30, 0,
            [11.47685, 9.543585, 8.0043125, 6.7683845], [.1821664, .0413145, 0] },
        { "DPMSolverMultistep", "sl use_karras_sigmas=true", 20, 0,
            [14.614645, 11.725371, 9.340211, 7.383626], [.0484819, .0291675, 0] },
    };

    /// <summary>Class, keys, steps; the first timesteps, the last, and their sum or 0.</summary>
    public static TheoryData<string, string, int, double[], double[], double> Timesteps => new()
    {
        { "UniPCMultistep", "flow flow_shift=3", 50, [999, 993, 986, 979, 971],
            [208, 162, 113, 60], 34307 },
        { "UniPCMultistep", "flow flow_shift=5", 50, [999, 995, 991, 987, 982],
            [305, 244, 175, 96], 37852 },
        { "UniPCMultistep", "flow flow_shift=3", 20, [999, 982, 964, 944, 923],
            [429, 347, 251, 138], 14012 },
        { "FlowMatchEulerDiscrete", "shift=3", 28, [1000, 987.3806, 974.1077, 960.12933],
            [199.82698, 110.90573, 8.928572], 0 },
        { "EulerDiscrete", "sl timestep_spacing=leading steps_offset=1", 30,
            [958, 925, 892, 859], [1], 0 },
        { "DPMSolverMultistep", "sl use_karras_sigmas=true", 20,
            [999, 962, 921, 876, 827, 772, 710, 640, 561, 474],
            [380, 285, 197, 123, 69, 35, 15, 6, 2, 0], 0 },
    };

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void Create_PublishedConfiguration_HasTheSigmasOfDiffusers(
        string name, string keys, int count, int tokenCount, double[] first, double[] last)
    {
        var settings = GoldenRow.Read($"{name}Scheduler", keys);
        var run = new SamplerRun { StepCount = count, Length = 1, TokenCount = tokenCount };

        var schedule = settings.Kind is SamplerKind.UniPc or SamplerKind.DpmMultistep
            ? SolverSchedule.Create(settings, TrainingNoise.Create(settings), run)
            : EulerSampler.ScheduleOf(settings, run);

        var sigmas = schedule.Sigmas.ToArray();
        AssertClose(first, sigmas[..first.Length], 6e-7);
        AssertClose(last, sigmas[^last.Length..], 6e-7);
    }

    [Theory]
    [MemberData(nameof(Timesteps))]
    public void Start_PublishedConfiguration_TellsTheTimestepsOfDiffusers(
        string name, string keys, int count, double[] first, double[] last, double sum)
    {
        var sampler = GoldenRow.Read($"{name}Scheduler", keys)
            .Start(new SamplerRun { StepCount = count, Length = 1 });

        var timesteps = sampler.Timesteps.ToArray();
        Assert.Equal(count, timesteps.Length);
        AssertClose(first, timesteps[..first.Length], 1e-7);
        AssertClose(last, timesteps[^last.Length..], 1e-6);
        Assert.Equal(sum == 0 ? timesteps.Sum() : sum, timesteps.Sum());
    }

    [Fact]
    public void Start_HunyuanShift7In50Steps_ShiftsTheGivenSigmasOnce()
    {
        var sampler = GoldenRow.Read("FlowMatchEulerDiscreteScheduler", "shift=7")
            .Start(new SamplerRun
            {
                StepCount = 50,
                Length = 1,
                Sigmas = SamplerRun.EvenSigmas(50),
            });

        var timesteps = sampler.Timesteps.ToArray();
        AssertClose([1000, 997.093, 994.0829, 990.96387], timesteps[..4], 1e-7);
        AssertClose([308.82352, 225.80644, 125], timesteps[^3..], 1e-7);
    }

    // diffusers: linear_quadratic_schedule, which LTX-Video 0.9.5 starts from.
    [Theory]
    [InlineData(40, new[] { 1, .99875, .9975 }, new[] { .267375, .183, .093875 })]
    [InlineData(7, new[] { 1, .9916667, .9833333 }, new[] { .9078125, .7229167, .4203125 })]
    [InlineData(2, new[] { 1.0 }, new[] { .975 })]
    [InlineData(1, new[] { 1.0 }, new double[0])]
    public void LinearQuadratic_Steps_AreThoseOfDiffusers(
        int count, double[] first, double[] last)
    {
        var sigmas = SpacedSigmas.LinearQuadratic(count);

        Assert.Equal(count, sigmas.Length);
        AssertClose(first, sigmas[..first.Length], 1e-7);
        AssertClose(last, sigmas[^last.Length..], 1e-7);
    }

    [Fact]
    public void StartScale_SdxlEulerIn30Steps_IsThatOfDiffusers()
    {
        var sampler = GoldenRow.Read(
            "EulerDiscreteScheduler", "sl timestep_spacing=leading steps_offset=1")
            .Start(new SamplerRun { StepCount = 30, Length = 1 });

        Assert.Equal(11.520333, sampler.StartScale, 2e-6);
    }

    [Theory]
    [InlineData("sl", new[] { .99915, .998296, .6737923, .2763325, .0561698, .0046601 })]
    [InlineData(
        "sl rescale_betas_zero_snr=true",
        new[] { .99915, .9982335, .6524567, .2410186, .0327991 })]
    public void Alphas_OfStableDiffusion_AreThoseOfDiffusers(string keys, double[] expected)
    {
        var noise = TrainingNoise.Create(GoldenRow.Read("DDIMScheduler", keys));
        int[] timesteps = [0, 1, 250, 500, 750, 999];

        // Within two units in single precision, beside what was printed.
        AssertClose(expected, [.. timesteps.Select(noise.Alpha)], 1.7e-7);
    }

    [Fact]
    public void Mu_BeyondTheMostTokens_Extrapolates() => Assert.Equal(
        2.783333, GoldenRow.Read("FlowMatchEulerDiscreteScheduler", Ltx).Mu(6144), 1e-6);

    [Theory]
    [InlineData(.1, .03958440558878085)]
    [InlineData(.3, .23401700387523572)]
    [InlineData(.5, .5)]
    [InlineData(.9, .9604155944112192)]
    [InlineData(.99, .9991387611784571)]
    public void Quantile_OfTheBetaDistribution_IsThatOfScipy(double share, double expected) =>
        Assert.Equal(expected, BetaDistribution.Quantile(share, .6, .6), 1e-12);

    // A tolerance below 1 is relative for what is above it.
    private static void AssertClose(double[] expected, double[] found, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}
