using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Sampling;

public sealed class SamplerAllocationTests
{
    public static TheoryData<string> ClassNames => [.. SamplerFile.ClassNames];

    [Theory]
    [MemberData(nameof(ClassNames))]
    public void Step_AfterTheFirst_AllocatesNothing(string className)
    {
        var sampler = GoldenRow.Read(className, "final_sigmas_type=sigma_min solver_order=3")
            .Start(new SamplerRun
            {
                StepCount = 20,
                Length = 1000,
                Eta = 0.5,
                Noise = new TorchCpuNoise(1),
            });
        var latents = new float[1000];
        var input = new float[1000];
        Turn();
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (!sampler.IsDone)
        {
            Turn();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Turn()
        {
            sampler.ScaleInput(latents, input);
            _ = sampler.Timestep;
            sampler.Step(latents, input);
        }
    }
}
