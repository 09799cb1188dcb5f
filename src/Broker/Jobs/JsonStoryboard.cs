using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>Reads a storyboard document.</summary>
internal static class JsonStoryboard
{
    private static JsonDocumentOptions Strict { get; } = new() { MaxDepth = FarmJson.MaxDepth };

    public static StoryboardReading Read(string text, FaultList faults)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            var shape = new JsonShape(faults);
            var node = shape.Read(document.RootElement, typeof(Storyboard), "$");
            var storyboard = node.Deserialize<Storyboard>(FarmJson.Options);
            return new StoryboardReading(storyboard, faults.All);
        }
        catch (JsonException fault)
        {
            // Only the parser throws here: what the shape lets through fits the contract.
            var line = (fault.LineNumber ?? 0) + 1;
            var message = fault.Message.Split(" LineNumber:")[0];
            faults.Error("json-syntax", $"line {line}", $"This is not JSON: {message}");
            return new StoryboardReading(null, faults.All);
        }
    }
}
