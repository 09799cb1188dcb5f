using RenderFarm.Contracts.Shots;

namespace RenderFarm.Worker.Attempts;

/// <summary>Looks after an attempt whose device or encoder may hang.</summary>
internal static class StallWatch
{
    /// <summary>
    /// Awaits an attempt; cancels <paramref name="stall"/> when it makes no step for too long, and
    /// then awaits its end. The store is not watched: it has a patience of its own.
    /// </summary>
    public static async Task<T> AwaitAsync<T>(
        Task<T> running,
        AttemptProgress progress,
        TimeSpan leastTime,
        TimeSpan leastFirstTime,
        CancellationTokenSource stall,
        TimeProvider time)
    {
        while (!running.IsCompleted)
        {
            var left = progress.UntilStalled(leastTime, leastFirstTime);
            if (left <= TimeSpan.Zero)
            {
                if (progress.Stage is AttemptStage.Rendering or AttemptStage.Encoding)
                {
                    await stall.CancelAsync();
                    break;
                }

                left = leastTime;
            }

            using var ended = new CancellationTokenSource();
            await Task.WhenAny(running, Task.Delay(left, time, ended.Token));
            await ended.CancelAsync();
        }

        return await running;
    }
}
