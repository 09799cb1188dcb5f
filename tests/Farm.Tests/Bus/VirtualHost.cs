using System.Net.Http.Headers;
using System.Text;
using RenderFarm.Servers;

namespace RenderFarm.Farm.Tests.Bus;

/// <summary>
/// A RabbitMQ of one's own within the one that runs: queues of a virtual host meet no other's.
/// </summary>
internal static class VirtualHost
{
    /// <returns>Its URL.</returns>
    public static async Task<string> CreateAsync(
        LocalServers servers, CancellationToken cancellationToken)
    {
        var url = new Uri((await servers.SettingsAsync())["Bus__Url"]);
        var name = "v" + Guid.NewGuid().ToString("n");
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(url.UserInfo)));
        // servers.sh gives RabbitMQ's management the port after its own.
        var management = new Uri($"http://{url.Host}:{url.Port + 1}/api/vhosts/{name}");
        await ManagementAnswersAsync(http, management, cancellationToken);
        using var made = await http.PutAsync(management, null, cancellationToken);
        made.EnsureSuccessStatusCode();
        return new UriBuilder(url) { Path = name }.Uri.AbsoluteUri;
    }

    /// <summary>RabbitMQ takes connections a moment before its management does.</summary>
    private static async Task ManagementAnswersAsync(
        HttpClient http, Uri management, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                using var answer = await http.GetAsync(management, cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(
                    TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }
}
