using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Recovery;

/// <summary>
/// Closed while jobs' states are being rebuilt. Clients and workers are let in as soon as they are
/// there; tickets go out a while later, so that live workers take up their attempts first.
/// </summary>
internal sealed class RebuildGate(IOptions<BrokerOptions> options, TimeProvider time)
{
    private readonly Lock gate = new();
    private TaskCompletionSource opened = Opened();
    private long? dispatchHeldSince;

    /// <summary>Set when somebody found that the store forgot.</summary>
    public Signal Trouble { get; } = new();

    /// <summary>Whether states can be believed.</summary>
    public bool IsOpen => opened.Task.IsCompletedSuccessfully;

    /// <summary>Which epoch of the store this is, from 1; 1 where there are none.</summary>
    public int EpochNumber { get; private set; } = 1;

    /// <summary>
    /// The number that a job's first event comes after. Each epoch has its own, above all that an
    /// epoch before can have told, so that clients who drop what is older drop nothing new.
    /// </summary>
    public long LastSequence => (long)(EpochNumber - 1) << 32;

    /// <summary>Whether tickets may go out.</summary>
    public bool MayDispatch
    {
        get
        {
            lock (gate)
            {
                return IsOpen && (dispatchHeldSince is not { } since
                    || time.GetElapsedTime(since) >= options.Value.AdoptionTime);
            }
        }
    }

    /// <summary>Lets nobody in any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            if (IsOpen)
            {
                opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>States of this epoch are written from now on.</summary>
    public void Enter(int epochNumber)
    {
        lock (gate)
        {
            EpochNumber = Math.Max(epochNumber, 1);
        }
    }

    /// <summary>Lets everybody in.</summary>
    /// <param name="isRebuilt">True when live workers have attempts that no state knows.</param>
    public void Open(bool isRebuilt)
    {
        lock (gate)
        {
            dispatchHeldSince = isRebuilt ? time.GetTimestamp() : dispatchHeldSince;
            opened.TrySetResult();
        }
    }

    /// <summary>Waits until states can be believed.</summary>
    public Task PassAsync(CancellationToken cancellationToken) =>
        opened.Task.WaitAsync(cancellationToken);

    /// <summary>
    /// Does something once states can be believed, and again when they turn out to be forgotten
    /// meanwhile: everything that passes here is harmless to repeat.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            await PassAsync(cancellationToken);
            try
            {
                return await call();
            }
            catch (StoreForgotException)
            {
                Close();
                Trouble.Set();
            }
        }
    }

    /// <summary>The same for what answers nothing.</summary>
    public Task RunAsync(Func<Task> call, CancellationToken cancellationToken) =>
        RunAsync(
            async () =>
            {
                await call();
                return true;
            },
            cancellationToken);

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        opened.SetResult();
        return opened;
    }
}
