using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RenderFarm.Cli.Local;
using RenderFarm.Farm.Tests.Cli;
using Xunit;

namespace RenderFarm.Telemetry.Tests;

/// <summary>
/// A farm of real processes with its Prometheus, started as a user starts it (renderfarm up
/// --metrics). Three short films are made on it: one as it comes, one from the cache, and one while
/// a worker is killed. Then every test looks at what was measured.
/// </summary>
public sealed partial class MeasuredFarm : IAsyncLifetime
{
    private const string Film = """
        a boat on the sea [[shot: 5f, size 160x96, fps 8, steps 2, takes 2]]

        a lighthouse at night [[shot: 5f, size 160x96, fps 8, steps 2]]

        hills in fog [[shot: 5f, size 160x96, fps 8, steps 2]]
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly WorkFolder folder = new();
    private readonly CancellationTokenSource late = new(Patience);
    private readonly HttpClient http = new();
    private OtlpReceiver? receiver;
    private CommandRun? up;

    /// <summary>The film that nothing happened to.</summary>
    internal string FirstJob { get; } = "measured-first";

    internal DateTimeOffset Began { get; } = TimeProvider.System.GetUtcNow();

    internal DateTimeOffset Ended { get; private set; }

    internal OtlpReceiver Receiver => receiver!;

    internal PrometheusClient Prometheus { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        receiver = await OtlpReceiver.StartAsync();
        up = CommandRun.Start(folder.Path, Environment(), ["up", "--metrics", "--workers", "2"]);
        try
        {
            // One that ended says why, and is not waited for.
            await await Task.WhenAny(up.SeesAsync("submit "), up.WaitAsync());
            await MakeFilmsAsync();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"no farm: {up.Output}{up.Errors}{Logs()}", fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (up is not null)
        {
            up.Signal("INT");
            await up.WaitAsync();
            up.Dispose();
        }

        Prometheus?.Dispose();
        await (receiver?.DisposeAsync() ?? ValueTask.CompletedTask);
        http.Dispose();
        late.Dispose();
        folder.Dispose();
    }

    /// <summary>The addresses of every service's page, by the service's name.</summary>
    internal IReadOnlyDictionary<string, Uri> Pages()
    {
        var targets = JsonNode.Parse(File.ReadAllText(
            folder.At(".farm", "up", "prometheus", "targets", "farm.json")))!;
        return targets.AsArray().ToDictionary(
            group => (string)group!["labels"]!["instance"]!,
            group => new Uri($"http://{(string)group!["targets"]![0]!}/metrics"));
    }

    internal Task<string> GetAsync(Uri address) => http.GetStringAsync(address);

    private async Task MakeFilmsAsync()
    {
        var broker = PageLine().Match(up!.Output).Groups[1].Value;
        Prometheus = new PrometheusClient(MetricsLine().Match(up.Output).Groups[1].Value);
        await LocalScript.RunAsync(
            "watch-film.sh", late.Token, folder.At(".farm", "up"), broker, FirstJob);
        await MakeAsync(broker, FirstJob, Film);
        await MakeAsync(broker, "measured-again", Film);
        await MakeAsync(
            broker, "measured-killed", Film.Replace("steps 2", "steps 60"), Kill);
        await Prometheus.UntilAsync(
            "max(renderfarm_film_shots{state='rendered'})", 3, late.Token);
        await Prometheus.UntilReadAsync(TimeProvider.System.GetUtcNow(), late.Token);
        await receiver!.UntilAsync(
            () => receiver.Spans.Any(s => s.Name == "job"
                && s.Tags.GetValueOrDefault("renderfarm.job.id") == FirstJob)
                && receiver.ByteCount("logs") > 0 && receiver.ByteCount("metrics") > 0,
            late.Token);
        Ended = TimeProvider.System.GetUtcNow();
    }

    private async Task MakeAsync(
        string broker, string jobId, string film, Action<string>? onceLeased = null)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri($"{broker}/v1/jobs"),
            new { jobId, script = new { format = "text", text = film } },
            late.Token);
        Assert.True(
            answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(late.Token));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        string status;
        do
        {
            await timer.WaitForNextTickAsync(late.Token);
            var job = JsonNode.Parse(
                await http.GetStringAsync(new Uri($"{broker}/v1/jobs/{jobId}"), late.Token))!;
            status = (string)job["status"]!;
            var leased = job["shots"]!.AsArray()
                .FirstOrDefault(shot => (string)shot!["status"]! == "leased");
            if (leased is not null)
            {
                onceLeased?.Invoke((string)leased["workerId"]!);
                onceLeased = null;
            }
        }
        while (status is "accepted" or "rendering" or "stitching");

        Assert.Equal("completed", status);
    }

    /// <summary>kill -9 of one worker; the farm starts it again.</summary>
    private void Kill(string workerId)
    {
        var ids = Directory.EnumerateDirectories($"/proc/{up!.Id}/task")
            .SelectMany(task => File.ReadAllText($"{task}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));
        var worker = ids.Single(id => File.ReadAllText($"/proc/{id}/environ")
            .Split('\0').Contains($"Worker__Id={workerId}"));
        System.Diagnostics.Process.GetProcessById(worker).Kill();
    }

    private Dictionary<string, string> Environment() => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver!.Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["Broker__CensusPeriod"] = "00:00:00.500",
        ["Broker__LeaseDuration"] = "00:00:10",
        ["Broker__FirstDelay"] = "00:00:00.100",
    };

    private string Logs() => string.Join('\n', Directory
        .EnumerateFiles(Directory.CreateDirectory(folder.At(".farm", "up", "log")).FullName)
        .Select(file => $"== {Path.GetFileName(file)}\n{string.Join('\n',
            File.ReadLines(file).TakeLast(40))}"));

    [GeneratedRegex(@"page +(http://\S+)")]
    private static partial Regex PageLine();

    [GeneratedRegex(@"metrics +(http://\S+)")]
    private static partial Regex MetricsLine();
}
