using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Sampling.NoiseSchedules;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

/// <summary>Where samplers are usually ported wrongly, each by its name.</summary>
public sealed class NumericsTrapTests
{
    [Fact]
    public void FlowEulerSchedule_FixedShift_ShiftsTwice() =>
        Assert.Equal(8.93, Timesteps("FlowMatchEulerDiscrete", "shift=3", 10)[^1], 0.005);

    [Fact]
    public void FlowEulerSchedule_GivenSigmas_ShiftsOnce()
    {
        var sampler = Start("FlowMatchEulerDiscrete", "shift=3", 10, SamplerRun.EvenSigmas(10));

        Assert.Equal(1000 * 3 * 0.1 / (1 + (2 * 0.1)), sampler.Timesteps[^1], 1e-4);
    }

    [Fact]
    public void UniPcFlowSchedule_Timesteps_AreCutToWholeNumbers() =>
        Assert.Equal([999, 993, 986], Timesteps("UniPCMultistep", "flow flow_shift=3", 50)[..3]);

    [Fact]
    public void UniPcFlowSchedule_FirstSigma_IsLoweredFromOne() =>
        Assert.Equal(1 - (double)(float)(1 - 1e-6), Levels("UniPCMultistep", 50).Alpha, 1e-12);

    [Fact]
    public void UniPcSettings_Bh1EndingAtZero_IsRefused() => AssertRefused(
        "UniPCMultistep", "solver_type=bh1", "solver_type: expected \"bh2\"");

    [Fact]
    public void DpmFlowSchedule_FirstSigma_IsNotUniPcs() =>
        Assert.Equal(1 - .9996665, Levels("DPMSolverMultistep", 10).Alpha, 5e-8);

    [Fact]
    public void Timesteps_Leading_DividesInWholeNumbers()
    {
        const string keys = "timestep_spacing=leading steps_offset=1";

        Assert.Equal(958, Timesteps("EulerDiscrete", keys, 30)[0]);
        Assert.Equal((30 * (1000 / 31)) + 1, Timesteps("DPMSolverMultistep", keys, 30)[0]);
    }

    [Fact]
    public void Timesteps_Trailing_DividesInFractions() => Assert.Equal(
        [999, 856, 713, 570, 428, 285, 142],
        Timesteps("DDIM", "timestep_spacing=trailing", 7));

    [Fact]
    public void Timesteps_Linspace_SolversDropTheLastPoint()
    {
        Assert.Equal([999, 799, 599, 400, 200], Timesteps("UniPCMultistep", "", 5));
        Assert.Equal([999, 749.25, 499.5, 249.75, 0], Timesteps("EulerDiscrete", "", 5));
    }

    [Fact]
    public void Timesteps_KarrasOfEuler_AreFractions()
    {
        var timesteps = Timesteps("EulerDiscrete", "sl use_karras_sigmas=true", 10);

        Assert.Contains(timesteps, t => t != Math.Floor(t));
        Assert.Equal(timesteps.Length, timesteps.Distinct().Count());
    }

    [Theory]
    [InlineData("EulerDiscrete", "linspace", false)]
    [InlineData("EulerDiscrete", "trailing", false)]
    [InlineData("EulerDiscrete", "leading", true)]
    public void StartScale_OfEuler_FollowsTheSpacing(string name, string spacing, bool addsOne)
    {
        var sampler = Start(name, $"sl timestep_spacing={spacing}", 10);
        var sigma = sampler.Level.Sigma;

        Assert.Equal(
            addsOne ? Math.Sqrt((sigma * sigma) + 1) : sigma, sampler.StartScale, 1e-9);
    }

    [Theory]
    [InlineData("DDIM")]
    [InlineData("DPMSolverMultistep")]
    [InlineData("UniPCMultistep")]
    [InlineData("FlowMatchEulerDiscrete")]
    public void StartScale_OfTheOthers_IsOne(string name) =>
        Assert.Equal(1, Start(name, "", 10).StartScale);

