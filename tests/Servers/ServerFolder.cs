using System.Diagnostics;
using System.Globalization;

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
        if (Environment.GetEnvironmentVariable("KEEP") is null) Directory.Delete(folder, recursive: true);
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
