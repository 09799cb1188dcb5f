using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using RenderFarm.Broker;
using RenderFarm.ServiceDefaults;
using RenderFarm.Stitcher;
using RenderFarm.Storage;
using RenderFarm.Worker;

namespace RenderFarm.Deploy.Tests;

/// <summary>What a service reads from its environment, as its own options classes say it.</summary>
internal static class ServiceSettings
{
    private static readonly Dictionary<string, Assembly> Services = new()
    {
        ["broker"] = typeof(BrokerOptions).Assembly,
        ["stitcher"] = typeof(StitcherOptions).Assembly,
        ["worker"] = typeof(WorkerOptions).Assembly,
    };

    /// <summary>Names that .NET, OpenTelemetry, the shell or TLS read.</summary>
    private static readonly string[] Foreign =
    [
        "ASPNETCORE_HTTP_PORTS", "Logging__", "OTEL_", "SSL_CERT_FILE", "REDIS_PASSWORD",
    ];

    /// <summary>Everything that is wrong with a service's environment.</summary>
    public static IReadOnlyList<string> Faults(
        string service, IReadOnlyDictionary<string, string> environment)
    {
        var faults = new List<string>();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            environment.ToDictionary(
                pair => pair.Key.Replace("__", ":", StringComparison.Ordinal),
                string? (pair) => pair.Value)).Build();
        var options = Options(service);
        faults.AddRange(environment.Keys
            .Where(name => !Foreign.Any(one => name.StartsWith(one, StringComparison.Ordinal))
                && !options.ContainsKey(name.Split("__")[0]))
            .Select(name => $"{service}: nothing reads {name}"));
        foreach (var (section, type) in options)
        {
            faults.AddRange(Bind(configuration.GetSection(section), type)
                .Select(fault => $"{service}: {section}: {fault}"));
        }

        return faults;
    }

    private static Dictionary<string, Type> Options(string service)
    {
        Assembly[] readers =
            [Services[service], typeof(FarmDefaults).Assembly, typeof(StorageOptions).Assembly];
        return (
            from assembly in readers
            from type in assembly.GetTypes()
            let section = type.GetField("Section")
            where section is { IsLiteral: true }
            select (Name: (string)section.GetRawConstantValue()!, type))
            .ToDictionary(one => one.Name, one => one.type);
    }

    private static IEnumerable<string> Bind(IConfigurationSection section, Type type)
    {
        object bound;
        try
        {
            bound = Activator.CreateInstance(type)!;
            section.Bind(bound, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException fault)
        {
            return [fault.Message];
        }

        var results = new List<ValidationResult>();
        Validator.TryValidateObject(
            bound, new ValidationContext(bound), results, validateAllProperties: true);
        return results.Select(result => result.ErrorMessage ?? "is not valid");
    }
}
