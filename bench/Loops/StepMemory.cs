using RenderFarm.Diffusion;

namespace RenderFarm.Benchmarks.Loops;

/// <summary>Bytes that the renderer's thread allocates in a step.</summary>
internal sealed class StepMemory(int stepCount) : IProgress<StepProgress>
{
    private const int Known = 4;

    private readonly long[] marks = new long[stepCount + 1];

    public static string Measure(LoopModel model, CancellationToken token)
    {
        // What a first clip of a process compiles and caches is not the loop's.
        using (model.Pipeline.Generate(model.Request, null, token))
        {
        }

        var memory = new StepMemory(model.Request.StepCount);
        using var clip = model.Pipeline.Generate(model.Request, memory, token);
        var steps = memory.marks.Length - 1 - Known;
        return $"{(memory.marks[^1] - memory.marks[Known]) / steps} bytes, over {steps} steps";
    }

    public void Report(StepProgress value) =>
        marks[value.StepNumber] = GC.GetAllocatedBytesForCurrentThread();
}
