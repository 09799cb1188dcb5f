namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>Where the bus is: section <c>Bus</c>.</summary>
public sealed class BusOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Bus";

    /// <summary>
    /// RabbitMQ, as in <c>amqp://user:password@host:5672/vhost</c> (<c>amqps</c> for TLS). Empty,
    /// the default, keeps everything in this process.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>
    /// How long the start waits for RabbitMQ before it fails. Default 1 min, 1 s to 10 min.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
