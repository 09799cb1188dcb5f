using System.CommandLine;
using RenderFarm.Cli.Local;
using RenderFarm.Diffusion;
using RenderFarm.Worker;

namespace RenderFarm.Cli.Commands;

/// <summary><c>renderfarm models</c>: model packages, on disk and known to a farm.</summary>
internal sealed class ModelsCommand
{
    private readonly FarmOptions farms = new();

    private readonly Argument<string> package = new("folder")
    {
        Description = "Folder of a model package in the Optimum (ONNX) layout",
        DefaultValueFactory = _ => InstallFolder.Flipbook,
    };

    /// <summary>The command as the command line knows it.</summary>
    public Command Build()
    {
        var inspect = new Command("inspect", "Say what a model package can do.");
        inspect.Arguments.Add(package);
        inspect.SetAction(Inspect);
        var add = new Command("add",
            "Tell a farm of a model, so that films can name it. Workers need the package too.");
        add.Arguments.Add(package);
        farms.AddTo(add);
        add.SetAction(AddAsync);
        var list = new Command("list", "List the models that a farm knows.");
        farms.AddTo(list);
        list.SetAction(ListAsync);
        return new Command("models", "Look at model packages, and add them to a farm.")
        {
            inspect, add, list,
        };
    }

    private int Inspect(ParseResult parsed) => Try(() =>
    {
        var manifest = ModelRegistrar.Describe(ModelPackage.Open(parsed.GetValue(package)!));
        Console.WriteLine($"{manifest.Name}  {manifest.Digest}");
        Console.WriteLine($"  tasks     {string.Join(", ", manifest.Tasks)}");
        Console.WriteLine($"  sizes     {string.Join(", ", manifest.Sizes)}; any multiple of " +
            $"{manifest.SizeMultiple} from {manifest.MinimumSide} to {manifest.MaximumSide}" +
            (manifest.Upscale > 1 ? $"; enlarged {manifest.Upscale} times" : ""));
        Console.WriteLine($"  frames    {manifest.DefaultFrameCount} at {manifest.FrameRate} " +
            $"a second, at most {manifest.MaximumFrameCount}" +
            (manifest.Interpolation > 1 ? $"; {manifest.Interpolation} of each" : ""));
        Console.WriteLine($"  steps     {manifest.DefaultStepCount}, at most " +
            $"{manifest.MaximumStepCount}" +
            (manifest.DraftStepCount > 0 ? $", {manifest.DraftStepCount} in a draft" : "") +
            $"; guidance {manifest.DefaultGuidanceScale}");
        Console.WriteLine($"  samplers  {string.Join(", ", manifest.Samplers)}");
        Console.WriteLine($"  takes     {(manifest.ScoresTakes ? "scored" : "not scored")}");
        return Task.FromResult(ExitCode.Done);
    }).GetAwaiter().GetResult();

    private Task<int> AddAsync(ParseResult parsed, CancellationToken interrupt) => Try(async () =>
    {
        var opened = ModelPackage.Open(parsed.GetValue(package)!);
        await using var farm = await farms.ConnectAsync(parsed, interrupt);
        var written = await ModelRegistrar.RegisterAsync(opened, farm.Store, interrupt);
        Console.WriteLine(written
            ? $"added {opened.Name} {opened.Digest}"
            : $"{opened.Name} {opened.Digest} is known already");
        return ExitCode.Done;
    });

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken interrupt)
    {
        await using var farm = await farms.ConnectAsync(parsed, interrupt);
        await foreach (var model in farm.Store.ListAsync("models/", interrupt))
        {
            Console.WriteLine(Path.GetFileNameWithoutExtension(model.Key));
        }

        return ExitCode.Done;
    }

    private static async Task<int> Try(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is ModelException or IOException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.BadInput;
        }
    }
}
