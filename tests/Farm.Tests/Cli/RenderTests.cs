using System.Diagnostics;
using System.Text.Json;
using RenderFarm.Cli.Local;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Diffusion;
using RenderFarm.Worker;
using Xunit;

namespace RenderFarm.Farm.Tests.Cli;

/// <summary>renderfarm render: a film on this machine, with the real model and ffmpeg.</summary>
public sealed class RenderTests
{
    // Five frames of the model's own size and rate and two steps a shot: the real network, as
    // little of it as there can be.
    internal const string Film = """
        [[film: length 5f, size 160x96, fps 8, steps 2]]

        A lighthouse on the coast at dusk.

        A red balloon over green hills at noon.

        A city at night in the rain.
        """;

    [Fact]
    public async Task Render_ThreeParagraphs_MakesAFilmOfThreeShots()
    {
        using var folder = new WorkFolder();
        folder.File("film.txt", Film);

        using var run = await CommandRun.EndAsync(folder.Path, "render", "film.txt");

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Equal(15, CountFrames(folder.At("films", "film", "reel.mp4")));
        Assert.True(File.Exists(folder.At("films", "film", "contact-sheet.jpg")));
        Assert.True(File.Exists(folder.At("films", "film", "timeline.otio")));
        var report = Report(folder.At("films", "film"));
        Assert.Equal(3, report.Shots.Count);
        Assert.All(report.Shots, shot => Assert.False(shot.Cached));
    }

    [Fact]
    public async Task Render_ShotThatMakesAnotherAnew_MakesBothAndOnlyItAgain()
    {
        const string film = """
            [[film: length 5f, size 160x96, fps 8, steps 4]]

            A lighthouse on the coast at noon.
            [[shot: id day]]

            A lighthouse on the coast at night.
            [[shot: remakes day, strength 0.5]]
            """;
        using var folder = new WorkFolder();
        folder.File("film.txt", film);
        using var first = await CommandRun.EndAsync(folder.Path, "render", "film.txt");
        folder.File("film.txt", film.Replace("strength 0.5", "strength 0.75"));

        using var second = await CommandRun.EndAsync(folder.Path, "render", "film.txt");

        Assert.True(first.ExitCode == 0, first.Output + first.Errors);
        Assert.True(second.ExitCode == 0, second.Output + second.Errors);
        Assert.Equal(10, CountFrames(folder.At("films", "film", "reel.mp4")));
        Assert.Contains("1 shot rendered, 1 was there", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_Again_RendersNothingAndSaysSo()
    {
        using var folder = new WorkFolder();
        folder.File("film.txt", Film);
        using var first = await CommandRun.EndAsync(folder.Path, "render", "film.txt");

        using var second = await CommandRun.EndAsync(folder.Path, "render", "film.txt");

        Assert.True(second.ExitCode == 0, second.Output + second.Errors);
        Assert.Contains("nothing to render", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_OneLineEdited_RendersOneShot()
    {
        using var folder = new WorkFolder();
        folder.File("film.txt", Film);
        using var first = await CommandRun.EndAsync(folder.Path, "render", "film.txt");
        folder.File("film.txt", Film.Replace("red balloon", "blue balloon"));

        using var second = await CommandRun.EndAsync(folder.Path, "render", "film.txt");

        Assert.True(second.ExitCode == 0, second.Output + second.Errors);
        Assert.Contains("1 shot rendered, 2 were there", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_KilledAfterItsFirstShot_KeepsThatShot()
    {
        using var folder = new WorkFolder();
        folder.File("film.txt", Film);
        using var killed = CommandRun.Start(folder.Path, "render", "film.txt", "--json");
        await killed.SeesAsync("\"ShotRendered\"");
        killed.Kill();
        await killed.WaitAsync();

        using var second = await CommandRun.EndAsync(folder.Path, "render", "film.txt");

        Assert.True(second.ExitCode == 0, second.Output + second.Errors);
        Assert.Matches("[12] shots? rendered, [12] (was|were) there", second.Output);
    }

    [Fact]
    public async Task Render_Interrupted_StopsWith130AndKeepsFinishedShots()
    {
        using var folder = new WorkFolder();
        folder.File("film.txt", Film.Replace("steps 2", "steps 60"));
        using var run = CommandRun.Start(folder.Path, "render", "film.txt", "--json");
        await run.SeesAsync("\"ShotRendered\"");

        run.Signal("INT");
        await run.WaitAsync();

        Assert.Equal(130, run.ExitCode);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        using var second = await CommandRun.EndAsync(
            folder.Path, "render", "film.txt");
        Assert.Matches("[12] shots? rendered, [12] (was|were) there", second.Output);
    }

    [Fact]
    public async Task Render_PromptAlone_MakesOneShot()
    {
        using var folder = new WorkFolder();

        using var run = await CommandRun.EndAsync(
            folder.Path,
            "render",
            "--prompt",
            "the sea at night [[shot: 5f, size 160x96, fps 8, steps 2]]");

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Equal(5, CountFrames(folder.At("films", "prompt", "reel.mp4")));
    }

    [Fact]
    public async Task Render_Draft_TakesNoFinishedFilmsPlace()
    {
        using var folder = new WorkFolder();
        folder.File("film.txt", Film);

        using var run = await CommandRun.EndAsync(folder.Path, "render", "film.txt", "--draft");

        // Without draft steps the model says so, and renders in full.
        var hasDrafts = !run.Errors.Contains("[no-draft]", StringComparison.Ordinal);
        var model = ModelRegistrar.Describe(ModelPackage.Open(InstallFolder.Flipbook));
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Equal(model.DraftStepCount > 0, hasDrafts);
        Assert.Equal(15, CountFrames(folder.At("films", "film-draft", "reel.mp4")));
        Assert.False(Directory.Exists(folder.At("films", "film")));
    }

    internal static JobReport Report(string folder) =>
        JsonSerializer.Deserialize<JobReport>(
            File.ReadAllText(Path.Combine(folder, "report.json")), FarmJson.Options)!;

    internal static int CountFrames(string path) => int.Parse(Run("ffprobe",
        "-v", "error", "-select_streams", "v:0", "-count_frames",
        "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", path).Trim().TrimEnd(','));

    /// <summary>A digest of every decoded frame.</summary>
    internal static string FrameDigests(string path) => Run("ffmpeg",
        "-v", "error", "-i", path, "-map", "0:v:0", "-f", "framemd5", "-");

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
