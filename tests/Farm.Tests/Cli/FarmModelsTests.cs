using RenderFarm.Diffusion;
using RenderFarm.Diffusion.Tests.Miniatures;
using RenderFarm.Farm.Tests.Bus;
using RenderFarm.Servers;
using Xunit;

namespace RenderFarm.Farm.Tests.Cli;

/// <summary>renderfarm models --farm: packages in the object store of a farm.</summary>
public sealed class FarmModelsTests(LocalServers servers)
{
    [Fact]
    public async Task Models_AddListVerifyRemove_InTheFarmsStore()
    {
        using var folder = new WorkFolder();
        var environment = await EnvironmentAsync();
        var package = Miniature.Open("sd15-inpaint");

        var added = await RunAsync(
            folder, environment, 0, "add", package.Folder, "--name", "paint");
        var listed = await RunAsync(folder, environment, 0, "list");
        var verified = await RunAsync(folder, environment, 0, "verify", "paint");
        var removed = await RunAsync(folder, environment, 0, "remove", "paint");
        var gone = await RunAsync(folder, environment, 2, "verify", "paint");

        var digest = ModelPackage.Open(package.Folder, "paint").Digest;
        Assert.Equal($"added paint {digest}\n", added);
        Assert.Equal($"paint  {digest}\n", listed);
        Assert.StartsWith($"paint  {digest}\n  every network has", verified,
            StringComparison.Ordinal);
        Assert.Contains("  unet: largest difference ", verified, StringComparison.Ordinal);
        Assert.DoesNotContain("WRONG", verified, StringComparison.Ordinal);
        Assert.Equal($"removed paint {digest}\n", removed);
        Assert.Equal("error: expected a model of the farm, found no 'paint'\n", gone);

        // Nothing of it is kept on this machine.
        Assert.False(Directory.Exists(folder.At(".farm", "models")));
    }

    /// <summary>A farm that nobody else's test knows.</summary>
    private async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync() =>
        new Dictionary<string, string>(await servers.SettingsAsync())
        {
            ["Bus__Url"] = await VirtualHost.CreateAsync(servers, default),
            ["Storage__S3__Bucket"] = $"models-{Guid.NewGuid():n}",
        };

    /// <summary>What a command wrote: its output, or its errors where it is to fail.</summary>
    private static async Task<string> RunAsync(
        WorkFolder folder,
        IReadOnlyDictionary<string, string> environment,
        int exitCode,
        params string[] arguments)
    {
        using var run = CommandRun.Start(
            folder.Path, environment, ["models", .. arguments, "--farm"]);
        await run.WaitAsync();
        Assert.True(run.ExitCode == exitCode, $"{run.ExitCode}: {run.Output}{run.Errors}");
        return exitCode == 0 ? run.Output : run.Errors;
    }
}
