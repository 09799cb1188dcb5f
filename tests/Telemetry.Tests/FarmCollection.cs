using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace RenderFarm.Telemetry.Tests;

/// <summary>The tests that look at one farm, which is started once for all of them.</summary>
[CollectionDefinition(Name)]
[SuppressMessage("Naming", "CA1711", Justification = "That is what xunit calls it.")]
public sealed class FarmCollection : ICollectionFixture<MeasuredFarm>
{
    public const string Name = "farm";
}
