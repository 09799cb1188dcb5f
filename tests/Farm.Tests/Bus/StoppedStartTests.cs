using System.Net;
using System.Net.Sockets;
using RenderFarm.Farm.Tests.Worker;
using Xunit;

namespace RenderFarm.Farm.Tests.Bus;

/// <summary>Services that are told to stop before they have started.</summary>
public sealed class StoppedStartTests
{
    [Theory]
    [InlineData("Broker")]
    [InlineData("Stitcher")]
    [InlineData("Worker")]
    public async Task Terminate_WhileItWaitsForRabbit_EndsInGoodOrder(string service)
    {
        using var folder = new ScratchFolder();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var url = $"amqp://guest:guest@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/";
        using var process = new WorkerProcess(
            new Dictionary<string, string>
            {
                ["Bus__Url"] = url,
                ["Storage__Folder"] = folder["store"],
                ["Stitcher__ScratchFolder"] = folder["joining"],
            },
            service);
        using var asked = await silent.AcceptSocketAsync(TestContext.Current.CancellationToken);

        process.Terminate();

        Assert.Equal(0, await process.EndAsync());
        Assert.DoesNotContain("Unhandled", process.Output, StringComparison.Ordinal);
    }
}
