// Submits a film to a farm through MassTransit's request client.
// usage: dotnet run -- amqp://user:password@host:port/vhost "WORDS [[shot: 2s]]"
using MassTransit;
using RenderFarm.Contracts.Jobs;

Environment.SetEnvironmentVariable("MASSTRANSIT_USAGE_TELEMETRY", "false");
var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(new Uri(args[0])));
await bus.StartAsync();
try
{
    var client = bus.CreateRequestClient<SubmitJob>(new Uri("exchange:farm.requests"));
    var response = await client.GetResponse<JobAccepted, JobRejected>(
        new SubmitJob
        {
            Script = new Script { Format = ScriptFormat.Text, Text = args[1] },
        });
    if (response.Is<JobAccepted>(out var accepted))
    {
        Console.WriteLine($"accepted as {accepted.Message.JobId}: " +
            $"{accepted.Message.ShotCount} shots, {accepted.Message.FrameCount} frames");
        return 0;
    }

    if (response.Is<JobRejected>(out var rejected))
    {
        foreach (var fault in rejected.Message.Faults)
        {
            await Console.Error.WriteLineAsync($"{fault.Severity}: {fault.Place}: {fault.Message}");
        }
    }

    return 2;
}
finally
{
    await bus.StopAsync();
}
