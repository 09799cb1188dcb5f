using Xunit;

namespace RenderFarm.Farm.Tests.Cli;

/// <summary>Tests that share one farm of real processes: starting one takes a while.</summary>
[CollectionDefinition]
public sealed class LocalFarmCollection : ICollectionFixture<LocalFarm>;
