using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RenderFarm.Storage.Folders;
using RenderFarm.Storage.S3;

namespace RenderFarm.Storage;

/// <summary>Adds the object store to a program.</summary>
public static class StorageServices
{
    /// <summary>
    /// Registers <see cref="IObjectStore"/> from section <c>Storage</c>. Call it before the
    /// services that use it: at start it makes the bucket and probes it; it waits for a server
    /// that is away, and ends the start where one refuses. Calling it again changes nothing.
    /// </summary>
    public static IServiceCollection AddStorage(
        this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(s => s.ServiceType == typeof(IObjectStore)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<StorageOptions>()
            .Bind(configuration.GetSection(StorageOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsCheck>();
        services.AddSingleton<IObjectStore>(Create);
        services.AddHostedService<StorageStart>();
        return services;
    }

    private static IObjectStore Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        return options.S3 is null
            ? new FolderStore(options.Folder!, time)
            : new S3Store(options.S3, time, services.GetRequiredService<ILogger<S3Store>>());
    }
}
