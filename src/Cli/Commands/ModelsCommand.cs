using System.CommandLine;
using System.Globalization;
using RenderFarm.Cli.Local;
using RenderFarm.Cli.Packages;
using RenderFarm.Diffusion;
using RenderFarm.Storage;
using RenderFarm.Worker;
using RenderFarm.Worker.Packages;

namespace RenderFarm.Cli.Commands;

/// <summary><c>renderfarm models</c>: model packages, on this machine and in a farm.</summary>
internal sealed class ModelsCommand
{
    private readonly ModelPlace place = new();

    private readonly Argument<string> source = new("folder")
    {
        Description = "Folder of a model package in the Optimum (ONNX) layout",
    };

    private readonly Argument<string> model = new("model")
    {
        Description = "Folder of a model package, or the name or digest of one that was added " +
            "[default: Flipbook, which comes with RenderFarm]",
        DefaultValueFactory = _ => InstallFolder.Flipbook,
    };

    private readonly Argument<string> known = new("model")
    {
        Description = "Name or digest of a model that was added",
    };

    private readonly Option<string?> name = new("--name")
    {
        Description = "What a package without manifest.json is called: a-z, 0-9 and '-' " +
            "[default: made of the folder's name]",
    };

    private readonly Option<int?> width = new("--width") { Description = "Pixels in a row" };

    private readonly Option<int?> height = new("--height") { Description = "Rows of pixels" };

    private readonly Option<int?> frames = new("--frames") { Description = "Frames of a clip" };

    /// <summary>The command as the command line knows it.</summary>
    public Command Build()
    {
        var add = new Command("add", "Keep a model, by its content, for this machine or a farm.")
        {
            source, name,
        };
        place.AddTo(add);
        add.SetAction((parsed, interrupt) => Try(() => AddAsync(parsed, interrupt)));
        var list = new Command("list", "List the models that are kept.");
        place.AddTo(list);
        list.SetAction((parsed, interrupt) => Try(() => ListAsync(parsed, interrupt)));
        var inspect = new Command("inspect",
            "Say what a package can do, what it is made of, and how much memory a clip takes.")
        {
            model, name, width, height, frames,
        };
        place.AddFolderTo(inspect);
        inspect.SetAction((parsed, _) => Try(() => Task.FromResult(Inspect(parsed))));
        var verify = new Command("verify",
            "Check a package's files, and its networks against its golden values.")
        {
            model,
        };
        place.AddTo(verify);
        verify.SetAction((parsed, interrupt) => Try(() => VerifyAsync(parsed, interrupt)));
        var remove = new Command("remove", "Keep a model no longer.") { known };
        place.AddTo(remove);
        remove.SetAction((parsed, interrupt) => Try(() => RemoveAsync(parsed, interrupt)));
        return new Command("models", "Keep, list, inspect, verify and remove model packages.")
        {
            add, list, inspect, verify, remove,
        };
    }

    private async Task<int> AddAsync(ParseResult parsed, CancellationToken interrupt)
    {
        var package = ModelPackage.Open(parsed.GetValue(source)!, parsed.GetValue(name));
        await using var farm = await place.TryConnectAsync(parsed, interrupt);
        bool isNew;
        if (farm is null)
        {
            var shelf = place.Shelf(parsed);
            isNew = shelf.List().All(other => other.Digest != package.Digest);
            (await shelf.AddAsync(package, interrupt)).Dispose();
        }
        else
        {
            isNew = await PackageObjects.AddAsync(package, farm.Store, interrupt);
            isNew |= await ModelRegistrar.RegisterAsync(package, farm.Store, interrupt);
        }

        Console.WriteLine(isNew
            ? $"added {package.Name} {package.Digest}"
            : $"{package.Name} {package.Digest} is known already");
        return ExitCode.Done;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken interrupt)
    {
        await using var farm = await place.TryConnectAsync(parsed, interrupt);
        if (farm is null)
        {
            foreach (var package in place.Shelf(parsed).List())
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{package.Name}  {package.Digest}  {package.ByteCount / 1e6:0.0} MB"));
            }

            return ExitCode.Done;
        }

        await foreach (var known in ModelRegistrar.ListAsync(farm.Store, interrupt))
        {
            Console.WriteLine($"{known.Name}  {known.Digest}");
        }

        return ExitCode.Done;
    }

    private int Inspect(ParseResult parsed)
    {
        var package = ModelPackage.Open(
            place.Find(parsed, parsed.GetValue(model)!), parsed.GetValue(name));
        ModelSheet.Write(
            Console.Out,
            package,
            parsed.GetValue(width),
            parsed.GetValue(height),
            parsed.GetValue(frames));
        return ExitCode.Done;
    }

    private async Task<int> VerifyAsync(ParseResult parsed, CancellationToken interrupt)
    {
        var wanted = parsed.GetValue(model)!;
        await using var farm = await place.TryConnectAsync(parsed, interrupt);
        if (farm is null)
        {
            return Verify(place.Find(parsed, wanted), interrupt);
        }

        // What is in the store is checked as a worker would get it.
        var known = await ModelRegistrar.FindAsync(wanted, farm.Store, interrupt);
        var folder = Directory.CreateTempSubdirectory("renderfarm-verify-").FullName;
        try
        {
            var shelf = new PackageShelf(folder, long.MaxValue, TimeProvider.System);
            using var lease = await shelf.FetchAsync(known.Digest, farm.Store, interrupt);
            return Verify(lease.Folder, interrupt);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Verify(string folder, CancellationToken interrupt)
    {
        var package = ModelPackage.Open(folder);
        Console.WriteLine($"{package.Name}  {package.Digest}");
        var expected = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        if (PackageShelf.IsDigest(expected) && expected != package.Digest)
        {
            throw new ModelException(
                $"expected files with the digest {expected}, found others: the copy is damaged");
        }

        VideoPipeline.Load(package, new OnnxOptions()).Dispose();
        Console.WriteLine("  every network has the signature that its pipeline needs");
        var differences = GoldenCheck.Run(package, new OnnxOptions(), interrupt);
        foreach (var difference in differences)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {difference.Component}: largest difference {difference.Largest:0.0e+0}, "
                + $"allowed {difference.Tolerance:0.0e+0}{(difference.Holds ? "" : "  WRONG")}"));
        }

        if (differences.Count == 0)
        {
            Console.WriteLine("  it has no golden values to compare with");
        }

        return differences.All(difference => difference.Holds)
            ? ExitCode.Done
            : ExitCode.RenderFailed;
    }

    private async Task<int> RemoveAsync(ParseResult parsed, CancellationToken interrupt)
    {
        var wanted = parsed.GetValue(known)!;
        await using var farm = await place.TryConnectAsync(parsed, interrupt);
        if (farm is null)
        {
            var shelf = place.Shelf(parsed);
            var digest = shelf.Find(wanted);
            if (!shelf.Remove(digest))
            {
                throw new ModelException($"{wanted}: somebody is using it; nothing was removed");
            }

            Console.WriteLine($"removed {wanted} {digest}");
            return ExitCode.Done;
        }

        var removed = await ModelRegistrar.RemoveAsync(wanted, farm.Store, interrupt);
        await PackageObjects.RemoveAsync(removed, farm.Store, interrupt);
        Console.WriteLine($"removed {wanted} {removed}");
        return ExitCode.Done;
    }

    private static async Task<int> Try(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is ModelException or DeviceException or IOException
            or StoreException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.BadInput;
        }
    }
}
