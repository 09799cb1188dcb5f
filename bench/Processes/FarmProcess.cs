using System.Diagnostics;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>
/// One service as a process of its own, started again whenever it ends, as any cluster would.
/// </summary>
internal sealed class FarmProcess(
    string name,
    string program,
    IReadOnlyDictionary<string, string> environment,
    string logFile,
    Reaper reaper,
    TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource stopping = new();
    private Task keeping = Task.CompletedTask;
    private volatile bool endIsWanted;
    private volatile int processId;
    private volatile Task ended = Task.CompletedTask;

    public string Name => name;

    public string LogFile => logFile;

    /// <summary>How often it ended without being told to.</summary>
    public int OwnEndCount { get; private set; }

    /// <summary>The processor time of the process that runs now.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetProcessById(processId);
            return process.TotalProcessorTime;
        }
    }

    public void Start() => keeping = KeepAsync();

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        endIsWanted = true;
        Signal("KILL");
    }

    /// <summary>SIGSTOP: alive to everybody who looks, and silent.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    /// <summary>SIGTERM: it stops in good order, and is started again.</summary>
    /// <returns>False when it had to be killed.</returns>
    public Task<bool> StopInOrderAsync(CancellationToken cancellationToken) =>
        StopInOrderAsync(LongestStop, cancellationToken);

    /// <summary>SIGTERM, and it is not started again; kill -9 when it takes too long.</summary>
    /// <returns>False when it had to be killed.</returns>
    public async Task<bool> EndInOrderAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        return await StopInOrderAsync(longest, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        endIsWanted = true;
        Signal("KILL");
        await keeping;
        stopping.Dispose();
    }

    private async Task<bool> StopInOrderAsync(
        TimeSpan longest, CancellationToken cancellationToken)
    {
        endIsWanted = true;
        var end = ended;
        Signal("TERM");
        try
        {
            await end.WaitAsync(longest, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            Signal("KILL");
            return false;
        }
    }

    private async Task KeepAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            endIsWanted = false;
            using (var process = Run())
            {
                ended = process.WaitForExitAsync(CancellationToken.None);
                processId = process.Id;
                await ended;
                processId = 0;
            }

            OwnEndCount += endIsWanted ? 0 : 1;
            await Task.Delay(RestartDelay, time, stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Process Run()
    {
        // The log is the shell's to open, so that it needs nobody who reads a pipe.
        var start = new ProcessStartInfo("bash")
        {
            ArgumentList = { "-c", "exec dotnet \"$0\" >> \"$1\" 2>&1 < /dev/null", program },
        };
        start.ArgumentList.Add(logFile);
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        // Code that is measured while it runs pays off in minutes, and here few live that long.
        start.Environment["DOTNET_TieredPGO"] = "0";
        reaper.Mark(start);
        return Process.Start(start)!;
    }

    private void Signal(string signal)
    {
        if (processId is var id and not 0)
        {
            Signals.Send(id, signal);
        }
    }
}
