using System.Threading.Channels;

namespace RenderFarm.Broker.State;

/// <summary>Wakes one waiting loop; being set many times before it looks counts once.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> calls = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes the loop now, or as soon as it waits.</summary>
    public void Set() => calls.Writer.TryWrite(true);

    /// <summary>Waits until it is set, but no longer than this.</summary>
    public async Task WaitAsync(
        TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        using var alarm = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            alarm.Token, cancellationToken);
        try
        {
            await calls.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
