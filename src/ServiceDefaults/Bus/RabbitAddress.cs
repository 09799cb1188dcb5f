using Microsoft.Extensions.Options;

namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>A RabbitMQ server and who we are to it. Its text never holds the password.</summary>
internal sealed class RabbitAddress
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string VirtualHost { get; init; }

    public required string User { get; init; }

    public required string Password { get; init; }

    public required bool Tls { get; init; }

    /// <returns>Null when the options ask for a bus in memory.</returns>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names
    /// it.</exception>
    public static RabbitAddress? From(BusOptions options)
    {
        if (options.StartTimeout < TimeSpan.FromSeconds(1)
            || options.StartTimeout > TimeSpan.FromMinutes(10))
        {
            throw Fault($"Bus__StartTimeout must be 1 s to 10 min, but is {options.StartTimeout}");
        }

        if (options.Url.Length == 0)
        {
            return null;
        }

        // The text itself is never repeated: it may hold a password.
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url)
            || url.Scheme is not ("amqp" or "amqps")
            || url.Host.Length == 0)
        {
            throw Fault("Bus__Url must be a URL like amqp://user:password@host:5672/vhost");
        }

        var tls = url.Scheme == "amqps";
        var user = url.UserInfo.Split(':', 2);
        var path = url.AbsolutePath.TrimStart('/');
        if (path.Contains('/', StringComparison.Ordinal))
        {
            throw Fault(
                $"Bus__Url (host {url.Host}) must name one virtual host, with / written %2F");
        }

        return new()
        {
            Host = url.Host,
            Port = url.Port > 0 ? url.Port : tls ? TlsPort : PlainPort,
            VirtualHost = path.Length == 0 ? "/" : Uri.UnescapeDataString(path),
            User = user[0].Length == 0 ? "guest" : Uri.UnescapeDataString(user[0]),
            Password = user.Length < 2 ? "guest" : Uri.UnescapeDataString(user[1]),
            Tls = tls,
        };
    }

    public override string ToString() =>
        $"{Host}:{Port}, virtual host '{VirtualHost}', user '{User}'";

    private static OptionsValidationException Fault(string fault) =>
        new(BusOptions.Section, typeof(BusOptions), [fault]);
}
