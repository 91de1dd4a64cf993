using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Doorward.Cli.Demo;

/// <summary>
/// The two applications behind the doors of `up --demo`, each on a loopback port that the system chose. They are upstreams like
/// anyone's: they know nothing of Doorward but the headers that reach them.
/// </summary>
internal sealed class DemoApplications : IAsyncDisposable
{
    private readonly WebApplication live;
    private readonly WebApplication vault;

    private DemoApplications(WebApplication live, WebApplication vault) => (this.live, this.vault) = (live, vault);

    /// <summary>The page that shows a WebSocket and an event stream, and when and why they are cut.</summary>
    public Uri Live => AddressOf(live);

    /// <summary>The page that is for administrators only.</summary>
    public Uri Vault => AddressOf(vault);

    public static async Task<DemoApplications> StartAsync(TimeProvider time, CancellationToken cancel)
    {
        var applications = new DemoApplications(Build(), Build());
        LivePage.Map(applications.live, time);
        VaultPage.Map(applications.vault);
        await applications.live.StartAsync(cancel);
        await applications.vault.StartAsync(cancel);
        return applications;
    }

    public async ValueTask DisposeAsync()
    {
        await live.DisposeAsync();
        await vault.DisposeAsync();
    }

    private static WebApplication Build()
    {
        // Empty: no configuration file or environment of whoever starts this may move its listener.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        // A stream that is open must not hold up the end of the demo.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var application = builder.Build();
        application.Use(PageHeaders.AddAsync);
        application.UseWebSockets();
        application.UseRouting();
        PageFiles.Map(application);
        application.UseEndpoints(_ => { });
        return application;
    }

    private static Uri AddressOf(WebApplication application) =>
        new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
