using System.CommandLine;
using RenderFarm.Cli;
using RenderFarm.Cli.Commands;
using RenderFarm.Cli.Farms;

var root = new RootCommand("""
    RenderFarm renders films from words: a storyboard goes in, its shots are rendered by a
    diffusion model, the finished film comes out.

    Try:  renderfarm render examples/lighthouse.fountain
          renderfarm render --prompt "a lighthouse at dusk, waves, pan left"

    Exit codes: 0 done, 2 bad input, 3 render failed, 130 interrupted.
    """);
root.Subcommands.Add(new RenderCommand().Build());
root.Subcommands.Add(new SubmitCommand().Build());
foreach (var command in new JobCommands().Build())
{
    root.Subcommands.Add(command);
}

root.Subcommands.Add(new UpCommand().Build());
root.Subcommands.Add(new ModelsCommand().Build());

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    // System.CommandLine's own code for this is 1; scripts are promised 2 for bad input.
    await parsed.InvokeAsync();
    return ExitCode.BadInput;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
    });
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
catch (FarmUnreachableException e)
{
    await Console.Error.WriteLineAsync($"error: {e.Message}");
    return ExitCode.RenderFailed;
}
