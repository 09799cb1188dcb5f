using System.Diagnostics;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// A worker, or another service, as a farm runs it: a process of its own, which can be killed.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly ScratchFolder folder = new();
    private readonly LineLog log = new();
    private readonly Process process;

    /// <param name="settings">As in <c>Worker__Id</c>; PATH may be among them.</param>
    /// <param name="service">Which service.</param>
    public WorkerProcess(
        IEnumerable<KeyValuePair<string, string>> settings, string service = "Worker")
    {
        var program = Path.Combine(AppContext.BaseDirectory, $"RenderFarm.{service}.dll");
        var start = new ProcessStartInfo("dotnet", [program])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Worker__Device"] = "cpu";
        start.Environment["Worker__ScratchFolder"] = folder["scratch"];
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += Note;
        process.ErrorDataReceived += Note;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', log.Lines);

    /// <summary>kill -9: nothing gets to run afterwards.</summary>
    public void Kill() => process.Kill();

    /// <summary>SIGTERM, as Kubernetes sends it.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", $"{process.Id}"])!.WaitForExit();

    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Longest);
        await process.WaitForExitAsync(limit.Token);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>The step after which it took up a shot; null where it began one anew.</summary>
    public int? ResumedStep()
    {
        var line = log.Lines.LastOrDefault(
            line => line.Contains("Resumed job", StringComparison.Ordinal));
        var words = line?.Split(' ');
        return words is null ? null : int.Parse(words[Array.IndexOf(words, "step") + 1], null);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
        log.Dispose();
        folder.Dispose();
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            log.Lines.Enqueue(line.Data);
        }
    }
}
