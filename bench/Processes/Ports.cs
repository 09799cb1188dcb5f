using System.Net;
using System.Net.Sockets;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>Ports on loopback.</summary>
internal static class Ports
{
    /// <summary>One that nobody listens on now.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
