using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RenderFarm.Cli.Local;
using Xunit;

namespace RenderFarm.Farm.Tests.Cli;

/// <summary>
/// What cannot be rendered ends with exit code 2 and a reason, never a stack trace.
/// </summary>
public sealed class BadInputTests
{
    private const int EachCount = 4;

    [Theory]
    [InlineData("file-not-found", "render", "nothing.json")]
    [InlineData("file-not-found", "render", ".")]
    [InlineData("no-film", "render")]
    [InlineData("no-film", "render", "a.txt", "--prompt", "b")]
    [InlineData("--device", "render", "--prompt", "a", "--device", "tpu")]
    [InlineData("Unrecognized command", "reander", "a.txt")]
    [InlineData("no farm is known", "status", "some-job")]
    [InlineData("models/none", "models", "inspect", "models/none")]
    public async Task Command_ThatCannotBeMeant_SaysWhy(string reason, params string[] arguments)
    {
        using var folder = new WorkFolder();

        using var run = await CommandRun.EndAsync(folder.Path, arguments);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(reason, run.Output + run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output + run.Errors, StringComparison.Ordinal);
    }

    // BadCorpusTests reads every file; this is what a user sees of some of each format.
    [Fact]
    public async Task Render_BadStoryboardsOfEachFormat_EndsWith2AndItsReason()
    {
        var corpus = InstallFolder.Find("tests/Broker.Tests/Jobs/Bad");
        var expectations = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(corpus, "expectations.json")))!.AsArray()
            .Select(e => (File: (string)e!["file"]!, Code: (string)e["code"]!))
            .GroupBy(e => e.File, e => e.Code)
            .GroupBy(file => Path.GetExtension(file.Key))
            .SelectMany(format => format.Take(EachCount));
        using var folder = new WorkFolder();
        var wrong = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(
            expectations,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (file, _) =>
            {
                using var run = CommandRun.Start(folder.Path,
                    "render", Path.Combine(corpus, file.Key), "--store", folder.At(file.Key));
                var ends = run.WaitAsync();

                // A corpus file may hold nothing worse than a warning; its film need not be made.
                var isAccepted = await Task.WhenAny(ends, run.SeesAsync("job local-")) != ends;
                if (isAccepted)
                {
                    run.Signal("INT");
                    await ends;
                }

                var said = run.Output + run.Errors;
                if ((!isAccepted && run.ExitCode != 2)
                    || said.Contains("   at ", StringComparison.Ordinal)
                    || file.Any(code => !said.Contains($"[{code}]", StringComparison.Ordinal)))
                {
                    wrong.Enqueue($"{file.Key}: {said}");
                }
            });

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong));
    }
}
