using Microsoft.Playwright;
using Xunit;

namespace RenderFarm.Farm.Tests.Page;

/// <summary>A real browser: Debian's Chromium, without a window.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",

            // Its sandbox needs rights that a container, or root, does not have.
            Args = ["--no-sandbox"],
        });
    }

    /// <summary>A page that nothing was shown in yet, and what goes wrong in it.</summary>
    internal async Task<(IPage Page, List<string> Faults)> OpenAsync(string address)
    {
        var page = await browser!.NewPageAsync();
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        page.Console += (_, message) =>
        {
            // A refusal by the page's policy is said here, too.
            if (message.Type == "error")
            {
                faults.Add($"{message.Text} {message.Location}");
            }
        };
        await page.GotoAsync(address);
        return (page, faults);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}
