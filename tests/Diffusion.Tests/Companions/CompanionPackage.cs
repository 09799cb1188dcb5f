using System.Text.Json.Nodes;

namespace RenderFarm.Diffusion.Tests.Companions;

/// <summary>
/// The project's own model with companions that are plain arithmetic, in a folder of its own.
/// </summary>
internal sealed class CompanionPackage : IDisposable
{
    // As the project's text encoder has them.
    private const int TokenCount = 48;
    private const int TextWidth = 192;

    private readonly TemporaryFolder folder = FlipbookPackage.Copy();

    public CompanionPackage()
    {
        Write("upscaler", TinyCompanions.Upscaler());
        Write("interpolator", TinyCompanions.Interpolator());
        Write("scorer", TinyCompanions.Scorer(TokenCount, TextWidth));
        Edit(manifest =>
        {
            manifest["upscale"] = TinyCompanions.Scale;
            manifest["interpolation"] = 2;
            manifest["scorer"] = true;
            manifest["steps"]!["draft"] = 4;
            manifest["tasks"] = new JsonArray(
                "text-to-video", "start-frame", "end-frame", "start-and-end-frame", "extend",
                "loop", "single-frame");
        });
    }

    public string Folder => folder.Path;

    /// <summary>The same model without them, and without their tasks.</summary>
    public static TemporaryFolder Bare()
    {
        var bare = FlipbookPackage.Copy();
        Edit(bare, manifest =>
        {
            foreach (var name in new[] { "upscale", "interpolation", "scorer" })
            {
                manifest.Remove(name);
            }

            ((JsonObject)manifest["steps"]!).Remove("draft");
            manifest["tasks"] = new JsonArray("text-to-video", "start-and-end-frame");
        });
        return bare;
    }

    public ModelPackage Open() => ModelPackage.Open(folder.Path);

    public void Write(string name, byte[] graph)
    {
        var path = Path.Combine(folder.Path, name, "model.onnx");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, graph);
    }

    public void Edit(Action<JsonObject> change) => Edit(folder, change);

    public void Dispose() => folder.Dispose();

    private static void Edit(TemporaryFolder folder, Action<JsonObject> change)
    {
        var path = Path.Combine(folder.Path, "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
