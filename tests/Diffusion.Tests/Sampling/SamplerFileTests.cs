using RenderFarm.Diffusion.Sampling;
using RenderFarm.Diffusion.Sampling.NoiseSchedules;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

public sealed class SamplerFileTests
{
    [Fact]
    public void Read_MissingKeys_TakesTheDefaultsOfTheClass()
    {
        var (euler, pndm, lcm) = (Read("EulerDiscreteScheduler"), Read("PNDMScheduler"),
            Read("LCMScheduler"));

        Assert.Equal(TimestepSpacing.Linspace, euler.TimestepSpacing);
        Assert.Equal(TimestepSpacing.Leading, pndm.TimestepSpacing);
        Assert.False(pndm.EndsAtOne);
        Assert.True(lcm.EndsAtOne);
        Assert.Equal(0.02, euler.BetaEnd);
        Assert.Equal(0.012, lcm.BetaEnd);
        Assert.Equal(BetaCurve.ScaledLinear, lcm.BetaCurve);
        Assert.Equal(
            new SamplerSettings
            {
                Kind = SamplerKind.FlowEuler,
                Prediction = PredictionType.Flow,
                IsFlow = true,
            },
            Read("FlowMatchEulerDiscreteScheduler"));
    }

    [Fact]
    public void Read_ForAnotherClass_HasTheFilesKeysAndThatClasssDefaults()
    {
        var settings = Read(
            "PNDMScheduler",
            """, "beta_end": 0.012, "skip_prk_steps": true, "clip_sample": false """,
            "DPMSolverMultistepScheduler");

        Assert.Equal(SamplerKind.DpmMultistep, settings.Kind);
        Assert.Equal(0.012, settings.BetaEnd);
        Assert.Equal(TimestepSpacing.Linspace, settings.TimestepSpacing);
        Assert.False(settings.SkipsRungeKutta);
    }

    public static TheoryData<string> ClassNames => [.. SamplerFile.ClassNames];

    [Theory]
    [MemberData(nameof(ClassNames))]
    public void Read_EveryClass_TakesEveryOthersFile(string className)
    {
        const string everything =
            """
            , "algorithm_type": "dpmsolver++", "solver_type": "bh2", "newer": [1], "shift": 3.0,
            "shift_terminal": null, "lambda_min_clipped": -Infinity, "variance_type": null,
            "solver_p": null, "disable_corrector": [], "interpolation_type": "linear"
            """;

        foreach (var other in SamplerFile.ClassNames)
        {
            Assert.Equal(
                Read(className, everything).Kind, Read(other, everything, className).Kind);
        }
    }

    [Fact]
    public void Read_SeveralFaults_SaysAllOfThemAtOnce()
    {
        var fault = Assert.Throws<ModelException>(() => Read(
            "UniPCMultistepScheduler",
            """
            , "beta_schedule": "cubic", "num_train_timesteps": 0.5, "solver_order": "2",
            "use_karras_sigmas": true, "use_beta_sigmas": true, "predict_x0": "yes"
            """));

        foreach (var part in new[]
        {
            "scheduler/scheduler_config.json: ",
            "beta_schedule: expected \"linear\" or \"scaled_linear\" or \"squaredcos_cap_v2\"",
            "num_train_timesteps: expected a whole number from 1 to 100000, found 0.5",
            "solver_order: expected a number, found \"2\"",
            "use_beta_sigmas: expected false beside use_karras_sigmas, found true",
            "predict_x0: expected true or false, found \"yes\"",
        })
        {
            Assert.Contains(part, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("LMSDiscreteScheduler", "", "_class_name: expected FlowMatchEulerDiscrete")]
    [InlineData("DDPMScheduler", ", \"variance_type\": \"learned_range\"", "variance_type")]
    [InlineData(
        "DPMSolverMultistepScheduler", ", \"algorithm_type\": \"dpmsolver\"", "final_sigmas_type")]
    [InlineData("UniPCMultistepScheduler", ", \"solver_p\": \"x\"", "solver_p: expected none")]
    [InlineData(
        "UniPCMultistepScheduler", ", \"lower_order_final\": false", "lower_order_final: expected")]
    [InlineData(
        "UniPCMultistepScheduler",
        ", \"prediction_type\": \"flow_prediction\"",
        "use_flow_sigmas: expected true")]
    [InlineData("EulerAncestralDiscreteScheduler", ", \"prediction_type\": \"sample\"", "sample")]
    [InlineData("DDIMScheduler", ", \"trained_betas\": []", "trained_betas: expected at least")]
    public void Read_WhatIsNotSupported_IsRefused(string name, string keys, string message)
    {
        var fault = Assert.Throws<ModelException>(() => Read(name, keys));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LCMScheduler", 51)]
    [InlineData("DDIMScheduler", 1001)]
    [InlineData("DDIMScheduler", 0)]
    public void Start_MoreStepsThanTheClassHas_IsRefused(string name, int stepCount)
    {
        var settings = Read(name);

        var fault = Assert.Throws<ModelException>(
            () => settings.Start(new SamplerRun { StepCount = stepCount, Length = 1 }));

        Assert.Contains($"found {stepCount}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_NoiseWithoutASource_SaysSo()
    {
        var sampler = Read("LCMScheduler").Start(new SamplerRun { StepCount = 4, Length = 1 });

        Assert.True(sampler.DrawsNoise);
        Assert.Throws<InvalidOperationException>(() => sampler.Step([0f], [0f]));
    }

    [Fact]
    public void Step_LatentsOfAnotherLength_IsRefused()
    {
        var sampler = Read("DDIMScheduler").Start(new SamplerRun { StepCount = 4, Length = 2 });

        Assert.Throws<ArgumentException>(() => sampler.Step([0f], [0f]));
    }

    private static SamplerSettings Read(string name, string keys = "", string? className = null)
    {
        using var folder = new TemporaryFolder();
        folder.Write(SamplerFile.Path, $$"""{"_class_name": "{{name}}"{{keys}}}""");
        return SamplerFile.Read(folder.Open(), className);
    }
}
