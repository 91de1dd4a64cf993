using Doorward.Control;
using Doorward.Control.Certificates;
using Doorward.Control.Identity.Invitations;
using Doorward.Gateway;

namespace Doorward.Cli.Hosting;

/// <summary>
/// The whole product in one process: a control plane and a gateway that joined it, speaking over the same mutual TLS as when
/// they are apart.
/// </summary>
internal sealed class Product : IAsyncDisposable
{
    private const string GatewayName = "local";
    private readonly WebApplication _control;
    private readonly WebApplication _gateway;

    private Product(WebApplication control, WebApplication gateway) => (_control, _gateway) = (control, gateway);

    /// <summary>Starts both and completes when requests are judged. Says when the data is opened and is its own.</summary>
    public static async Task<Product> StartAsync(UpSettings settings, Action<ILoggingBuilder> logging, Action opened, CancellationToken cancel)
    {
        var control = await ControlPlane.BuildAsync(Options(settings, logging), cancel);
        opened();
        try
        {
            await control.StartAsync(cancel);
            var gateway = GatewayHost.Build(await GatewayOptionsAsync(settings, control, cancel), logging);
            var product = new Product(control, gateway);
            await gateway.StartAsync(cancel);
            await GatewayHost.WaitUntilReadyAsync(gateway, cancel);
            return product;
        }
        catch
        {
            await control.DisposeAsync();
            throw;
        }
    }

    /// <summary>The one-time link that makes the first administrator; null when there is one.</summary>
    public Task<InvitationLink?> AdministratorLinkAsync(CancellationToken cancel) =>
        _control.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(cancel);

    public InvitationLinks Invitations => _control.Services.GetRequiredService<InvitationLinks>();

    /// <summary>Cancelled as soon as it is told to stop, by a signal or by what failed.</summary>
    public CancellationToken Stopping => _gateway.Lifetime.ApplicationStopping;

    /// <summary>Completes when it is told to stop.</summary>
    /// <exception cref="InvalidOperationException">It stopped because the gateway could not go on.</exception>
    public async Task WaitForShutdownAsync(CancellationToken cancel)
    {
        await _gateway.WaitForShutdownAsync(cancel);
        if (GatewayHost.FailureOf(_gateway) is { } failure)
        {
            throw new InvalidOperationException($"the gateway could not go on: {failure.Message}", failure);
        }
    }

    /// <summary>The gateway goes first: it cuts what is open and hands in its last records while there is somebody to take them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
        await _control.StopAsync();
        await _control.DisposeAsync();
    }

    private static ControlOptions Options(UpSettings settings, Action<ILoggingBuilder> logging) => ControlPlaneParts.Add(new ControlOptions
    {
        DataDirectory = settings.Data.FullName,
        Domain = settings.Domain,
        PublicPort = settings.Listen.Port,
        OwnGateway = GatewayName,
    }, logging);

    private static async Task<GatewayOptions> GatewayOptionsAsync(UpSettings settings, WebApplication control, CancellationToken cancel)
    {
        var data = Path.Combine(settings.Data.FullName, "gateway");
        return new GatewayOptions
        {
            Name = GatewayName,
            ControlPlane = ControlPlane.InternalAddress(control.Services),
            TrustDomain = settings.Domain,
            ComponentAuthorityPem = await File.ReadAllTextAsync(Path.Combine(settings.Data.FullName, "component-ca.pem"), cancel),
            DataDirectory = data,
            Listen = settings.Listen.Endpoints,
            SessionRate = settings.SessionRate,
            JoinToken = (await control.Services.GetRequiredService<OwnGateway>().AdmitAsync(Path.Combine(data, "gateway.pem"), cancel))?.ToString(),
        };
    }
}
