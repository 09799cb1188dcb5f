using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace RenderFarm.Farm.Tests.Cli;

/// <summary>A farm of real processes, started as a user starts it: renderfarm up.</summary>
public sealed class LocalFarm : IAsyncLifetime
{
    private readonly WorkFolder folder = new();
    private CommandRun? up;

    /// <summary>The folder that the farm was started in.</summary>
    internal WorkFolder Folder => folder;

    /// <summary>What servers.env says.</summary>
    internal IReadOnlyDictionary<string, string> Settings =>
        RenderFarm.Cli.Farms.FarmSettings.Read(folder.At(".farm", "up"));

    /// <summary>Where its page is, as <c>up</c> says it.</summary>
    internal string PageAddress => up!.Output.Split('\n')
        .First(line => line.StartsWith("page", StringComparison.Ordinal)).Split(' ')[^1].Trim();

    public async ValueTask InitializeAsync()
    {
        up = CommandRun.Start(folder.Path, "up", "--workers", "2");
        try
        {
            await up.SeesAsync("submit ");
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"no farm: {up.Output}{up.Errors}");
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

        folder.Dispose();
    }

    /// <summary>What each service wrote; for a test's message when it fails.</summary>
    internal string Logs() => string.Join('\n', Directory
        .EnumerateFiles(folder.At(".farm", "up", "log"))
        .Select(file => $"== {Path.GetFileName(file)}\n{string.Join('\n',
            File.ReadLines(file).TakeLast(40))}"));

    /// <summary>kill -9 of one worker.</summary>
    internal void KillWorker(string workerId)
    {
        var ids = Directory.EnumerateDirectories($"/proc/{up!.Id}/task")
            .SelectMany(task => File.ReadAllText($"{task}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));
        var worker = ids.Single(id => File.ReadAllText($"/proc/{id}/environ")
            .Split('\0').Contains($"Worker__Id={workerId}"));
        Process.GetProcessById(worker).Kill();
    }
}
