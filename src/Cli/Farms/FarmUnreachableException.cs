namespace RenderFarm.Cli.Farms;

/// <summary>There is no farm where the settings say, or it does not answer.</summary>
internal sealed class FarmUnreachableException(string message, Exception? inner = null)
    : Exception(message, inner);
