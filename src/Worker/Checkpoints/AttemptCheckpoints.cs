using System.Threading.Channels;
using RenderFarm.Diffusion;
using RenderFarm.Storage;
using RenderFarm.Worker.Attempts;

namespace RenderFarm.Worker.Checkpoints;

/// <summary>
/// The checkpoints of one attempt: the one that it starts from, and those that it leaves. They are
/// written beside the render, one at a time; of those that wait the newest is written.
/// </summary>
internal sealed class AttemptCheckpoints : ICheckpointSink, IAsyncDisposable
{
    private readonly Attempt attempt;
    private readonly CheckpointShelf shelf;
    private readonly TimeSpan period;
    private readonly string path;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource disposed = new();
    private readonly Channel<Checkpoint> waiting = Channel.CreateBounded<Checkpoint>(
        new BoundedChannelOptions(1)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        });

    private readonly Task writing;
    private IReadOnlyList<string> foundKeys = [];
    private Checkpoint? latest;
    private Checkpoint? queued;
    private long queuedAt;
    private volatile bool isStopping;
    private bool isInsured;

    /// <param name="attempt">Whose they are.</param>
    /// <param name="shelf">Where they go.</param>
    /// <param name="period">They are written at most this often; zero writes none.</param>
    /// <param name="folder">Where they lie until they are uploaded.</param>
    /// <param name="time">Counts the period, from now on.</param>
    public AttemptCheckpoints(
        Attempt attempt,
        CheckpointShelf shelf,
        TimeSpan period,
        string folder,
        TimeProvider time)
    {
        (this.attempt, this.shelf, this.period, this.time) = (attempt, shelf, period, time);
        path = Path.Combine(folder, "checkpoint");
        queuedAt = time.GetTimestamp();
        writing = WriteAsync(disposed.Token);
    }

    /// <summary>What the attempt starts from; null where it starts anew.</summary>
    public Checkpoint? Start { get; private set; }

    /// <summary>Looks for what attempts before this one left.</summary>
    /// <exception cref="ArgumentException">The model cannot do what is asked for.</exception>
    public async Task FindAsync(
        VideoPipeline pipeline, VideoRequest request, CancellationToken cancellationToken)
    {
        foundKeys = await shelf.ListAsync(attempt, cancellationToken);
        Start = await shelf.ReadFurthestAsync(
            attempt, foundKeys, pipeline, request, cancellationToken);
    }

    /// <summary>
    /// The attempt may be stopped soon: from now on there is always a checkpoint of its last step,
    /// and one is written at once, in case the stop leaves no time for it.
    /// </summary>
    public void ExpectStop() => isStopping = true;

    /// <inheritdoc/>
    public void Offer(StepProgress step, Func<Checkpoint> take)
    {
        if (period == TimeSpan.Zero || step.StepNumber <= LatestStepNumber)
        {
            return;
        }

        // The one after the last step costs nothing to keep, and the frames may take long.
        var isDue = time.GetElapsedTime(queuedAt) >= period || (isStopping && !isInsured);
        if (isDue || isStopping || step.StepNumber == step.StepCount)
        {
            latest = take();
        }

        if (isDue)
        {
            isInsured = isStopping;
            Queue(latest!);
        }
    }

    /// <summary>Writes the checkpoint of the last step before the attempt is handed back.</summary>
    /// <param name="longest">How long that may take.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public async Task FinishAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        if (latest is not null && latest != queued)
        {
            Queue(latest);
        }

        waiting.Writer.Complete();
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token, cancellationToken);
        await writing.WaitAsync(either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Removes the checkpoint that was started from, those beside it, and those that were left.
    /// </summary>
    public async Task RemoveAsync()
    {
        await StopWritingAsync();
        var own = ObjectKeys.Checkpoint(attempt.TenantId, attempt.Task.RenderKey, attempt.Id);
        await shelf.RemoveAsync(attempt, queued is null ? foundKeys : [.. foundKeys, own]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopWritingAsync();
        disposed.Dispose();
    }

    private int LatestStepNumber => latest?.StepNumber ?? Start?.StepNumber ?? 0;

    private void Queue(Checkpoint checkpoint)
    {
        (queued, queuedAt) = (checkpoint, time.GetTimestamp());
        waiting.Writer.TryWrite(checkpoint);
    }

    private async Task StopWritingAsync()
    {
        await disposed.CancelAsync();
        await writing;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var checkpoint in waiting.Reader.ReadAllAsync(cancellationToken))
            {
                await shelf.WriteAsync(attempt, checkpoint, path, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The attempt has ended without a need for it.
        }
    }
}
