using System.Text.Json;
using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

public sealed class BadCorpusTests
{
    private sealed record Expectation(string File, string Code, string Place);

    private static IReadOnlyList<Expectation> Expectations { get; } =
        JsonSerializer.Deserialize<List<Expectation>>(
            File.ReadAllText(Path.Combine(Desk.BadFolder, "expectations.json")),
            JsonSerializerOptions.Web)!;

    public static TheoryData<string> Files() =>
        [.. Expectations.Select(expectation => expectation.File).Distinct()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task ReadFile_BadInput_EveryFaultHasItsCodeAndPlace(string file)
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.ReadFileAsync(Path.Combine(Desk.BadFolder, file));

        var expected = Expectations
            .Where(expectation => expectation.File == file)
            .Select(expectation => $"{expectation.Code} at {expectation.Place}");
        var found = reading.Faults.Select(fault => $"{fault.Code} at {fault.Place}");
        Assert.Equal(expected.Order(), found.Order());
        Assert.Equal(
            reading.Spec is null,
            reading.Faults.Any(fault => fault.Severity == FaultSeverity.Error));
    }

    [Fact]
    public void Corpus_EveryFile_IsExpected()
    {
        var files = Directory.EnumerateFiles(Desk.BadFolder)
            .Select(path => Path.GetFileName(path))
            .Where(name => name != "expectations.json");

        Assert.Equal(
            files.Order(), Expectations.Select(expectation => expectation.File).Distinct().Order());
        Assert.True(Expectations.Count >= 45);
    }

    [Fact]
    public void StoryboardGuide_EveryCodeOfTheCorpus_IsExplained()
    {
        var guide = File.ReadAllText(Path.Combine(Desk.Root, "docs", "storyboard.md"));

        Assert.All(
            Expectations.Select(expectation => expectation.Code).Distinct(),
            code => Assert.Contains($"`{code}`", guide, StringComparison.Ordinal));
    }
}
