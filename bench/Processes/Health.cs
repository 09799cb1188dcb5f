namespace RenderFarm.Benchmarks.Processes;

/// <summary>Asks services whether they are ready.</summary>
internal sealed class Health(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Waits until the service at an address has all that it needs, and says so.</summary>
    public async Task UntilReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        var ready = new Uri(address, "healthz/ready");
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            // Before the first look: what was just killed may still answer.
            await timer.WaitForNextTickAsync(cancellationToken);
        }
        while (!await IsReadyAsync(ready, cancellationToken));
    }

    public void Dispose() => http.Dispose();

    private async Task<bool> IsReadyAsync(Uri ready, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(ready, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
