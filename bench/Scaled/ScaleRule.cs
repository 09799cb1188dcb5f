namespace RenderFarm.Benchmarks.Scaled;

/// <summary>
/// How many workers there are to be: KEDA's part (none, or at least one) and that of Kubernetes'
/// HorizontalPodAutoscaler (how many), for one external metric with a target average value.
/// <see href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"/>
/// and <see href="https://keda.sh/docs/2.18/concepts/scaling-deployments/"/>.
/// </summary>
internal sealed class ScaleRule(ScalerTerms terms)
{
    /// <summary>The HPA leaves a pool alone that is this close to its target.</summary>
    private const double Tolerance = 0.1;

    private readonly List<(TimeSpan At, int Wanted)> wanted = [];
    private readonly List<(TimeSpan At, int Change)> changes = [];
    private TimeSpan lastActive;

    /// <summary>The number of workers from now on.</summary>
    /// <param name="now">Time since the start.</param>
    /// <param name="seconds">The measure.</param>
    /// <param name="count">Workers now.</param>
    public int Next(TimeSpan now, double seconds, int count)
    {
        if (seconds > 0)
        {
            lastActive = now;
        }

        if (count == 0)
        {
            return seconds > 0 ? Math.Max(terms.Least, 1) : terms.Least;
        }

        if (seconds <= 0 && now - lastActive >= terms.Cooldown)
        {
            wanted.Clear();
            return terms.Least;
        }

        var raw = Math.Abs((seconds / (terms.SecondsPerWorker * count)) - 1) <= Tolerance
            ? count
            : (int)Math.Ceiling(seconds / terms.SecondsPerWorker);
        raw = Math.Clamp(raw, Math.Max(terms.Least, 1), terms.Most);
        wanted.Add((now, raw));
        wanted.RemoveAll(w => now - w.At > terms.DownWindow);
        var steady = raw < count ? Math.Min(count, wanted.Max(w => w.Wanted)) : raw;
        var next = steady > count
            ? Math.Min(steady, terms.Up.Max(policy => Highest(policy, now, count)))
            : Math.Max(steady, terms.Down.Min(policy => Lowest(policy, now, count)));
        if (next != count)
        {
            // KEDA's own changes, to none and from none, are not among those that policies count.
            changes.Add((now, next - count));
        }

        return next;
    }

    private int Highest(ScalePolicy policy, TimeSpan now, int count)
    {
        var before = count - Changed(policy, now, change => change > 0);
        return before + policy.Of(before);
    }

    private int Lowest(ScalePolicy policy, TimeSpan now, int count)
    {
        var before = count - Changed(policy, now, change => change < 0);
        return before - policy.Of(before);
    }

    private int Changed(ScalePolicy policy, TimeSpan now, Func<int, bool> counts) => changes
        .Where(c => now - c.At < policy.Period && counts(c.Change))
        .Sum(c => c.Change);
}
