using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Cli.Display;

/// <summary>One JSON object a line, each with its <c>event</c>; for machines.</summary>
internal sealed class JsonDisplay(TextWriter output) : IFilmDisplay
{
    /// <inheritdoc />
    public void Faults(IReadOnlyList<Fault> found)
    {
        foreach (var fault in found)
        {
            Write("Fault", fault);
        }
    }

    /// <inheritdoc />
    public void Accepted(JobAccepted accepted, JobSnapshot snapshot) =>
        Write(nameof(JobAccepted), accepted);

    /// <inheritdoc />
    public void Event(FarmEvent farmEvent, object? message)
    {
        var body = JsonNode.Parse(Encoding.UTF8.GetString(farmEvent.Body.Span))!.AsObject();
        Write(farmEvent.Type, body);
    }

    /// <inheritdoc />
    public void Fetched(JobCompleted completed, string reelPath) =>
        Write("FilmFetched", new { completed.JobId, reelPath });

    /// <inheritdoc />
    public void Say(string sentence) => Write("Note", new { text = sentence });

    /// <inheritdoc />
    public Task<int> RunAsync(Func<Task<int>> work) => work();

    private void Write<T>(string name, T value)
    {
        var body = JsonSerializer.SerializeToNode(value, FarmJson.Options)!.AsObject();
        body.Insert(0, "event", name);
        output.WriteLine(body.ToJsonString(FarmJson.Options));
        output.Flush();
    }
}
