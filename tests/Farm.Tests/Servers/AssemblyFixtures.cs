using RenderFarm.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(LocalServers))]
