using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace RenderFarm.Servers;

/// <summary>Servers of <c>deploy/local/servers.sh</c> in a temporary folder of their own.</summary>
public sealed class ServerFolder : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string folder;
    private readonly string only;

    private ServerFolder(string folder, string only)
    {
        this.folder = folder;
        this.only = only;
    }

    /// <summary>What <c>servers.env</c> says.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; private set; } =
        new Dictionary<string, string>();

    /// <summary>Starts some of <c>rabbitmq,redis,s3</c>.</summary>
    public static async Task<ServerFolder> StartAsync(string only)
    {
        var folder = Directory.CreateTempSubdirectory("farm-servers-").FullName;
        var servers = new ServerFolder(folder, only);
        try
        {
            await servers.StartAgainAsync();
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts what does not run, where it ran before and with what it kept.</summary>
    public async Task StartAgainAsync()
    {
        await RunAsync("start", folder, "--store", "memstore", "--only", only);
        Settings = (await File.ReadAllLinesAsync(Path.Combine(folder, "servers.env")))
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
    }

    /// <summary>
    /// Waits until RabbitMQ has written down that a quorum queue exists. RabbitMQ 3.10 does so up
    /// to a second after it confirmed the queue; when it is killed in between, the queue comes back
    /// without a leader, for good.
    /// </summary>
    public async Task QueueIsKnownOnDiskAsync(string queue, CancellationToken cancellationToken)
    {
        var mnesia = Path.Combine(folder, "rabbitmq", "mnesia");
        while (!Directory.EnumerateFiles(mnesia, "names.dets", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file, Encoding.Latin1)
                .Contains("%2F_" + queue, StringComparison.Ordinal)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Ends RabbitMQ with no time to say goodbye.</summary>
    public async Task KillRabbitAsync()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(folder, "rabbitmq", "rabbitmq.pid"));
        using var rabbit = Process.GetProcessById(int.Parse(text, CultureInfo.InvariantCulture));
        rabbit.Kill();
        await rabbit.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop", folder);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Script(), .. arguments])
        {
            RedirectStandardError = true,
        };
        using var script = Process.Start(start)!;
        using var late = new CancellationTokenSource(Patience);
        var said = await script.StandardError.ReadToEndAsync(late.Token);
        await script.WaitForExitAsync(late.Token);
        if (script.ExitCode != 0)
        {
            throw new InvalidOperationException($"servers.sh {arguments[0]} failed: {said}");
        }
    }

    private static string Script()
    {
        var above = new DirectoryInfo(AppContext.BaseDirectory);
        while (above is not null && !File.Exists(Path.Combine(above.FullName, "RenderFarm.sln")))
        {
            above = above.Parent;
        }

        return Path.Combine(above!.FullName, "deploy", "local", "servers.sh");
    }
}
