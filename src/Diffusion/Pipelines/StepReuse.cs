using RenderFarm.Diffusion.Checkpoints;

namespace RenderFarm.Diffusion.Pipelines;

/// <summary>
/// Takes steps without the network where it would hardly say anything new: what it made of its
/// input the last time, prediction less input, is added to the input of now. How far the prediction
/// has moved since is guessed from how far the inputs have, by the rate between the two at the last
/// call; guesses add up until they reach a threshold. https://arxiv.org/abs/2507.02860 (EasyCache),
/// section 3.3. Every call of a pass counts by itself, also where a sampler makes two of a step.
/// </summary>
internal sealed class StepReuse
{
    /// <summary>The part of a pass that is always computed: what a clip shows is settled.</summary>
    private const double FirstPart = 0.2;

    /// <summary>Two calls tell a rate.</summary>
    private const int LeastFirst = 2;
    private const int NoKind = -1;

    private readonly double threshold;
    private readonly int first;
    private readonly int last;
    private readonly float[] input;
    private readonly float[] prediction;
    private readonly float[] latest;
    private readonly float[] estimate;
    private int kind = NoKind;
    private double rate = double.NaN;
    private double change;

    /// <param name="request">Says how much may be guessed; 0 has every step computed.</param>
    /// <param name="length">Values of the latents.</param>
    /// <param name="callCount">How often a pass calls for a prediction.</param>
    public StepReuse(VideoRequest request, int length, int callCount)
    {
        threshold = request.ReuseThreshold;
        first = Math.Max(LeastFirst, (int)Math.Ceiling(FirstPart * callCount));
        last = callCount - 1;
        float[] Room() => new float[IsOn ? length : 0];
        (input, prediction, latest, estimate) = (Room(), Room(), Room(), Room());
    }

    private bool IsOn => threshold > 0;

    /// <summary>
    /// Whether the next call can go without the network. Where it cannot, nothing has changed until
    /// <see cref="Learn"/>: a network that is cancelled leaves a checkpoint behind.
    /// </summary>
    /// <param name="callIndex">Calls of the pass that are done.</param>
    /// <param name="nextKind">Predictions of another kind say nothing of this one.</param>
    /// <param name="seen">What the network would see, [C, F, h, w].</param>
    /// <param name="guess">In place of its prediction; valid until the next call.</param>
    public bool TryGuess(
        int callIndex, int nextKind, ReadOnlySpan<float> seen, out ReadOnlySpan<float> guess)
    {
        guess = estimate;
        if (!IsOn || callIndex < first || callIndex >= last || nextKind != kind)
        {
            return false;
        }

        // No number, as a rate of no change is, is below nothing.
        var sum = change + (rate * Distance(seen, latest) / Size(prediction));
        if (!(sum < threshold))
        {
            return false;
        }

        for (var i = 0; i < estimate.Length; i++)
        {
            estimate[i] = seen[i] + (prediction[i] - input[i]);
        }

        seen.CopyTo(latest);
        change = sum;
        return true;
    }

    /// <summary>Remembers a call that was computed.</summary>
    /// <param name="newKind">Which networks it was, and how they were guided.</param>
    /// <param name="seen">What the network saw.</param>
    /// <param name="found">What it predicted, guided.</param>
    public void Learn(int newKind, ReadOnlySpan<float> seen, ReadOnlySpan<float> found)
    {
        if (!IsOn)
        {
            return;
        }

        rate = newKind == kind
            ? Distance(found, prediction) / Distance(seen, input)
            : double.NaN;
        (kind, change) = (newKind, 0);
        found.CopyTo(prediction);
        seen.CopyTo(input);
        seen.CopyTo(latest);
    }

    /// <summary>A copy of what is remembered, for a checkpoint; null where nothing is.</summary>
    public ReusePoint? Save() => kind == NoKind
        ? null
        : new ReusePoint
        {
            Kind = kind,
            Rate = rate,
            Change = change,
            Input = (float[])input.Clone(),
            Prediction = (float[])prediction.Clone(),
            Latest = (float[])latest.Clone(),
        };

    /// <summary>Goes on with what <see cref="Save"/> gave.</summary>
    public void Restore(ReusePoint? point)
    {
        if (point is not null)
        {
            (kind, rate, change) = (point.Kind, point.Rate, point.Change);
            point.Input.CopyTo(input, 0);
            point.Prediction.CopyTo(prediction, 0);
            point.Latest.CopyTo(latest, 0);
        }
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += Math.Abs(a[i] - b[i]);
        }

        return sum;
    }

    private static double Size(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += Math.Abs(value);
        }

        return sum;
    }
}
