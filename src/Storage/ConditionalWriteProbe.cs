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
        var run = Guid.CreateVersion7().ToString("n");
        for (var round = 0; round < RoundCount; round++)
        {
            if (!await OneWinsAsync(store, $"probes/{run}/{round}", cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<bool> OneWinsAsync(
        IObjectStore store, string key, CancellationToken cancellationToken)
    {
        try
        {
            var won = await Task.WhenAll(Enumerable.Range(0, WriterCount).Select(writer =>
                store.PutIfAbsentAsync(key, Mark(writer), "text/plain", cancellationToken)));
            var kept = await store.TryGetAsync(key, 64, cancellationToken);
            var winner = Array.IndexOf(won, true);
            return won.Count(w => w) == 1 && kept.AsSpan().SequenceEqual(Mark(winner));
        }
        finally
        {
            await store.DeleteAsync(key, CancellationToken.None);
        }
    }

    private static byte[] Mark(int writer) => Encoding.ASCII.GetBytes($"writer {writer}");
}
