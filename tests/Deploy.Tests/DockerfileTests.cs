using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>
/// The steps of the Dockerfiles that need no container: what they copy is there, and what they
/// publish is what they start. deploy/README.md says what of them is not tried here.
/// </summary>
public sealed class DockerfileTests
{
    private static readonly string OnnxFolder =
        Path.Combine(Tree.Root, "node_modules/com.github.asus4.onnxruntime");

    public static TheoryData<string> Services() => ["Broker", "Stitcher", "Worker"];

    [Theory]
    [MemberData(nameof(Services))]
    public void Copy_FromTheTree_FindsWhatTheContextHolds(string service)
    {
        var context = Tree.Read(".dockerignore").Split('\n')
            .Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();

        Assert.All(new Dockerfile(service).Sources, source =>
        {
            var path = source.TrimStart('.', '/');
            path = source.StartsWith("./", StringComparison.Ordinal) ? path : source;
            Assert.True(Path.Exists(Path.Combine(Tree.Root, path)), $"{path} is not there");
            Assert.Contains(context, one => path == one
                || path.StartsWith(one + "/", StringComparison.Ordinal));
        });
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Image_OfEveryService_RunsAsNobodyInParticular(string service)
    {
        var instructions = new Dockerfile(service).Instructions;

        Assert.Equal("USER 10001:10001", instructions[^2]);
        Assert.StartsWith("ENTRYPOINT [", instructions[^1], StringComparison.Ordinal);
        Assert.All(
            instructions.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)),
            line => Assert.Matches("^FROM [a-z./-]+:[0-9]+[.][0-9]+[.][0-9]+", line));
    }

    [Fact]
    public void Worker_Native_FilesAreWhereItCopiesThemFrom()
    {
        var sources = new Dockerfile("Worker").Copies(fromTree: false)
            .SelectMany(copy => copy.Sources)
            .Where(source => source.StartsWith(
                "/src/node_modules/com.github.asus4.onnxruntime/", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(2, sources.Count);
        Assert.All(sources, source =>
            Assert.True(File.Exists(Path.Combine(OnnxFolder, Path.GetFileName(source)))));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Publish_OfABuiltTree_HoldsWhatTheImageStarts(string service)
    {
        using var output = new PublishFolder();
        await output.PublishAsync(Tree.Root, new Dockerfile(service).Publish, "--no-build");

        var program = new Dockerfile(service).Instructions[^1].Split('"')[^2];
        Assert.True(File.Exists(output.At(program)));
        Assert.True(File.Exists(output.At(Path.ChangeExtension(program, ".deps.json"))));
        Assert.True(File.Exists(output.At(Path.ChangeExtension(program, ".runtimeconfig.json"))));
        Assert.All(Bill.Assemblies(output.Path, service), file =>
            Assert.True(File.Exists(output.At(file)), $"{file} is not published"));
        Assert.Equal(service == "Worker", File.Exists(output.At("libonnxruntime.so")));
        Assert.Equal(
            service == "Worker", File.Exists(output.At("libonnxruntime_providers_shared.so")));
    }

    [Fact]
    public async Task Publish_FromWhatTheImageCopies_NeedsNothingElse()
    {
        using var output = new PublishFolder();
        var dockerfile = new Dockerfile("Broker");
        var context = output.MakeContext(dockerfile);

        await output.PublishAsync(context, dockerfile.Publish);

        Assert.True(File.Exists(output.At("RenderFarm.Broker.dll")));
    }
}
