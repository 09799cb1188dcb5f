using System.Text;

namespace RenderFarm.Storage;

/// <summary>
/// Races a store's conditional write against itself: some stores let everybody win.
/// </summary>
internal static class ConditionalWriteProbe
{
    private const int RoundCount = 20;
    private const int WriterCount = 16;

    /// <returns>True when each round had one winner and keeps its bytes.</returns>
    public static async Task<bool> RunAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var folder = $"probes/{Guid.CreateVersion7():n}/";
        try
        {
            for (var round = 0; round < RoundCount; round++)
            {
                if (!await OneWinsAsync(store, $"{folder}{round}", cancellationToken))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            // Only now: a deletion between two rounds has been seen not to last, on a server with
            // much else to do.
            var left = await store.ListAsync(folder, CancellationToken.None).ToListAsync(
                CancellationToken.None);
            foreach (var found in left)
            {
                await store.DeleteAsync(found.Key, CancellationToken.None);
            }
        }
    }

    private static async Task<bool> OneWinsAsync(
        IObjectStore store, string key, CancellationToken cancellationToken)
    {
        var won = await Task.WhenAll(Enumerable.Range(0, WriterCount).Select(writer =>
            store.PutIfAbsentAsync(key, Mark(writer), "text/plain", cancellationToken)));
        var kept = await store.TryGetAsync(key, 64, cancellationToken);
        var winner = Array.IndexOf(won, true);
        return won.Count(w => w) == 1 && kept.AsSpan().SequenceEqual(Mark(winner));
    }

    private static byte[] Mark(int writer) => Encoding.ASCII.GetBytes($"writer {writer}");
}
