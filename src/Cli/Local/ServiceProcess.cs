using System.Diagnostics;

namespace RenderFarm.Cli.Local;

/// <summary>
/// One service of a local farm as a process of its own: started again when it dies, until it is
/// told to stop.
/// </summary>
internal sealed class ServiceProcess(
    string name,
    string program,
    IReadOnlyDictionary<string, string> environment,
    string logFile,
    TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource stopping = new();
    private Task? keeping;

    /// <summary>The service's name.</summary>
    public string Name => name;

    /// <summary>Starts it and keeps it running.</summary>
    public void Start(Action<string> say) => keeping = KeepAsync(say);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (keeping is not null)
        {
            await keeping;
        }

        stopping.Dispose();
    }

    private async Task KeepAsync(Action<string> say)
    {
        while (!stopping.IsCancellationRequested)
        {
            var code = await RunOnceAsync();
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            say($"{name} ended with code {code} (see {logFile}); starting it again");
            try
            {
                await Task.Delay(RestartDelay, time, stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<int> RunOnceAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { program },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        await using var file = new StreamWriter(logFile, append: true) { AutoFlush = true };
        var log = TextWriter.Synchronized(file);
        await Task.WhenAll(
            CopyAsync(process.StandardOutput, log),
            CopyAsync(process.StandardError, log),
            WaitAsync(process));
        return process.ExitCode;
    }

    private async Task WaitAsync(Process process)
    {
        try
        {
            await process.WaitForExitAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
        }
    }

    // A service that is asked to stop hands its work back; only one that will not is killed.
    private async Task EndAsync(Process running)
    {
        using var terminate = Process.Start("kill", ["-TERM", $"{running.Id}"]);
        await terminate.WaitForExitAsync(CancellationToken.None);
        using var timeout = new CancellationTokenSource(StopTimeout, time);
        try
        {
            await running.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            running.Kill(entireProcessTree: true);
        }
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            await to.WriteLineAsync(line);
        }
    }
}
