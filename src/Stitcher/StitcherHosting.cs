using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;
using RenderFarm.Stitcher.Orders;
using RenderFarm.Stitcher.Stitching;

namespace RenderFarm.Stitcher;

/// <summary>Puts a stitcher into a host.</summary>
public static class StitcherHosting
{
    /// <summary>
    /// Adds a stitcher: it joins the reels that the Broker asks for. The host must also have
    /// the bus, added last.
    /// </summary>
    public static IHostApplicationBuilder AddStitcher(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddStorage(builder.Configuration);
        services.AddOptions<StitcherOptions>()
            .BindConfiguration(StitcherOptions.Section)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StitcherOptions>, StitcherOptionsRules>();

        builder.AddFarmConsumer<StitchReelConsumer>(FarmQueues.Stitch);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<OrderBook>();
        services.AddSingleton<FilmFetcher>();
        services.AddSingleton<ReelCommitter>();
        services.AddSingleton<ReelStitcher>();
        services.AddHostedService<StitchLoop>();
        return builder;
    }
}
