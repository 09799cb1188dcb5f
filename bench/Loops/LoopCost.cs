using System.Diagnostics;
using System.Globalization;
using RenderFarm.Diffusion;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Benchmarks.Loops;

/// <summary>
/// A step of the loop and the bare runs of the same graph with the same latents, in turn, so that
/// what else the machine does meets both.
/// </summary>
internal sealed class LoopCost : IProgress<StepProgress>, ICheckpointSink
{
    private readonly LoopModel model;
    private readonly double[] timesteps;
    private readonly List<double> loop = [];
    private readonly List<double> bare = [];
    private readonly List<double> own = [];
    private TimeSpan onnxBefore;
    private long start;

    private LoopCost(LoopModel model)
    {
        this.model = model;
        var sampler = SamplerFile.Read(model.Pipeline.Package.Files).Start(new SamplerRun
        {
            StepCount = model.Request.StepCount, Length = 1, TokenCount = 1,
        });
        timesteps = sampler.Timesteps.ToArray();
    }

    public static string Measure(LoopModel model, int roundCount, CancellationToken token)
    {
        var cost = new LoopCost(model);
        for (var round = 0; round <= roundCount; round++)
        {
            if (round == 1)
            {
                // The round before warms both up.
                cost.Clear();
            }

            cost.start = 0;
            using var clip = model.Pipeline.Generate(model.Request, cost, null, cost, token);
        }

        var (loop, bare, own) = (Median(cost.loop), Median(cost.bare), Median(cost.own));
        return string.Create(CultureInfo.InvariantCulture,
            $"{loop:0.000} ms / {bare:0.000} ms = **{loop / bare:0.000}**; {own * 1000:0} us of a "
            + $"step are the loop's own, {own / (loop - own):0.0000} of ONNX Runtime's time in it; "
            + $"medians of {cost.loop.Count} steps each");
    }

    /// <summary>A step is done: nothing but the two clocks is read until then.</summary>
    public void Report(StepProgress value)
    {
        var end = Stopwatch.GetTimestamp();
        if (start > 0)
        {
            var wall = Stopwatch.GetElapsedTime(start, end);
            loop.Add(wall.TotalMilliseconds);
            own.Add((wall - (model.Pipeline.OnnxTime - onnxBefore)).TotalMilliseconds);
        }
    }

    /// <summary>Runs the bare graph with what the next step is about to be given.</summary>
    public void Offer(StepProgress step, Func<Checkpoint> take)
    {
        if (step.StepNumber < step.StepCount)
        {
            var time = model.Bare.Run(take().Point.Latents, timesteps[step.StepNumber]);
            bare.Add(time.TotalMilliseconds);
            onnxBefore = model.Pipeline.OnnxTime;
            start = Stopwatch.GetTimestamp();
        }
    }

    private void Clear()
    {
        loop.Clear();
        bare.Clear();
        own.Clear();
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
