namespace RenderFarm.Media;

/// <summary>ffmpeg could not do what it was asked: what was run and what it said.</summary>
/// <remarks>
/// A file that is not what it should be is an <see cref="InvalidDataException"/> instead: trying
/// again cannot help there.
/// </remarks>
public sealed class FfmpegException : Exception
{
    internal FfmpegException(string command, int? exitCode, string what, string errorLines)
        : base($"ffmpeg {what}{(errorLines.Length == 0 ? "" : ": " + errorLines)} [{command}]")
    {
        Command = command;
        ExitCode = exitCode;
        ErrorLines = errorLines;
    }

    /// <summary>The command, without the values of metadata (which people write).</summary>
    public string Command { get; }

    /// <summary>The exit code; null when it hung and was killed.</summary>
    public int? ExitCode { get; }

    /// <summary>The last lines of its standard error.</summary>
    public string ErrorLines { get; }
}
