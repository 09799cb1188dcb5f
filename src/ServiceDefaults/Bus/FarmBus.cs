using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using RenderFarm.ServiceDefaults.Bus.Memory;
using RenderFarm.ServiceDefaults.Bus.Rabbit;

namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>Puts a program on the bus: RabbitMQ, or memory when <c>Bus__Url</c> is empty.</summary>
public static class FarmBus
{
    private const int PrefetchCount = 32;

    // Each waits for the Broker's next step, which serves all of them at once.
    private const int ShotPrefetchCount = 128;
    private const int RetryCount = 3;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Adds the bus and everything on it, with the consumers and request clients that were added
    /// before: call it once, last. Registers <see cref="IFarmSender"/>, <see cref="ITicketQueue"/>,
    /// <see cref="IEventExchange"/> and <see cref="ICommandChannel"/>.
    /// </summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// A setting is wrong.
    /// </exception>
    public static void AddFarmBus(this IHostApplicationBuilder builder)
    {
        // MassTransit otherwise tells its makers how it is used.
        Environment.SetEnvironmentVariable("MASSTRANSIT_USAGE_TELEMETRY", "false");
        var options = new BusOptions();
        builder.Configuration.GetSection(BusOptions.Section).Bind(options);
        var rabbit = RabbitAddress.From(options);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        if (rabbit is null)
        {
            services.AddSingleton<ITicketQueue, MemoryTickets>();
            services.AddSingleton<IEventExchange, MemoryEvents>();
            services.AddSingleton<ICommandChannel, MemoryCommands>();
            services.AddSingleton<IFarmSender, MemorySender>();
        }
        else
        {
            services.AddSingleton(rabbit);
            services.AddSingleton<RabbitConnection>();
            services.AddSingleton<RabbitPublisher>();
            services.AddSingleton<ITicketQueue, RabbitTickets>();
            services.AddSingleton<IEventExchange, RabbitEvents>();
            services.AddSingleton<ICommandChannel, RabbitCommands>();
            services.AddSingleton<IFarmSender, RabbitSender>();
            // Before MassTransit, which waits for ever for a server that is not there, and says
            // little.
            services.AddHostedService(p =>
                ActivatorUtilities.CreateInstance<RabbitStart>(p, options.StartTimeout));
        }

        services.AddSingleton<PatientSender>();
        AddMassTransit(builder, rabbit);
        Func<string, Uri> addressOf =
            rabbit is null ? MemorySender.AddressOf : RabbitSender.AddressOf;
        foreach (var request in FarmBusBuilder.Requests(builder).Values)
        {
            request.AddTo(services, addressOf);
        }
    }

    private static void AddMassTransit(IHostApplicationBuilder builder, RabbitAddress? rabbit)
    {
        var consumers = FarmBusBuilder.Consumers(builder);
        // Otherwise the start is over before the queues are there, and what is sent until then is
        // lost.
        builder.Services.Configure<MassTransitHostOptions>(host => host.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            foreach (var (_, consumer) in consumers)
            {
                bus.AddConsumer(consumer);
            }

            if (rabbit is null)
            {
                bus.UsingInMemory((context, memory) =>
                {
                    memory.ConfigureJsonSerializerOptions(StrictJson);
                    foreach (var queue in consumers.GroupBy(c => c.Queue, c => c.Consumer))
                    {
                        memory.ReceiveEndpoint(queue.Key, e => Configure(e, context, queue));
                    }
                });
                return;
            }

            bus.UsingRabbitMq((context, mq) =>
            {
                mq.Host(rabbit.Host, (ushort)rabbit.Port, rabbit.VirtualHost, host =>
                {
                    host.Username(rabbit.User);
                    host.Password(rabbit.Password);
                    host.PublisherConfirmation = true;
                    if (rabbit.Tls)
                    {
                        host.UseSsl(ssl => ssl.ServerName = rabbit.Host);
                    }
                });
                mq.ConfigureJsonSerializerOptions(StrictJson);
                mq.SendTopology.ConfigureErrorSettings = errors =>
                {
                    foreach (var (name, value) in RabbitTopology.ErrorArguments)
                    {
                        errors.SetQueueArgument(name, value);
                    }
                };
                foreach (var queue in consumers.GroupBy(c => c.Queue, c => c.Consumer))
                {
                    mq.ReceiveEndpoint(queue.Key, e =>
                    {
                        e.SetQuorumQueue();
                        Configure(e, context, queue);
                    });
                }
            });
        });
    }

    private static void Configure(
        IReceiveEndpointConfigurator endpoint,
        IBusRegistrationContext context,
        IGrouping<string, Type> consumers)
    {
        endpoint.PrefetchCount =
            consumers.Key == FarmQueues.Shots ? ShotPrefetchCount : PrefetchCount;
        // Everything is sent to a queue by its name; nothing is published by its type.
        endpoint.ConfigureConsumeTopology = false;
        endpoint.UseMessageRetry(retry => retry.Interval(RetryCount, RetryPause));
        foreach (var consumer in consumers)
        {
            endpoint.ConfigureConsumer(context, consumer);
        }
    }

    internal static System.Text.Json.JsonSerializerOptions StrictJson(
        System.Text.Json.JsonSerializerOptions json)
    {
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        return json;
    }
}
