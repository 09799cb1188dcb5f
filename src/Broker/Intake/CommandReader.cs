using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// Reads commands as plain JSON. Strict: what is not plainly a command is a fault.
/// </summary>
internal static class CommandReader
{
    private const string Known = "SubmitJob, CancelJob, PauseJob, ResumeJob or GetJob";

    /// <summary>Reads one command.</summary>
    /// <param name="type">Its type, or null when the JSON says it in <c>"command"</c>.</param>
    /// <param name="body">UTF-8 JSON.</param>
    public static CommandReading Read(string? type, ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(
                body, new JsonDocumentOptions { MaxDepth = FarmJson.MaxDepth });
        }
        catch (JsonException fault)
        {
            return new CommandReading(null, Malformed(body, fault), null);
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Refuse(
                    "command-malformed", "$", "a command is a JSON object, and this is none", null);
            }

            var jobId = Text(root, "jobId");
            return (type ?? Text(root, "command")) switch
            {
                nameof(SubmitJob) => Read<SubmitJob>(document, jobId),
                nameof(CancelJob) => Read<CancelJob>(document, jobId),
                nameof(PauseJob) => Read<PauseJob>(document, jobId),
                nameof(ResumeJob) => Read<ResumeJob>(document, jobId),
                nameof(GetJob) => Read<GetJob>(document, jobId),
                null => Refuse(
                    "command-unknown",
                    "$.command",
                    $"the message's type, or \"command\", must be {Known}; there is neither",
                    jobId),
                var other => Refuse(
                    "command-unknown",
                    "$.command",
                    $"expected {Known}, found '{Shorten(other)}'",
                    jobId),
            };
        }
    }

    /// <summary>A fault that is no fault of a storyboard.</summary>
    public static Fault Fault(string code, string place, string message) => new()
    {
        Severity = FaultSeverity.Error,
        Code = code,
        Place = place,
        Message = message,
    };

    private static CommandReading Read<T>(JsonDocument document, string? jobId)
        where T : class
    {
        try
        {
            var command = document.Deserialize<T>(FarmJson.Options);
            return new CommandReading(command, null, jobId);
        }
        catch (JsonException fault)
        {
            return Refuse("command-field", fault.Path ?? "$", Explain<T>(fault), jobId);
        }
    }

    private static CommandReading Refuse(
        string code, string place, string message, string? jobId) =>
        new(null, Fault(code, place, message), jobId);

    private static Fault Malformed(ReadOnlyMemory<byte> body, JsonException fault)
    {
        var line = $"line {(fault.LineNumber ?? 0) + 1}";
        return IsTooDeep(body)
            ? Fault(
                "command-too-deep",
                line,
                $"JSON may nest {FarmJson.MaxDepth} deep, and this is deeper")
            : Fault("command-malformed", line, $"this is not JSON: {Sentence(fault.Message)}");
    }

    /// <summary>Whether what stopped the parser was depth, and not form.</summary>
    private static bool IsTooDeep(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(
            body.Span, new JsonReaderOptions { MaxDepth = FarmJson.MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= FarmJson.MaxDepth
                    && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return false;
    }

    /// <summary>What the parser says, without names of our own types.</summary>
    private static string Explain<T>(JsonException fault)
    {
        const string Missing = "including: ";
        var missing = fault.Message.IndexOf(Missing, StringComparison.Ordinal);
        if (missing >= 0)
        {
            return $"{typeof(T).Name} lacks {fault.Message[(missing + Missing.Length)..]}";
        }

        var isOurs = !fault.Message.Contains("RenderFarm.", StringComparison.Ordinal)
            && !fault.Message.Contains("System.", StringComparison.Ordinal);
        return isOurs
            ? Sentence(fault.Message)
            : $"{typeof(T).Name} has a value of another kind here, or one that is not known";
    }

    private static string Sentence(string message)
    {
        var path = message.IndexOf(" Path: ", StringComparison.Ordinal);
        var line = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        var end = path >= 0 ? path : line >= 0 ? line : message.Length;
        return message[..end];
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64];
}
