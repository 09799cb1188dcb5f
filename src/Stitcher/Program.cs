using RenderFarm.ServiceDefaults;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Stitcher;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("stitcher");
builder.AddStitcher();
builder.AddFarmBus();

var application = builder.Build();
application.MapServiceDefaults();
await application.RunServiceAsync();
return Environment.ExitCode;
