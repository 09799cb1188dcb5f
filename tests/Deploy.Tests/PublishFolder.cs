using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>Where a service is published to, removed after the test.</summary>
internal sealed class PublishFolder : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("renderfarm-").FullName;

    /// <summary>What was published.</summary>
    public string Path => At("");

    /// <summary>One of its files.</summary>
    public string At(string file) => System.IO.Path.Combine(root, "app", file);

    /// <summary>Runs a Dockerfile's own command, with this folder for the image's.</summary>
    public async Task PublishAsync(
        string from, string[] command, params string[] more)
    {
        var arguments = command.Select(word => word == "/app" ? Path : word)
            .Concat(more).ToList();
        Assert.Contains(Path, arguments);

        var run = await ToolRun.EndInAsync(
            from, "dotnet", arguments, TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
    }

    /// <summary>
    /// A folder with the files that a Dockerfile copies before it publishes, and no others.
    /// </summary>
    public string MakeContext(Dockerfile dockerfile)
    {
        var context = System.IO.Path.Combine(root, "src");
        var tree = Tree.Files.ToLookup(file => file.Split('/')[0]);
        foreach (var source in dockerfile.BuildCopies().SelectMany(copy => copy.Sources))
        {
            var name = source.StartsWith("./", StringComparison.Ordinal) ? source[2..] : source;
            foreach (var file in tree[name])
            {
                var target = System.IO.Path.Combine(context, file);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
                File.Copy(System.IO.Path.Combine(Tree.Root, file), target);
            }
        }

        return context;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
