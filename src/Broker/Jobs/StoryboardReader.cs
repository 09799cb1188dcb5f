using System.Text;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Jobs;

/// <summary>Turns a script, in any of its forms, into a storyboard.</summary>
public static class StoryboardReader
{
    /// <summary>Reads a script with the limits that hold by default.</summary>
    public static StoryboardReading Read(Script script) => Read(script, new JobReaderOptions());

    /// <summary>Reads a script. Never throws for what the script says.</summary>
    public static StoryboardReading Read(Script script, JobReaderOptions limits)
    {
        var faults = new FaultList(limits.MaxFaults);
        return Clean(script.Text, limits, faults) is { } text
            ? ReadText(script.Format, text, limits, faults)
            : new StoryboardReading(null, faults.All);
    }

    /// <summary>
    /// Reads a script file: <c>.json</c>, <c>.fountain</c> or <c>.spmd</c>, and <c>.txt</c> or
    /// <c>.md</c>. Never throws for what the file says.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<StoryboardReading> ReadFileAsync(
        string path, CancellationToken cancellationToken)
    {
        var limits = new JobReaderOptions();
        var faults = new FaultList(limits.MaxFaults);
        if (FormatOf(path) is not { } format)
        {
            faults.Error(
                "unknown-format",
                "$",
                $"'{Path.GetExtension(path)}' is no script. Known: .json, .fountain, .txt.");
            return new StoryboardReading(null, faults.All);
        }

        // One byte more than allowed is enough to know that the file is too large.
        var buffer = new byte[limits.MaxScriptBytes + 1];
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            var count = await file.ReadAtLeastAsync(
                buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return Decode(buffer.AsSpan(0, count), faults) is { } text
                ? Read(new Script { Format = format, Text = text }, limits)
                : new StoryboardReading(null, faults.All);
        }
    }

    /// <summary>The form that a file's name promises, or null when it promises none.</summary>
    public static ScriptFormat? FormatOf(string path) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".json" => ScriptFormat.Json,
            ".fountain" or ".spmd" => ScriptFormat.Fountain,
            ".txt" or ".md" => ScriptFormat.Text,
            _ => null,
        };

    private static StoryboardReading ReadText(
        ScriptFormat format, string text, JobReaderOptions limits, FaultList faults)
    {
        return format switch
        {
            ScriptFormat.Json => JsonStoryboard.Read(text, faults),
            ScriptFormat.Fountain => FountainStoryboard.Read(text, limits, faults),
            ScriptFormat.Text => PlainStoryboard.Read(text, limits, faults),
            _ => Unknown(format, faults),
        };
    }

    private static StoryboardReading Unknown(ScriptFormat format, FaultList faults)
    {
        faults.Error(
            "unknown-format", "$", $"{(int)format} is no form of a script.");
        return new StoryboardReading(null, faults.All);
    }

    /// <summary>
    /// The text without byte order mark and with plain line ends; null if unusable.
    /// </summary>
    private static string? Clean(string text, JobReaderOptions limits, FaultList faults)
    {
        if (text.Length > limits.MaxScriptBytes
            || Encoding.UTF8.GetByteCount(text) > limits.MaxScriptBytes)
        {
            faults.Error(
                "script-too-large",
                "$",
                $"A script has at most {limits.MaxScriptBytes} bytes; this one has more.");
            return null;
        }

        if (text.StartsWith('\uFEFF'))
        {
            faults.Fixed("byte-order-mark", "line 1", "The byte order mark was skipped.");
            text = text[1..];
        }

        if (text.Contains('\r', StringComparison.Ordinal))
        {
            faults.Fixed("line-ends", "line 1", "Carriage returns were read as line ends.");
            text = text.ReplaceLineEndings("\n");
        }

        return IsReadable(text, faults) ? text : null;
    }

    private static bool IsReadable(string text, FaultList faults)
    {
        var bad = TextRules.FirstBadCharacter(text, allowLines: true);
        if (bad < 0)
        {
            return true;
        }

        var line = 1 + text.AsSpan(0, bad).Count('\n');
        faults.Error("bad-character", $"line {line}", TextRules.Describe(text[bad]));
        return false;
    }

    private static string? Decode(ReadOnlySpan<byte> bytes, FaultList faults)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            var line = 1 + bytes[..Math.Clamp(fault.Index, 0, bytes.Length)].Count((byte)'\n');
            faults.Error("not-utf8", $"line {line}", "A script is UTF-8; here are other bytes.");
            return null;
        }
    }
}
