using RenderFarm.ServiceDefaults;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("worker");
builder.AddWorker();
builder.AddFarmBus();

var application = builder.Build();
application.MapServiceDefaults();
await application.RunServiceAsync();
return Environment.ExitCode;
