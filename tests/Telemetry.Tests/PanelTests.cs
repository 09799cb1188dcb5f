using Xunit;

namespace RenderFarm.Telemetry.Tests;

/// <summary>Every panel and every rule, against a farm that really rendered.</summary>
[Collection(FarmCollection.Name)]
public sealed class PanelTests(MeasuredFarm farm)
{
    [Fact]
    public async Task Panels_OnAFarmThatRendered_ReturnData()
    {
        var faults = new List<string>();
        foreach (var panel in Panel.All())
        {
            var expression = panel.Expression
                .Replace("$__rate_interval", "30s", StringComparison.Ordinal)
                .Replace("$film", farm.FirstJob, StringComparison.Ordinal);
            var series = await farm.Prometheus.QueryAsync(expression, farm.Began, farm.Ended);
            var hasData = series.Any(values => values.Count > 0);
            // The local farm's workers compute on the processor, wherever it runs.
            if (hasData == Panel.OnlyWithGpu.Contains(panel.Title))
            {
                faults.Add(hasData ? $"has data without a GPU: {panel}" : $"no data: {panel}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Rules_OnAFarmThatRendered_AreEvaluatedAndGiveData()
    {
        var answer = await farm.Prometheus.GetAsync("/api/v1/rules");
        var rules = answer["data"]!["groups"]!.AsArray()
            .SelectMany(group => group!["rules"]!.AsArray()).ToList();
        var faults = rules.Where(rule => (string)rule!["health"]! != "ok")
            .Select(rule => $"{rule!["name"]}: {rule["lastError"]}").ToList();
        foreach (var rule in rules.Where(rule => (string)rule!["type"]! == "recording"))
        {
            var name = (string)rule!["name"]!;
            var series = await farm.Prometheus.QueryAsync(name, farm.Began, farm.Ended);
            if (!series.Any(values => values.Count > 0))
            {
                faults.Add($"{name} has no data");
            }
        }

        Assert.NotEmpty(rules);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}
