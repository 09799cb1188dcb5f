using System.CommandLine;
using RenderFarm.Cli.Farms;

namespace RenderFarm.Cli.Commands;

/// <summary>Where the farm is.</summary>
internal sealed class FarmOptions
{
    private readonly Option<string> folder = new("--farm")
    {
        Description = "Folder of a local farm started by 'renderfarm up'; settings in the " +
            "environment (Bus__Url, Storage__S3__Endpoint ...) come first",
        DefaultValueFactory = _ => Path.Combine(".farm", "up"),
    };

    /// <summary>Adds it to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(folder);

    /// <summary>Connects to the farm.</summary>
    public Task<RemoteFarm> ConnectAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        RemoteFarm.ConnectAsync(parsed.GetValue(folder)!, cancellationToken);
}
