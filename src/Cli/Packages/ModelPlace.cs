using System.CommandLine;
using RenderFarm.Cli.Farms;
using RenderFarm.Diffusion;
using RenderFarm.Worker.Packages;

namespace RenderFarm.Cli.Packages;

/// <summary>Where models are kept: a folder of this machine, or a farm's object store.</summary>
internal sealed class ModelPlace
{
    private const string DefaultFolder = ".farm/models";

    private readonly Option<string> folder = new("--models")
    {
        Description = "Folder that keeps models on this machine",
        DefaultValueFactory = _ => DefaultFolder,
    };

    private readonly Option<string?> farm = new("--farm")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Keep them in a farm's object store instead: the folder of a local farm " +
            "started by 'renderfarm up' [.farm/up where none is said]; settings in the " +
            "environment (Bus__Url, Storage__S3__Endpoint ...) come first",
    };

    /// <summary>Adds its options to a command.</summary>
    public void AddTo(Command command)
    {
        AddFolderTo(command);
        command.Options.Add(farm);
    }

    /// <summary>Adds the folder alone, to a command that needs files.</summary>
    public void AddFolderTo(Command command) => command.Options.Add(folder);

    /// <summary>The folder of models of the command line.</summary>
    public PackageShelf Shelf(ParseResult parsed) => ShelfOf(parsed.GetValue(folder)!);

    /// <summary>The folder's path.</summary>
    public string ShelfPath(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(folder)!);

    /// <summary>Connects to the farm that the command line names; null without one.</summary>
    public async Task<RemoteFarm?> TryConnectAsync(
        ParseResult parsed, CancellationToken cancellationToken) =>
        parsed.GetResult(farm) is null
            ? null
            : await RemoteFarm.ConnectAsync(
                parsed.GetValue(farm) ?? Path.Combine(".farm", "up"), cancellationToken);

    /// <summary>The folder of a package that is named by folder, name or digest.</summary>
    /// <exception cref="ModelException">There is none.</exception>
    public string Find(ParseResult parsed, string model) => Find(model, ShelfPath(parsed));

    /// <summary>The same, in the default folder of models; null stays null.</summary>
    /// <exception cref="FarmUnreachableException">There is none.</exception>
    public static string? Find(string? model)
    {
        try
        {
            return model is null ? null : Find(model, Path.GetFullPath(DefaultFolder));
        }
        catch (ModelException e)
        {
            throw new FarmUnreachableException(e.Message, e);
        }
    }

    private static string Find(string model, string shelf)
    {
        var isFolder = Directory.Exists(model)
            || model.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return isFolder || !Directory.Exists(shelf)
            ? model
            : Path.Combine(shelf, ShelfOf(shelf).Find(model));
    }

    private static PackageShelf ShelfOf(string path) =>
        new(Path.GetFullPath(path), long.MaxValue, TimeProvider.System);
}
