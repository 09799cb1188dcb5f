using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Planning;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

/// <summary>A job reader over a folder that holds the Flipbook model's manifest.</summary>
internal sealed class Desk : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("renderfarm-desk-").FullName;
    private readonly ServiceProvider services;

    private Desk(JobReaderOptions options)
    {
        var settings = new Dictionary<string, string?> { ["Storage:Folder"] = folder };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        services = new ServiceCollection().AddLogging().AddStorage(configuration)
            .BuildServiceProvider();
        Store = services.GetRequiredService<IObjectStore>();
        Reader = new JobReader(Store, Time, Options.Create(options));
    }

    public static string Root { get; } = Path.GetFullPath(
        Path.Combine(SourceFolder(), "..", "..", ".."));

    public static string BadFolder { get; } = Path.Combine(SourceFolder(), "Bad");

    public static string Examples { get; } = Path.Combine(Root, "examples");

    /// <summary>
    /// The manifest that the Flipbook package ships, with the task that its family adds to it.
    /// </summary>
    public static ModelManifest Flipbook { get; } = ReadFlipbook();

    public StillClock Time { get; } = new();

    public IObjectStore Store { get; }

    public JobReader Reader { get; }

    /// <summary>Flipbook by itself: no upscaler, no interpolator, no scorer, no drafts.</summary>
    public static ModelManifest Bare { get; } = Flipbook with
    {
        Upscale = 1,
        Interpolation = 1,
        ScoresTakes = false,
        DraftStepCount = 0,
    };

    /// <summary>Flipbook with all that a model can bring along.</summary>
    public static ModelManifest Accompanied { get; } = Flipbook with
    {
        Tasks = [.. Flipbook.Tasks.Union(["loop", "extend"])],
        Upscale = 4,
        Interpolation = 2,
        ScoresTakes = true,
        DraftStepCount = 4,
    };

    /// <summary>Opens a desk whose farm has one model, Flipbook as it is shipped.</summary>
    public static Task<Desk> OpenAsync(JobReaderOptions? options = null) =>
        OpenAsync(Flipbook, options);

    /// <summary>Opens a desk whose farm has one model.</summary>
    public static async Task<Desk> OpenAsync(ModelManifest model, JobReaderOptions? options = null)
    {
        var desk = new Desk(options ?? new());
        await desk.AddModelAsync(model);
        return desk;
    }

    public Task<bool> AddModelAsync(ModelManifest model) => Store.PutIfAbsentAsync(
        ObjectKeys.ModelManifest(model.Name),
        JsonSerializer.SerializeToUtf8Bytes(model, FarmJson.Options),
        "application/json",
        default);

    public Task<JobReading> ReadAsync(Storyboard storyboard) =>
        Reader.ReadAsync(new SubmitJob { Storyboard = storyboard }, default);

    public Task<JobReading> ReadAsync(ScriptFormat format, string text) =>
        Reader.ReadAsync(
            new SubmitJob { Script = new Script { Format = format, Text = text } }, default);

    /// <summary>Reads a file as a client does: with the images and the sound beside it.</summary>
    public async Task<JobReading> ReadFileAsync(string path)
    {
        var reading = await StoryboardReader.ReadFileAsync(path, default);
        var stored = await InputFiles.StoreAsync(
            reading, Path.GetDirectoryName(path)!, Store, "studio", default);
        return await Reader.ReadAsync(
            new SubmitJob { Storyboard = stored.Storyboard }, stored, default);
    }

    /// <summary>The spec of a film that has to be sound.</summary>
    public async Task<JobSpec> PlanAsync(Storyboard storyboard) =>
        Spec(await ReadAsync(storyboard));

    /// <summary>The spec of a film that has to be sound.</summary>
    public async Task<JobSpec> PlanAsync(ScriptFormat format, string text) =>
        Spec(await ReadAsync(format, text));

    public static JobSpec Spec(JobReading reading)
    {
        Assert.DoesNotContain(reading.Faults, fault => fault.Severity == FaultSeverity.Error);
        Assert.NotNull(reading.Spec);
        return reading.Spec;
    }

    public static Storyboard Film(params string[] prompts) => new()
    {
        Shots = [.. prompts.Select(prompt => new StoryboardShot { Prompt = prompt })],
    };

    public void Dispose()
    {
        services.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static ModelManifest ReadFlipbook()
    {
        var path = Path.Combine(Root, "models", "flipbook", "package", "manifest.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var package = document.RootElement;
        return new ModelManifest
        {
            Name = package.GetProperty("name").GetString()!,
            Digest = new string('f', 64),
            Tasks = [.. Texts("tasks").Union(["video-to-video"])],
            Sizes =
            [
                .. package.GetProperty("sizes").EnumerateArray().Select(size => new FrameSize(
                    size.GetProperty("width").GetInt32(), size.GetProperty("height").GetInt32())),
            ],
            SizeMultiple = package.GetProperty("sizeMultiple").GetInt32(),
            MinimumSide = package.GetProperty("minSize").GetInt32(),
            MaximumSide = package.GetProperty("maxWidth").GetInt32(),
            DefaultFrameCount = package.GetProperty("defaultFrameCount").GetInt32(),
            MaximumFrameCount = Part("frameCounts", "maximum").GetInt32(),
            Upscale = Factor("upscale"),
            Interpolation = Factor("interpolation"),
            FrameRate = FrameRate.TryParse(
                package.GetProperty("frameRate").GetString(), out var rate) ? rate : default,
            ScoresTakes = package.TryGetProperty("scorer", out var scorer) && scorer.GetBoolean(),
            DraftStepCount = package.GetProperty("steps").TryGetProperty("draft", out var draft)
                ? draft.GetInt32()
                : 0,
            DefaultStepCount = Part("steps", "default").GetInt32(),
            MaximumStepCount = Part("steps", "maximum").GetInt32(),
            DefaultGuidanceScale = Part("guidance", "default").GetDouble(),
            MaximumGuidanceScale = Part("guidance", "maximum").GetDouble(),
            Samplers = Texts("samplers"),
        };

        int Factor(string name) =>
            package.TryGetProperty(name, out var factor) ? factor.GetInt32() : 1;

        JsonElement Part(string whole, string part) =>
            package.GetProperty(whole).GetProperty(part);

        List<string> Texts(string name) =>
            [.. package.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
    }

    private static string SourceFolder([CallerFilePath] string path = "") =>
        Path.GetDirectoryName(path)!;
}
