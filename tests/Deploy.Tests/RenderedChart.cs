using System.Text.Json.Nodes;
using RenderFarm.Tidy.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(RenderFarm.Deploy.Tests.RenderedChart))]

namespace RenderFarm.Deploy.Tests;

/// <summary>
/// The chart as helm renders it for each file of <c>helm/check/values</c>, rendered and checked
/// once for all tests.
/// </summary>
public sealed class RenderedChart : IAsyncLifetime
{
    /// <summary>The script that renders and checks.</summary>
    public static readonly string Script = Path.Combine(Tree.Root, "helm/check/run");

    private readonly string folder = Directory.CreateTempSubdirectory("renderfarm-").FullName;
    private Dictionary<string, IReadOnlyList<JsonNode>> sets = [];

    /// <summary>The names of the sets of values, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Tree.Under("helm/check/values/", ".yaml").Select(Path.GetFileNameWithoutExtension)
            .OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>What the check said of all sets.</summary>
    public string Verdict { get; private set; } = "";

    /// <summary>0 where no object has a fault.</summary>
    public int ExitCode { get; private set; } = -1;

    /// <summary>The objects of one set.</summary>
    public IReadOnlyList<JsonNode> this[string name] => sets[name];

    /// <summary>The objects of one kind in one set.</summary>
    public IEnumerable<JsonNode> Of(string name, string kind) =>
        this[name].Where(one => one.Text("kind") == kind);

    /// <summary>The one object of a kind in a set whose name ends so.</summary>
    public JsonNode The(string name, string kind, string ending) =>
        Assert.Single(Of(name, kind), one =>
            one.Text("metadata.name").EndsWith(ending, StringComparison.Ordinal));

    /// <summary>What makes pods, of all sets, each with the name of its set.</summary>
    public IEnumerable<(string Set, JsonNode Workload)> Workloads() =>
        from name in Names
        from one in this[name]
        where one.Text("kind") is "Deployment" or "StatefulSet"
        select (name, one);

    /// <summary>One set as text, as helm writes it.</summary>
    public string Text(string name) => File.ReadAllText(Path.Combine(folder, name + ".yaml"));

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var run = await ToolRun.EndAsync(
            Script, ["--out", folder], TestContext.Current.CancellationToken);
        (ExitCode, Verdict) = (run.ExitCode, run.Output + run.Errors);
        sets = Names.ToDictionary(name => name, Read);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private IReadOnlyList<JsonNode> Read(string name)
    {
        var file = Path.Combine(folder, name + ".json");
        Assert.True(File.Exists(file), Verdict);
        return [.. JsonNode.Parse(File.ReadAllText(file))!.AsArray().OfType<JsonNode>()];
    }
}
