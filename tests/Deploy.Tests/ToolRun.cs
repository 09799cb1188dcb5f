using System.Diagnostics;
using RenderFarm.Tidy.Tests;

namespace RenderFarm.Deploy.Tests;

/// <summary>A tool of the tree that has run to its end.</summary>
/// <param name="ExitCode">0 where all was well.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program in the root of the tree.</summary>
    public static Task<ToolRun> EndAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        EndInAsync(Tree.Root, program, arguments, cancellationToken);

    /// <summary>Runs a program in a folder.</summary>
    public static async Task<ToolRun> EndInAsync(
        string folder,
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
