using System.Diagnostics;
using System.Text.Json.Nodes;
using RenderFarm.Cli.Local;
using Xunit;

namespace RenderFarm.Farm.Tests.Cli;

/// <summary>
/// A film on a farm of real processes: RabbitMQ, Redis, S3, Broker, workers, stitcher.
/// </summary>
[Collection<LocalFarmCollection>]
public sealed class FarmTests(LocalFarm farm)
{
    [Fact]
    public async Task Submit_TheSameFilmAsEmbedded_GivesTheSameKeysAndFrames()
    {
        using var folder = new WorkFolder();
        folder.File("film.txt", RenderTests.Film);
        using var embedded = await CommandRun.EndAsync(
            folder.Path, "render", "film.txt", "--out", "embedded");

        using var submitted = await CommandRun.EndAsync(
            folder.Path, "submit", "film.txt", "--wait", "--out", "farm", "--farm", Home);

        Assert.True(submitted.ExitCode == 0, submitted.Output + submitted.Errors + farm.Logs());
        Assert.Equal(
            RenderTests.Report(folder.At("embedded")).Shots.Select(s => s.RenderKey),
            RenderTests.Report(folder.At("farm")).Shots.Select(s => s.RenderKey));
        Assert.Equal(
            RenderTests.FrameDigests(folder.At("embedded", "reel.mp4")),
            RenderTests.FrameDigests(folder.At("farm", "reel.mp4")));
    }

    [Fact]
    public async Task KillNine_OfAWorkerThatRenders_TheFilmArrives()
    {
        using var folder = new WorkFolder();
        folder.File("film.txt", RenderTests.Film
            .Replace("steps 2", "steps 60").Replace("lighthouse", "house"));
        using var submitted = CommandRun.Start(
            folder.Path, "submit", "film.txt", "--wait", "--json", "--farm", Home);
        await submitted.SeesAsync("\"rendering\"");
        var progress = submitted.Output.Split('\n')
            .First(line => line.Contains("\"rendering\"", StringComparison.Ordinal));

        farm.KillWorker((string)JsonNode.Parse(progress)!["workerId"]!);
        await submitted.WaitAsync();

        Assert.True(submitted.ExitCode == 0, submitted.Output + submitted.Errors + farm.Logs());
        Assert.Equal(15, RenderTests.CountFrames(folder.At("films", "film", "reel.mp4")));
    }

    [Fact]
    public async Task Pika_WithNoCodeOfOurs_SubmitsAFilmAndHearsOfItsEnd()
    {
        var script = InstallFolder.Find("examples/python/submit.py");

        var (code, output) = await RunAsync("/usr/bin/python3",
            script,
            farm.Settings["Bus__Url"],
            "a boat on the sea [[shot: 5f, size 160x96, fps 8, steps 2]]");

        Assert.True(code == 0, output + farm.Logs());
        Assert.Contains("JobCompleted", output, StringComparison.Ordinal);
        Assert.True((await File.ReadAllLinesAsync(script)).Length < 30);
    }

    [Fact]
    public async Task RequestClient_OfMassTransit_IsAnswered()
    {
        var program = InstallFolder.Find(
            "artifacts/bin/SubmitFilm/release/RenderFarm.SubmitFilm.dll");

        var (code, output) = await RunAsync("dotnet",
            program,
            farm.Settings["Bus__Url"],
            "hills in fog [[shot: 1f, size 160x96, fps 8, steps 1]]");

        Assert.True(code == 0, output + farm.Logs());
        Assert.Contains("1 shots", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_OfAJobThatRenders_EndsIt()
    {
        using var folder = new WorkFolder();
        // A minute's work at least: the command that cancels it takes seconds to start.
        folder.File("film.txt", RenderTests.Film
            .Replace("steps 2", "steps 100, takes 16").Replace("lighthouse", "train"));
        using var submitted = CommandRun.Start(
            folder.Path, "submit", "film.txt", "--wait", "--json", "--job", "to-cancel",
            "--farm", Home);
        await submitted.SeesAsync("\"rendering\"");

        using var canceled = await CommandRun.EndAsync(
            folder.Path, "cancel", "to-cancel", "--farm", Home);
        await submitted.WaitAsync();

        Assert.True(canceled.ExitCode == 0, canceled.Output + canceled.Errors + farm.Logs());
        Assert.Contains("canceled", canceled.Output, StringComparison.Ordinal);
        Assert.Equal(3, submitted.ExitCode);
    }

    [Fact]
    public async Task Status_OfNoSuchJob_SaysSo()
    {
        using var folder = new WorkFolder();

        using var run = await CommandRun.EndAsync(
            folder.Path, "status", "no-such-job", "--farm", Home);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("no job 'no-such-job'", run.Errors, StringComparison.Ordinal);
    }

    private string Home => farm.Folder.At(".farm", "up");

    private static async Task<(int Code, string Output)> RunAsync(
        string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        return (process.ExitCode, await output + await errors);
    }
}
