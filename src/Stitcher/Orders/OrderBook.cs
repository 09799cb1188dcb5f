using System.Threading.Channels;
using RenderFarm.Contracts.Reels;

namespace RenderFarm.Stitcher.Orders;

/// <summary>
/// The reels that this process was asked for and has not ended yet. Kept in memory only: the Broker
/// asks again for what a lost process forgot.
/// </summary>
internal sealed class OrderBook
{
    /// <summary>Orders that may wait; more are left to others, or to a later time.</summary>
    internal const int Capacity = 64;

    private readonly Lock gate = new();
    private readonly HashSet<(string JobId, int Revision)> known = [];
    private readonly Channel<StitchReel> waiting =
        Channel.CreateBounded<StitchReel>(Capacity);

    /// <summary>Every order, each to one reader, until cancelled.</summary>
    public IAsyncEnumerable<StitchReel> ReadAllAsync(CancellationToken cancellationToken) =>
        waiting.Reader.ReadAllAsync(cancellationToken);

    /// <summary>False when the reel is being joined already, or too many wait.</summary>
    public bool TryAdd(StitchReel order)
    {
        lock (gate)
        {
            if (!known.Add((order.JobId, order.Revision)))
            {
                return false;
            }

            if (waiting.Writer.TryWrite(order))
            {
                return true;
            }

            known.Remove((order.JobId, order.Revision));
            return false;
        }
    }

    /// <summary>The order has ended, well or not; from now on it can be given again.</summary>
    public void End(StitchReel order)
    {
        lock (gate)
        {
            known.Remove((order.JobId, order.Revision));
        }
    }
}
