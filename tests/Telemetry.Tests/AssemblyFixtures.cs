using RenderFarm.Telemetry.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(MeasuredFarm))]
