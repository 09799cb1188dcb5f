using System.Threading.Channels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;

namespace RenderFarm.Worker.Attempts;

/// <summary>
/// How far an attempt is. The render thread writes it; the lease, the stall watch and the decision
/// to stop read it.
/// </summary>
internal sealed class AttemptProgress(int expectedStepCount, TimeProvider time)
    : IProgress<StepProgress>
{
    // A look at the latest steps is enough, and does not grow with the shot.
    private const int RememberedStepCount = 32;
    private const int StallFactor = 6;

    private readonly Lock gate = new();
    private readonly Queue<TimeSpan> stepTimes = new();
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long lastBeat = time.GetTimestamp();
    private AttemptStage stage = AttemptStage.Loading;
    private int stepNumber;
    private int stepCount = expectedStepCount;
    private int computedCount;
    private int reusedCount;
    private TimeSpan? firstStepTime;
    private TimeSpan deviceTime;
    private long deviceSince;

    /// <summary>A guess until the first step, which knows it.</summary>
    public int StepCount
    {
        get
        {
            lock (gate)
            {
                return stepCount;
            }
        }
    }

    public AttemptStage Stage
    {
        get
        {
            lock (gate)
            {
                return stage;
            }
        }
    }

    public int StepNumber
    {
        get
        {
            lock (gate)
            {
                return stepNumber;
            }
        }
    }

    /// <summary>Time for which the attempt had the device.</summary>
    public TimeSpan DeviceTime
    {
        get
        {
            lock (gate)
            {
                return stage == AttemptStage.Rendering
                    ? deviceTime + time.GetElapsedTime(deviceSince)
                    : deviceTime;
            }
        }
    }

    /// <summary>One entry when something changed since the last read.</summary>
    public ChannelReader<bool> Changes => changes.Reader;

    public void Enter(AttemptStage next)
    {
        lock (gate)
        {
            if (stage == AttemptStage.Rendering)
            {
                deviceTime += time.GetElapsedTime(deviceSince);
            }

            stage = next;
            deviceSince = lastBeat = time.GetTimestamp();
        }

        changes.Writer.TryWrite(true);
    }

    /// <summary>The attempt begins after a step that another one made.</summary>
    public void ResumeAfter(StepProgress value)
    {
        lock (gate)
        {
            (stepNumber, stepCount) = (value.StepNumber, value.StepCount);
        }

        changes.Writer.TryWrite(true);
    }

    public void Report(StepProgress value)
    {
        lock (gate)
        {
            Count(value.IsReused);
            (stepNumber, stepCount) = (value.StepNumber, value.StepCount);
            lastBeat = time.GetTimestamp();
        }

        changes.Writer.TryWrite(true);
    }

    /// <summary>A frame came out: no step, but a sign of life.</summary>
    public void ReportFrame()
    {
        lock (gate)
        {
            lastBeat = time.GetTimestamp();
        }
    }

    /// <summary>How long until the attempt counts as stalled; negative when it does.</summary>
    /// <param name="leastTime">No pause that is shorter is a stall.</param>
    /// <param name="leastFirstTime">Nor is this one before the first step.</param>
    public TimeSpan UntilStalled(TimeSpan leastTime, TimeSpan leastFirstTime)
    {
        lock (gate)
        {
            var least = stage == AttemptStage.Rendering && firstStepTime is null
                && leastFirstTime > leastTime ? leastFirstTime : leastTime;
            var usual = stepTimes.Count > 0 ? MedianStepTime() : firstStepTime ?? TimeSpan.Zero;
            var limit = usual * StallFactor;
            return (limit > least ? limit : least) - time.GetElapsedTime(lastBeat);
        }
    }

    /// <summary>A guess at what is left of the render, or null when nothing is known yet.</summary>
    public TimeSpan? Remaining()
    {
        lock (gate)
        {
            if (stage is AttemptStage.Encoding or AttemptStage.Uploading)
            {
                return TimeSpan.Zero;
            }

            // Of the steps that are left as many will be reused as were so far.
            var computedPart = computedCount / Math.Max(1.0, computedCount + reusedCount);
            return stepTimes.Count == 0
                ? null
                : MedianStepTime() * computedPart * (stepCount - stepNumber);
        }
    }

    private void Count(bool isReused)
    {
        if (isReused)
        {
            // It takes no time: a step that is computed must not count as stalled beside it.
            reusedCount++;
            return;
        }

        // The first step also pays for the text encoder and warm-up; it is no measure.
        computedCount++;
        if (firstStepTime is null)
        {
            firstStepTime = time.GetElapsedTime(lastBeat);
            return;
        }

        stepTimes.Enqueue(time.GetElapsedTime(lastBeat));
        if (stepTimes.Count > RememberedStepCount)
        {
            stepTimes.Dequeue();
        }
    }

    private TimeSpan MedianStepTime() =>
        stepTimes.Count == 0 ? TimeSpan.Zero : stepTimes.Order().ElementAt(stepTimes.Count / 2);
}
