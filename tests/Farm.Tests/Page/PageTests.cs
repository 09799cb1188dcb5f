using Microsoft.Playwright;
using RenderFarm.Farm.Tests.Cli;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RenderFarm.Farm.Tests.Page;

/// <summary>The Broker's page in a browser, on a farm of real processes.</summary>
[Collection<LocalFarmCollection>]
public sealed class PageTests(LocalFarm farm, Browser browser) : IClassFixture<Browser>
{
    private const float Patience = 120_000;

    private const string Film = """
        [[film: title Two Balloons, size 160x96, fps 8, steps 2]]

        A red balloon over hills [[shot: id red, 9f]]

        A blue balloon over hills [[shot: id blue, 5f]]
        """;

    [Fact]
    public async Task Submit_AFilm_ShowsItsShotsAndPlaysIt()
    {
        var (page, faults) = await browser.OpenAsync(farm.PageAddress);
        await page.GetByRole(AriaRole.Link, new() { Name = "New film", Exact = true })
            .First.ClickAsync();
        await page.Locator("textarea").FillAsync(Film);

        await page.Locator("#submit").ClickAsync();

        var reel = page.Locator("#reel");
        await reel.WaitForAsync(new() { Timeout = Patience });
        Assert.Empty(faults);
        Assert.Equal("Two Balloons", await page.Locator("#job-title").InnerTextAsync());
        Assert.Equal(
            ["red", "blue"],
            await page.Locator("[data-shot]").EvaluateAllAsync<string[]>(
                "cards => cards.map(card => card.dataset.shot)"));
        foreach (var shot in (string[])["red", "blue"])
        {
            var picture = page.Locator($"[data-shot={shot}] img");
            await picture.ScrollIntoViewIfNeededAsync();
            await Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 160);
        }

        await Expect(reel).ToHaveJSPropertyAsync("duration", 14 / 8.0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Play red", Exact = true })
            .ClickAsync();
        await Expect(page.Locator("#player-video")).ToHaveJSPropertyAsync("videoWidth", 160);
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Submit_AScriptWithFaults_NamesEachWithItsPlace()
    {
        var (page, _) = await browser.OpenAsync($"{farm.PageAddress}/#/new");
        await page.Locator("textarea").FillAsync(
            "A boat [[shot: steps 9999]]\n\nA house [[shot: size 1x1]]");

        await page.Locator("#submit").ClickAsync();

        var answer = page.Locator("#faults");
        await answer.WaitForAsync();
        var text = await answer.InnerTextAsync();
        Assert.Contains("line 1", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("line 3", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Cancel_AJobThatRenders_EndsItOnceItIsConfirmed()
    {
        var (page, _) = await browser.OpenAsync($"{farm.PageAddress}/#/new");
        await page.Locator("textarea").FillAsync(
            "A green train [[shot: 17f, size 160x96, fps 8, steps 100, takes 16]]");
        await page.Locator("#submit").ClickAsync();
        var cancel = page.Locator("#job-cancel");
        await cancel.ClickAsync(new() { Timeout = Patience });

        await page.Locator("#confirm-yes").ClickAsync();

        await page.Locator("[data-shot][data-status=canceled]").WaitForAsync(
            new() { Timeout = Patience });
        await page.GotoAsync($"{farm.PageAddress}/#/");
        await page.Locator("#ended-jobs [data-status=canceled]").First.WaitForAsync();
    }
}
