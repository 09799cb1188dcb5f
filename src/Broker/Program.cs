using RenderFarm.Broker;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Page;
using RenderFarm.ServiceDefaults;
using RenderFarm.ServiceDefaults.Bus;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("broker");
builder.AddBroker();
builder.AddFarmBus();

var application = builder.Build();
application.MapServiceDefaults();
application.MapJobs();
application.MapFilms();
application.MapPage();
await application.RunServiceAsync();
