using System.Diagnostics;
using System.Globalization;
using RenderFarm.Diffusion;

namespace RenderFarm.Benchmarks.Loops;

/// <summary>
/// Time from a cancel, at any moment of a step, to the end of the clip, over the time of a step.
/// </summary>
internal sealed class CancelDelay : IProgress<StepProgress>
{
    private const int TrialCount = 20;
    private const int CancelledStep = 3;

    private readonly CancellationTokenSource stop;
    private readonly TimeSpan delay;
    private long before;

    private CancelDelay(CancellationTokenSource stop, TimeSpan delay) =>
        (this.stop, this.delay) = (stop, delay);

    private TimeSpan Step { get; set; }

    public static string Measure(LoopModel model, CancellationToken token)
    {
        var step = TimeSpan.Zero;
        var ratios = new double[TrialCount];
        for (var trial = -1; trial < TrialCount; trial++)
        {
            token.ThrowIfCancellationRequested();
            using var stop = new CancellationTokenSource();
            var cancel = new CancelDelay(stop, step * trial / TrialCount);
            long asked = 0;
            using var registration =
                stop.Token.UnsafeRegister(_ => asked = Stopwatch.GetTimestamp(), null);
            try
            {
                using var clip = model.Pipeline.Generate(
                    model.Request with { StepCount = 100 }, cancel, stop.Token);
                throw new InvalidOperationException("expected a cancelled clip, found a whole one");
            }
            catch (OperationCanceledException)
            {
                // The first trial only finds out how long a step takes.
                if (trial >= 0)
                {
                    ratios[trial] = Stopwatch.GetElapsedTime(asked) / step;
                }

                step = cancel.Step;
            }
        }

        Array.Sort(ratios);
        return string.Create(CultureInfo.InvariantCulture,
            $"at most **{ratios[^1]:0.000}**, median {ratios[TrialCount / 2]:0.000}, of "
            + $"{TrialCount} cancels at all moments of a step ({step.TotalMilliseconds:0.0} ms)");
    }

    public void Report(StepProgress value)
    {
        var now = Stopwatch.GetTimestamp();
        Step = Stopwatch.GetElapsedTime(before, now);
        before = now;
        if (value.StepNumber == CancelledStep)
        {
            stop.CancelAfter(delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
        }
    }
}
