using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RenderFarm.Cli.Farms;
using RenderFarm.Cli.Local;

namespace RenderFarm.Cli.Commands;

/// <summary><c>renderfarm up</c>: a farm of real processes on this machine, until Ctrl-C.</summary>
internal sealed class UpCommand
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(2);

    private readonly Option<int> workers = new("--workers")
    {
        Description = "How many workers, 1 to 64",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> folder = new("--dir")
    {
        Description = "Folder for what the servers keep, for logs and settings",
        DefaultValueFactory = _ => Path.Combine(".farm", "up"),
    };

    private readonly Option<string> device = new("--device")
    {
        Description = "cpu, cuda, or auto; worker N takes GPU N where there are several",
        DefaultValueFactory = _ => "cpu",
    };

    private readonly Option<bool> metrics = new("--metrics")
    {
        Description = "Start a Prometheus, too, that measures the farm",
    };

    /// <summary>The command as the command line knows it.</summary>
    public Command Build()
    {
        var command = new Command("up",
            "Start a local farm: RabbitMQ, Redis, an S3 server, a Broker, workers and a " +
            "stitcher, each a process of its own, on loopback. Ctrl-C stops all of it.");
        workers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 64)
            {
                result.AddError("--workers takes 1 to 64");
            }
        });
        device.AcceptOnlyFromAmong("cpu", "cuda", "auto");
        command.Options.Add(workers);
        command.Options.Add(folder);
        command.Options.Add(device);
        command.Options.Add(metrics);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken interrupt)
    {
        var home = Path.GetFullPath(parsed.GetValue(folder)!);
        var logs = Path.Combine(home, "log");
        Directory.CreateDirectory(logs);
        Console.WriteLine("starting RabbitMQ, Redis and the S3 server (ten seconds or so)");
        var services = new List<ServiceProcess>();
        var targets = new List<(string Name, string Kind, int Port)>();
        var ports = FreePorts(parsed.GetValue(workers) + 3);
        var (brokerPort, prometheusPort) = (ports[0], ports[^1]);
        try
        {
            var settings = await LocalServers.StartAsync(home, interrupt);
            Add("broker", "Broker", []);
            Add("stitcher", "Stitcher", []);
            for (var number = 1; number <= parsed.GetValue(workers); number++)
            {
                Add($"worker-{number}", "Worker", new()
                {
                    ["Worker__Id"] = $"worker-{number}",
                    ["Worker__Device"] = parsed.GetValue(device)!,
                    ["Worker__GpuIndex"] = (number - 1).ToString(CultureInfo.InvariantCulture),
                });
            }

            foreach (var (name, _, port) in targets)
            {
                await ReadyAsync(name, port, interrupt);
            }

            Console.WriteLine($"page     {Loopback(brokerPort)}");
            if (parsed.GetValue(metrics))
            {
                await LocalPrometheus.StartAsync(home, prometheusPort, targets, interrupt);
                Console.WriteLine($"metrics  {Loopback(prometheusPort)}");
            }

            Console.WriteLine($"logs     {logs}");
            Console.WriteLine($"settings {Path.Combine(home, FarmSettings.FileName)}");
            Console.WriteLine("submit   ./renderfarm submit examples/lighthouse.fountain --wait");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, interrupt);
            return ExitCode.Done;

            void Add(string name, string project, Dictionary<string, string> own)
            {
                var port = ports[targets.Count];
                targets.Add((name, project.ToLowerInvariant(), port));
                own["ASPNETCORE_URLS"] = Loopback(port);
                var service = new ServiceProcess(
                    name,
                    Path.Combine(AppContext.BaseDirectory, $"RenderFarm.{project}.dll"),
                    settings.Concat(own).ToDictionary(),
                    Path.Combine(logs, $"{name}.log"),
                    TimeProvider.System);
                services.Add(service);
                service.Start(Console.WriteLine);
            }
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        finally
        {
            await StopAsync(services, home, parsed.GetValue(metrics));
        }
    }

    private static async Task StopAsync(
        List<ServiceProcess> services, string home, bool withMetrics)
    {
        Console.WriteLine("stopping");
        // Workers first, so that what they hand back finds a Broker.
        foreach (var service in Enumerable.Reverse(services))
        {
            await service.DisposeAsync();
        }

        if (withMetrics)
        {
            await LocalPrometheus.StopAsync(home);
        }

        await LocalServers.StopAsync(home);
    }

    // Only a Broker that listens hears a job, and only a worker that has loaded its model says that
    // the farm has it; the line that says how to submit waits for all of them.
    private static async Task ReadyAsync(string name, int port, CancellationToken interrupt)
    {
        using var http = new HttpClient();
        var ready = new Uri($"{Loopback(port)}/healthz/ready");
        using var late = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        late.CancelAfter(ReadyTimeout);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(late.Token))
            {
                if (await IsReadyAsync(http, ready, late.Token))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!interrupt.IsCancellationRequested)
        {
            throw new FarmUnreachableException($"the {name} did not become ready; see its log");
        }
    }

    private static async Task<bool> IsReadyAsync(
        HttpClient http, Uri ready, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(ready, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Loopback(int port) => $"http://127.0.0.1:{port}";

    // All at once, so that none is given twice.
    private static List<int> FreePorts(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            while (listeners.Count < count)
            {
                listeners.Add(new TcpListener(IPAddress.Loopback, 0));
                listeners[^1].Start();
            }

            return [.. listeners.Select(one => ((IPEndPoint)one.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
