using AutoScaling.AspNetCore.Tests.Hosts;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(AutoScaling.AspNetCore.Tests.Browser.Chromium))]

namespace AutoScaling.AspNetCore.Tests.Browser;

/// <summary>The system's Chromium, started once for all tests that look at the page. Without it those tests are skipped.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Executable => Environment.GetEnvironmentVariable("AUTOSCALING_CHROMIUM") is { Length: > 0 } given ? given : Places.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Executable is not { } executable) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = ["--no-sandbox", "--disable-gpu"], Timeout = 120_000 });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens the page of a host as somebody, or skips the test.</summary>
    /// <param name="host">The host.</param>
    /// <param name="look">How it is looked at.</param>
    internal async Task<Visit> OpenAsync(WebHost host, Look? look = null)
    {
        Assert.SkipUnless(_browser is not null, "The page is not looked at: Chromium is not there. Install it by: apt-get install chromium");
        look ??= new();
        var context = await _browser!.NewContextAsync(new()
        {
            ColorScheme = look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = look.Phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 900 },
            HasTouch = look.Phone,
            IsMobile = look.Phone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(60_000);
        if (look.User is not null) await context.AddCookiesAsync([new() { Name = "user", Value = look.User, Url = host.Address.ToString() }]);
        var page = await context.NewPageAsync();
        var visit = new Visit(page);
        await page.GotoAsync(new Uri(host.Address, look.Path).ToString());
        return visit;
    }
}

/// <summary>How a page is looked at.</summary>
internal sealed record Look
{
    public string? User { get; init; } = "operator";

    public bool Dark { get; init; }

    public bool Phone { get; init; }

    public string Path { get; init; } = "/autoscaling/";

    public override string ToString() => $"{(Dark ? "dark" : "light")}{(Phone ? "-phone" : "")}";
}

/// <summary>A page that is open, with all that its console complained of and all that was sent to it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    public Visit(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => Complaints.Enqueue(error);
    }

    public IPage Page { get; }

    public System.Collections.Concurrent.ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Waits until a text can be seen.</summary>
    public Task SeeAsync(string text) => Page.GetByText(text).First.WaitForAsync();

    /// <summary>Keeps a picture, if somebody wants to look at it.</summary>
    public async Task PictureAsync(string name, bool whole = true)
    {
        if (Environment.GetEnvironmentVariable("AUTOSCALING_PICTURES") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = whole });
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