    [Fact]
    public void StepsOffset_SpacingsButLeading_IgnoreIt()
    {
        foreach (var spacing in new[] { "linspace", "trailing" })
        {
            Assert.Equal(
                Timesteps("DDIM", $"timestep_spacing={spacing}", 10),
                Timesteps("DDIM", $"timestep_spacing={spacing} steps_offset=1", 10));
        }
    }

    // Without it the last step ends where it starts, at the first training timestep.
    [Theory]
    [InlineData("true", 0.9f)]
    [InlineData("false", 0.2f)]
    public void LastStep_SetAlphaToOne_DecidesWhetherNoiseIsLeft(string isSet, float expected)
    {
        var sampler = Start(
            "DDIM", $"set_alpha_to_one={isSet} prediction_type=sample clip_sample=false", 1000);
        sampler.Restore(999, []);
        float[] latents = [0.2f];

        sampler.Step(latents, [0.9f]);

        Assert.Equal(expected, latents[0], 1e-6f);
    }

    [Fact]
    public void FinalSigmasType_SigmaMin_EndsAtTheLeastOfTraining()
    {
        var settings = GoldenRow.Read(
            "DPMSolverMultistepScheduler", "sl final_sigmas_type=sigma_min");
        var schedule = SolverSchedule.Create(
            settings, TrainingNoise.Create(settings), Run(10));

        Assert.Equal(.0291675, schedule.Sigmas[^1], 1e-6);
    }

    [Fact]
    public void ZeroSnr_LastTimestep_HasNoSignalInDdimAndALittleInSolvers()
    {
        const string keys = "sl rescale_betas_zero_snr=true prediction_type=v_prediction";

        Assert.Equal(0, Alpha("DDIM", keys, 999));
        Assert.Equal(Math.Pow(2, -24), Alpha("EulerDiscrete", keys, 999));
        Assert.Equal(Math.Pow(2, -24), Alpha("UniPCMultistep", keys, 999));
        Assert.Equal(Math.Pow(2, -24), Alpha("DPMSolverMultistep", keys, 999));
    }

    [Theory]
    [InlineData("DDIM", true)]
    [InlineData("DDPM", true)]
    [InlineData("LCM", false)]
    [InlineData("HeunDiscrete", false)]
    public void ClipSample_Missing_HasTheDefaultOfItsClass(string name, bool clips) =>
        Assert.Equal(clips, GoldenRow.Read($"{name}Scheduler", "").ClipsClean);

    [Fact]
    public void Sigmas_OfASchedule_AreRoundedToSinglePrecisionOnce()
    {
        var schedule = new NoiseSchedule([0.1, 0], [999.123456789]);

        Assert.Equal((double)0.1f, schedule.Sigmas[0]);
        Assert.Equal(999.123456789, schedule.Timesteps[0]);
    }

    [Fact]
    public void BeginIndex_OfEqualTimesteps_BeginsByPlace()
    {
        var whole = Start("HeunDiscrete", "sl", 10);
        var late = GoldenRow.Read("HeunDiscreteScheduler", "sl").Start(Run(10) with
        {
            BeginIndex = 4,
        });

        Assert.Equal(whole.Timesteps[3], whole.Timesteps[4]);
        Assert.Equal(4, late.StepIndex);
        Assert.True(late.Level.Sigma < whole.Level.Sigma);
    }

    private static void AssertRefused(string name, string keys, string message)
    {
        var fault = Assert.Throws<ModelException>(
            () => GoldenRow.Read($"{name}Scheduler", keys));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private static NoiseLevel Levels(string name, int count) =>
        Start(name, "flow flow_shift=3", count).Level;

    private static double Alpha(string name, string keys, int timestep) =>
        TrainingNoise.Create(GoldenRow.Read($"{name}Scheduler", keys)).Alpha(timestep);

    private static SamplerRun Run(int count) => new() { StepCount = count, Length = 1 };

    private static Sampler Start(
        string name, string keys, int count, IReadOnlyList<double>? sigmas = null) =>
        GoldenRow.Read($"{name}Scheduler", keys).Start(Run(count) with { Sigmas = sigmas });

    private static double[] Timesteps(string name, string keys, int count) =>
        Start(name, keys, count).Timesteps.ToArray();
}
