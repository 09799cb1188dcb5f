namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>What loading is alike in every family.</summary>
internal static class Family
{
    /// <summary>Makes a pipeline of a model, or leaves nothing behind.</summary>
    public static IClipPipeline Load(ModelPackage package, Func<FamilyModel> create)
    {
        var model = create();
        try
        {
            model.Open();
            return new LatentPipeline(model, package.Files);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
