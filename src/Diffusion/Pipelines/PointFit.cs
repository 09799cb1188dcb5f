using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Diffusion.Pipelines.Takes;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines;

/// <summary>Whether a point that was read is one that a request can pass through.</summary>
internal static class PointFit
{
    /// <param name="checkpoint">What was read.</param>
    /// <param name="request">The request that it claims to be of.</param>
    /// <param name="shape">The latents of that request's clip.</param>
    /// <param name="callCount">How often a pass calls the denoiser.</param>
    /// <exception cref="CheckpointException">It is not, and why.</exception>
    public static void Check(
        Checkpoint checkpoint, VideoRequest request, LatentShape shape, int callCount)
    {
        CheckSteps(checkpoint, request, shape, callCount);

        // All noise is drawn before the first step, and Euler's rule remembers nothing.
        var point = checkpoint.Point;
        Expect($"History of {EulerSampler.Name}", 0, 0, point.History.Count);
        Expect($"Noise of {EulerSampler.Name}", 0, 0, point.Noise.Length);
    }

    /// <summary>All but what the sampler remembers, which it checks itself.</summary>
    /// <param name="checkpoint">What was read.</param>
    /// <param name="request">The request that it claims to be of.</param>
    /// <param name="shape">The latents of that request's clip.</param>
    /// <param name="callCount">How often a pass calls the denoiser.</param>
    /// <exception cref="CheckpointException">It is not, and why.</exception>
    public static void CheckSteps(
        Checkpoint checkpoint, VideoRequest request, LatentShape shape, int callCount)
    {
        var (point, passCount) = (checkpoint.Point, ClipTrack.PassCountOf(request));
        var seamLength = (shape with { FrameCount = 1 }).Length;
        Expect("TakeIndex", 0, request.TakeCount - 1, point.TakeIndex);
        Expect("PassIndex", 0, passCount - 1, point.PassIndex);
        Expect("StepIndex", 0, callCount, point.StepIndex);
        var isSeam = passCount == 2 && point.PassIndex == 0;
        var expected = point.StepIndex == 0 ? 0 : isSeam ? seamLength : shape.Length;
        Expect("Latents", expected, expected, point.Latents.Length);
        CheckReuse(point.Reuse, request.ReuseThreshold > 0 ? expected : 0);
        expected = point.PassIndex == 1 ? seamLength : 0;
        Expect("Seam", expected, expected, point.Seam.Length);

        Expect("Verdicts", point.TakeIndex, point.TakeIndex, point.Verdicts.Count);
        Expect("BestIndex", -1, point.TakeIndex - 1, point.BestIndex);
        expected = point.BestIndex < 0 ? 0 : shape.Length;
        Expect("Best", expected, expected, point.Best.Length);

        var stepCount = request.TakeCount * passCount * callCount;
        var stepNumber = (((point.TakeIndex * passCount) + point.PassIndex) * callCount)
            + point.StepIndex;
        Expect("StepCount", stepCount, stepCount, checkpoint.StepCount);
        Expect("StepNumber", stepNumber, stepNumber, checkpoint.StepNumber);
        Expect("ReusedStepCount", 0, stepNumber, point.ReusedStepCount);
    }

    /// <summary>
    /// The most bytes that a checkpoint of a clip can have, but for what its sampler remembers: the
    /// latents, the best take's and the seam's, and three tensors to reuse steps from.
    /// </summary>
    public static long MostBytes(VideoRequest request, LatentShape shape) =>
        CheckpointFile.MostBesideTensors
        + ((request.ReuseThreshold > 0 ? 6L : 3L) * sizeof(float) * shape.Length);

    private static void CheckReuse(ReusePoint? reuse, int expected)
    {
        Expect("Reuse.Input", expected, expected, reuse?.Input.Length ?? 0);
        Expect("Reuse.Prediction", expected, expected, reuse?.Prediction.Length ?? 0);
        Expect("Reuse.Latest", expected, expected, reuse?.Latest.Length ?? 0);
    }

    private static void Expect(string what, int least, int most, int found)
    {
        if (found < least || found > most)
        {
            throw new CheckpointException(least == most
                ? $"{what}: expected {least}, found {found}"
                : $"{what}: expected {least} to {most}, found {found}");
        }
    }
}
