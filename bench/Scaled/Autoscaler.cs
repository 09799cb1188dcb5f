using System.Globalization;
using System.Text.Json.Nodes;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>
/// Stands in for KEDA and the HorizontalPodAutoscaler: asks Prometheus what they would ask, at the
/// pace they would ask it, and sets the size of the pool.
/// </summary>
internal sealed class Autoscaler(
    ScalerTerms terms, Uri prometheus, WorkerPool pool, TimeProvider time) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ScaleRule rule = new(terms);
    private readonly long begun = time.GetTimestamp();

    /// <summary>Every change: since the start, the measure, workers after it.</summary>
    public List<(TimeSpan At, double Seconds, int Count)> Changes { get; } = [];

    /// <summary>Looks until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken until)
    {
        using var timer = new PeriodicTimer(terms.PollingPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(until))
            {
                // What cannot be read changes nothing (fallback: currentReplicas).
                if (await AskAsync(until) is { } seconds)
                {
                    Scale(seconds);
                }
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
        }
    }

    public void Dispose() => http.Dispose();

    private void Scale(double seconds)
    {
        var now = time.GetElapsedTime(begun);
        var next = rule.Next(now, seconds, pool.Count);
        if (next != pool.Count)
        {
            pool.ScaleTo(next);
            Changes.Add((now, seconds, next));
        }
    }

    private async Task<double?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = JsonNode.Parse(await http.GetStringAsync(
                new Uri(prometheus, $"api/v1/query?query={Uri.EscapeDataString(terms.Query)}"),
                cancellationToken))!;
            var series = answer["data"]!["result"]!.AsArray().SingleOrDefault();
            return series is null
                ? null
                : double.Parse((string)series["value"]![1]!, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
