using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser.Editor;

/// <summary>The committed bundle of the editor in a page of its own, under the strictest content policy, with the real endpoint behind it.</summary>
public sealed class EditorSite : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'";
    private WebApplication? _site;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium)) return;
        _site = await ServeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [] });
    }

    internal async Task<EditorPage> OpenAsync()
    {
        Assert.SkipWhen(_browser is null, "there is no chromium");
        return await EditorPage.OpenAsync(_browser!, _site!.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_site is not null) await _site.DisposeAsync();
    }

    private static async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(static json => ApiJson.Configure(json.SerializerOptions));
        var site = builder.Build();
        site.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            return next(http);
        });
        site.MapGroup("/api/v1").MapPolicyWriting();
        Serve("/", "tests/Doorward.EndToEnd.Tests/Browser/Editor/page.html", "text/html");
        Serve("/page.css", "tests/Doorward.EndToEnd.Tests/Browser/Editor/page.css", "text/css");
        Serve("/page.js", "tests/Doorward.EndToEnd.Tests/Browser/Editor/page.js", "text/javascript");
        Serve("/cedar-editor.min.js", "src/Doorward.Console/Editor/cedar-editor.min.js", "text/javascript");
        await site.StartAsync();
        return site;

        void Serve(string path, string file, string type) => site.MapGet(path, () => Results.Text(Checkout.Read(file), type));
    }
}
