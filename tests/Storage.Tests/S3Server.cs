using RenderFarm.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(RenderFarm.Storage.Tests.S3Server))]

namespace RenderFarm.Storage.Tests;

/// <summary>The one server that these tests need.</summary>
public sealed class S3Server() : LocalServers("s3");
