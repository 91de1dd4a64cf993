using Doorward.Control.Api;
using Doorward.Control.Api.InProcess;
using Doorward.Control.Audit;
using Doorward.Control.Certificates;
using Doorward.Control.Connectors;
using Doorward.Control.Devices;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Feeds;
using Doorward.Control.Hosting;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Policies;
using Doorward.Control.Sessions;
using Doorward.Control.Ssh;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control;

/// <summary>Composes the control plane: opens the installation, adds its capabilities, and says who may reach what.</summary>
public static class ControlPlane
{
    /// <summary>A host that is ready to start. Disposing it lets go of the data directory.</summary>
    /// <exception cref="InstallationException">The installation cannot be used; the message is for the operator.</exception>
    public static async Task<WebApplication> BuildAsync(ControlOptions options, CancellationToken ct)
    {
        if (options.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        var installation = Installation.Open(options.DataDirectory, options.Time);
        try
        {
            var app = Compose(options, installation);
            await PlantAsync(app.Services, options, ct);
            return app;
        }
        catch
        {
            installation.Dispose();
            throw;
        }
    }

    /// <summary>Where gateways reach a started control plane.</summary>
    public static Uri InternalAddress(IServiceProvider services) => Announcement.AddressOf(services.GetRequiredService<IServer>());

    private static WebApplication Compose(ControlOptions options, Installation installation)
    {
        // Nothing is taken from the working directory: its files would be watched and trusted.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrel(kestrel => InternalListener.Listen(kestrel, options, installation.Data));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        AddCapabilities(builder.Services, options, installation);
        options.ExtendBuilder?.Invoke(builder);

        var app = builder.Build();
        app.UseMiddleware<FaceMiddleware>(options.Domain);
        app.Use(app.Services.GetRequiredService<InProcessApi>().Open);
        app.UseRouting();
        app.UseMiddleware<FaceGuard>();
        // Said here, for the framework would put it first, before it is known where a request came from.
        app.UseAuthentication();
        app.MapFeeds();
        app.MapComponentAuthority();
        app.MapHealth();
        app.MapAssertionKeySet().RequireHost($"{SystemApplications.AuthLabel}.{options.Domain}");
        app.MapDevices(options.Domain);
        app.MapConnectorCalls(options.Domain);
        app.MapAgents(options.Domain);
        app.MapSsh(options.Domain);
        app.MapAdministration();
        options.ExtendApp?.Invoke(app);
        return app;
    }

    private static void AddCapabilities(IServiceCollection services, ControlOptions options, Installation installation)
    {
        // By a factory, so that the container disposes of it: last, because it is made first.
        services.AddSingleton(_ => installation);
        installation.AddTo(services);
        services.AddRouting();
        services.AddLogging();
        services.AddCertificates(options.Domain, options.OwnGateway);
        services.AddSessions();
        services.AddSessionSweeper();
        services.AddFeeds();
        services.AddHostedService<Announcement>();
        services.AddAudit(options.DataDirectory, audit =>
        {
            audit.Origin = $"{options.Domain}/audit";
            options.ConfigureAudit?.Invoke(audit);
        });
        services.AddDoorwardIdentity(new InstallationAddress(options.Domain, options.PublicPort));
        services.AddDevices();
        services.AddSsh();
        services.AddConnectors();
        services.AddAdministration();
        services.AddHostedService<Upkeep>();
    }

    private static async Task PlantAsync(IServiceProvider services, ControlOptions options, CancellationToken ct)
    {
        services.GetRequiredService<Installation>();

        // Read now, so that a key that cannot be read stops the start.
        services.GetRequiredService<ComponentCa>();
        services.GetRequiredService<WebCa>();
        await using var db = await services.GetRequiredService<IDbContextFactory<DoorwardDb>>().CreateDbContextAsync(ct);
        await InstallationSeed.PlantAsync(db, services.GetRequiredService<SecretSealer>(), services.GetRequiredService<CookieKeyRing>(),
            options.Domain, options.PublicPort, options.Time, ct);
        services.GetRequiredService<ProtectionKeys>().Renew();
        await services.GetRequiredService<ReportNonces>().OpenAsync(db, services.GetRequiredService<SecretSealer>(), ct);
        await services.GetRequiredService<SystemResources>().EnsureAsync(ct);
    }
}
