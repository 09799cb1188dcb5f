using System.Diagnostics;
using System.Text;

namespace RenderFarm.Farm.Tests.Cli;

/// <summary>The renderfarm command as a process of its own, as a user runs it.</summary>
internal sealed class CommandRun : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> awaited = [];
    private readonly Lock gate = new();

    private CommandRun(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Note(output, line.Data);
        process.ErrorDataReceived += (_, line) => Note(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it wrote to standard output so far.</summary>
    public string Output { get { lock (gate) { return output.ToString(); } } }

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors { get { lock (gate) { return errors.ToString(); } } }

    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    public static CommandRun Start(string folder, params string[] arguments) =>
        Start(folder, new Dictionary<string, string>(), arguments);

    /// <summary>Starts it with some environment of its own.</summary>
    public static CommandRun Start(
        string folder, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "renderfarm.dll") },
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new CommandRun(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<CommandRun> EndAsync(string folder, params string[] arguments)
    {
        var run = Start(folder, arguments);
        await run.WaitAsync();
        return run;
    }

    public async Task WaitAsync()
    {
        using var timeout = new CancellationTokenSource(Longest);
        await process.WaitForExitAsync(timeout.Token);
        process.WaitForExit();
    }

    /// <summary>Waits until a text has appeared on standard output.</summary>
    public Task SeesAsync(string text)
    {
        lock (gate)
        {
            if (output.ToString().Contains(text, StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            awaited.Add((text, seen));
            return seen.Task.WaitAsync(Longest);
        }
    }

    /// <summary>kill -9: nothing gets to run afterwards.</summary>
    public void Kill() => process.Kill();

    /// <summary>Sends a signal by its name, as in <c>INT</c>.</summary>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{Id}"])!.WaitForExit();

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Note(StringBuilder to, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (gate)
        {
            to.AppendLine(line);
            foreach (var (text, seen) in awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    seen.TrySetResult();
                }
            }
        }
    }
}
