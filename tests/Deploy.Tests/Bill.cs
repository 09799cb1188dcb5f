using System.Text.Json.Nodes;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>What a published program says that it is made of.</summary>
internal static class Bill
{
    /// <summary>The packages, as <c>name/version</c>.</summary>
    public static IReadOnlyList<string> Packages(string folder, string service) =>
        [.. Dependencies(folder, service).Members("libraries")
            .Where(one => one.Value!.Text("type") == "package").Select(one => one.Key)];

    /// <summary>The assemblies that are loaded from the program's folder.</summary>
    public static IReadOnlyList<string> Assemblies(string folder, string service)
    {
        var targets = Dependencies(folder, service).Members("targets").Single().Value!;
        return [.. targets.AsObject()
            .SelectMany(library => library.Value!.Members("runtime"))
            .Select(assembly => Path.GetFileName(assembly.Key))];
    }

    /// <summary>A bill of materials as <c>deploy/sbom</c> writes it.</summary>
    public static async Task<string> WriteAsync(params string[] arguments)
    {
        var run = await ToolRun.EndAsync(
            Path.Combine(Tidy.Tests.Tree.Root, "deploy/sbom"), arguments,
            TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run.Output;
    }

    private static JsonNode Dependencies(string folder, string service) => JsonNode.Parse(
        File.ReadAllText(Path.Combine(folder, $"RenderFarm.{service}.deps.json")))!;
}
