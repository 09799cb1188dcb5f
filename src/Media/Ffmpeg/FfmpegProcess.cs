using System.ComponentModel;
using System.Diagnostics;

namespace RenderFarm.Media.Ffmpeg;

/// <summary>
/// One run of ffmpeg: arguments as a list (there is no shell), pipes that cannot deadlock, and an
/// end in every case. Canceling or hanging kills it; disposing waits until it is gone.
/// </summary>
internal sealed class FfmpegProcess : IAsyncDisposable
{
    /// <summary>How long ffmpeg may neither read, write nor report: then it hangs.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private const int ErrorLength = 2000;

    private readonly Process process;
    private readonly string command;
    private readonly TimeSpan silence;
    private readonly CancellationToken canceled;
    private readonly CancellationTokenSource stalled;
    private readonly CancellationTokenRegistration[] killers;
    private readonly Task<string> errorLines;
    private int waits;
    private bool disposed;

    private FfmpegProcess(
        Process process, string command, TimeSpan silence, TimeProvider time,
        CancellationToken cancellationToken)
    {
        this.process = process;
        this.command = command;
        this.silence = silence;
        canceled = cancellationToken;
        stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        errorLines = ReadErrorsAsync(process.StandardError);
        // Killing is what unblocks a pending read (it sees the end) or write (the pipe breaks).
        killers = [canceled.Register(Kill), stalled.Token.Register(Kill)];
    }

    /// <summary>The process id, for tests.</summary>
    public int Id => process.Id;

    /// <summary>Starts ffmpeg with its common options before the given ones.</summary>
    public static FfmpegProcess Start(
        IEnumerable<string> arguments, string? folder, TimeProvider time,
        CancellationToken cancellationToken) =>
        Start(
            FfmpegTool.FindLocation(),
            ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y", .. arguments],
            folder, LongestSilence, time, cancellationToken);

    /// <summary>Starts a program.</summary>
    public static FfmpegProcess Start(
        string program, IReadOnlyList<string> arguments, string? folder, TimeSpan silence,
        TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        // This variable makes ffmpeg write a log file of its own, with every argument in it.
        start.Environment.Remove("FFREPORT");
        start.Environment["AV_LOG_FORCE_NOCOLOR"] = "1";
        var process = Process.Start(start)
            ?? throw new InvalidOperationException($"{program} did not start");
        return new FfmpegProcess(
            process, Describe(program, arguments), silence, time, cancellationToken);
    }

    /// <summary>Runs ffmpeg without pipes and gives the number of frames it reports.</summary>
    public static async Task<int> RunAsync(
        IEnumerable<string> arguments, string? folder, Action<int>? onFrames, TimeProvider time,
        CancellationToken cancellationToken)
    {
        await using var ffmpeg = Start(
            ["-progress", "pipe:1", .. arguments], folder, time, cancellationToken);
        var frameCount = 0;
        while (await ffmpeg.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("frame=", StringComparison.Ordinal)
                && int.TryParse(line.AsSpan("frame=".Length), out frameCount))
            {
                onFrames?.Invoke(frameCount);
            }
        }

        await ffmpeg.FinishAsync();
        return frameCount;
    }

    /// <summary>Writes to standard input.</summary>
    /// <exception cref="FfmpegException">It ended before it had read everything.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await WaitAsync(() =>
                process.StandardInput.BaseStream.WriteAsync(bytes, CancellationToken.None)
                    .AsTask());
        }
        catch (IOException)
        {
            await FinishAsync();
            throw await FailureAsync(process.ExitCode, "ended before it had read its input");
        }
    }

    /// <summary>Reads from standard output until the buffer is full or the output ends.</summary>
    /// <returns>How many bytes were read.</returns>
    public Task<int> ReadAsync(Memory<byte> buffer) => WaitAsync(() =>
        process.StandardOutput.BaseStream.ReadAtLeastAsync(
            buffer, buffer.Length, throwOnEndOfStream: false, CancellationToken.None).AsTask());

    /// <summary>Reads a line of standard output; null at its end.</summary>
    public Task<string?> ReadLineAsync() => WaitAsync(() =>
        process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask());

    /// <summary>Ends the input and waits for the end.</summary>
    /// <exception cref="FfmpegException">The exit code was not 0.</exception>
    public async Task FinishAsync()
    {
        CloseInput();
        await WaitAsync(() => process.WaitForExitAsync(CancellationToken.None));
        if (process.ExitCode != 0)
        {
            throw await FailureAsync(process.ExitCode, $"failed with exit code {process.ExitCode}");
        }
    }

    /// <summary>Ends the input.</summary>
    public void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already; its exit code says why.
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        foreach (var killer in killers)
        {
            await killer.DisposeAsync();
        }

        Kill();
        CloseInput();
        await process.WaitForExitAsync(CancellationToken.None);
        await errorLines;
        process.Dispose();
        stalled.Dispose();
    }

    private async Task WaitAsync(Func<Task> wait) => await WaitAsync(async () =>
    {
        await wait();
        return true;
    });

    private async Task<T> WaitAsync<T>(Func<Task<T>> wait)
    {
        Interlocked.Increment(ref waits);
        stalled.CancelAfter(silence);
        try
        {
            var result = await wait();
            await ThrowIfStoppedAsync();
            return result;
        }
        catch (IOException)
        {
            await ThrowIfStoppedAsync();
            throw;
        }
        finally
        {
            // Time in which nobody waits for ffmpeg, as while a frame is rendered, does not count.
            var last = Interlocked.Decrement(ref waits) == 0;
            stalled.CancelAfter(last ? Timeout.InfiniteTimeSpan : silence);
        }
    }

    private async Task ThrowIfStoppedAsync()
    {
        canceled.ThrowIfCancellationRequested();
        if (stalled.IsCancellationRequested)
        {
            throw await FailureAsync(
                null, $"made no progress for {silence.TotalSeconds:0} s and was killed");
        }
    }

    private async Task<FfmpegException> FailureAsync(int? exitCode, string what) =>
        new(command, exitCode, what, await errorLines);

    private void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (Exception problem) when (problem is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself in the meantime.
        }
    }

    private static async Task<string> ReadErrorsAsync(StreamReader errors)
    {
        var last = "";
        var block = new char[ErrorLength];
        while (await errors.ReadAsync(block.AsMemory()) is > 0 and var length)
        {
            last += new string(block, 0, length);
            last = last[^Math.Min(last.Length, ErrorLength)..];
        }

        return last.Trim();
    }

    private static string Describe(string program, IReadOnlyList<string> arguments)
    {
        var command = string.Join(' ', arguments.Select((argument, index) =>
            index > 0 && arguments[index - 1] == "-metadata"
                ? argument.Split('=')[0] + "=..."
                : argument).Prepend(program));
        return command.Length <= ErrorLength ? command : command[..ErrorLength] + "...";
    }
}
