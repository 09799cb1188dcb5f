using System.Globalization;
using System.Text.Json.Nodes;

namespace RenderFarm.Telemetry.Tests;

/// <summary>Asks a Prometheus what it has.</summary>
internal sealed class PrometheusClient(string address) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient http = new() { BaseAddress = new Uri(address) };

    /// <summary>
    /// Runs a query over a time; the values of each series, without those that are no number.
    /// </summary>
    public async Task<IReadOnlyList<IReadOnlyList<double>>> QueryAsync(
        string expression, DateTimeOffset from, DateTimeOffset to)
    {
        var answer = await GetAsync(
            $"/api/v1/query_range?query={Uri.EscapeDataString(expression)}"
            + $"&start={Seconds(from)}&end={Seconds(to) + 1}&step=1");
        return
        [
            .. answer["data"]!["result"]!.AsArray().Select(series =>
                (IReadOnlyList<double>)[.. series!["values"]!.AsArray()
                    .Select(pair => (string)pair![1]!)
                    .Select(text => double.TryParse(
                        text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                            ? value
                            : double.NaN)
                    .Where(double.IsFinite)]),
        ];
    }

    /// <summary>Runs a query now; null when there is no series.</summary>
    public async Task<double?> QueryAsync(string expression)
    {
        var answer = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        var series = answer["data"]!["result"]!.AsArray().FirstOrDefault();
        return series is null
            ? null
            : double.Parse((string)series["value"]![1]!, CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a query gives at least so much.</summary>
    public async Task UntilAsync(
        string expression, double least, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (!(await QueryAsync(expression) >= least))
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Waits until every page has been read since a moment: each has a beat of its own, so one
    /// may tell of a thing seconds before another does.
    /// </summary>
    public Task UntilReadAsync(DateTimeOffset moment, CancellationToken cancellationToken) =>
        UntilAsync(
            "min(timestamp(up))", moment.ToUnixTimeMilliseconds() / 1000.0, cancellationToken);

    public async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"{path}: {body}");
    }

    public void Dispose() => http.Dispose();

    /// <summary>The second that a moment lies in; what was read within it is after it.</summary>
    private static long Seconds(DateTimeOffset moment) => moment.ToUnixTimeSeconds();
}
