using Microsoft.Extensions.Options;

namespace RenderFarm.Broker.Jobs;

/// <summary>Checks <see cref="JobReaderOptions"/> before the start.</summary>
[OptionsValidator]
public sealed partial class JobReaderOptionsValidator : IValidateOptions<JobReaderOptions>;
