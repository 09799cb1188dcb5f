using StackExchange.Redis;

namespace RenderFarm.Broker.State;

/// <summary>Where jobs' states are kept: section <c>Redis</c>.</summary>
public sealed class RedisOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Redis";

    /// <summary>
    /// <c>redis://:password@host:6379/0</c>, <c>rediss://</c> for TLS, or
    /// <c>host:6379,password=...</c>. Empty means memory: a restart of the Broker then begins its
    /// jobs anew from their specs, and there may be one Broker only.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>Reads <see cref="Url"/>.</summary>
    /// <exception cref="FormatException">It has none of the forms.</exception>
    internal ConfigurationOptions Read()
    {
        var scheme = Url.Contains("://", StringComparison.Ordinal);
        var settings = scheme ? ReadUrl() : ReadList();
        settings.AbortOnConnectFail = false;
        settings.ClientName = "renderfarm-broker";
        return settings;
    }

    private ConfigurationOptions ReadUrl()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url)
            || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0)
        {
            throw Malformed(null);
        }

        var path = url.AbsolutePath.Trim('/');
        var database = 0;
        if (path.Length > 0 && !int.TryParse(path, out database))
        {
            throw Malformed(null);
        }

        var settings = new ConfigurationOptions
        {
            Ssl = url.Scheme == "rediss",
            DefaultDatabase = database,
        };
        settings.EndPoints.Add(url.Host, url.IsDefaultPort || url.Port < 0 ? 6379 : url.Port);
        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            settings.Password = Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]);
        }

        return settings;
    }

    private ConfigurationOptions ReadList()
    {
        try
        {
            return ConfigurationOptions.Parse(Url);
        }
        catch (ArgumentException fault)
        {
            throw Malformed(fault);
        }
    }

    private static FormatException Malformed(Exception? fault) =>
        new("Redis__Url must look like redis://:password@host:6379/0 or host:6379", fault);
}
