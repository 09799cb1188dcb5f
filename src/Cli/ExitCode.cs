namespace RenderFarm.Cli;

/// <summary>What the command's exit code says to a script.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>
    /// The input or the command line cannot be rendered as written; nothing started.
    /// </summary>
    public const int BadInput = 2;

    /// <summary>The render, or the farm that was to do it, failed.</summary>
    public const int RenderFailed = 3;

    /// <summary>Stopped by Ctrl-C; finished shots are kept for the next run.</summary>
    public const int Interrupted = 130;
}
