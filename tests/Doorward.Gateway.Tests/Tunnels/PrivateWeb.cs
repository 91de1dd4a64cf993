using System.Net;
using System.Net.Sockets;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tests.Running;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Web applications that only a connector reaches: one that works, the same over TLS, and some that go wrong.</summary>
public sealed class PrivateWeb : IAsyncLifetime
{
    private readonly Certificates _certificates = new();
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly RawUpstream _brief = new("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    internal DecidingGateway Gateway { get; private set; } = null!;

    internal TestConnector Connector { get; private set; } = null!;

    internal Upstream Plain { get; private set; } = null!;

    internal Upstream Secure { get; private set; } = null!;

    /// <summary>How many orders of a host the connector got.</summary>
    internal int Orders(string host) => Connector.Orders.Count(order => order.Host == host);

    internal string Cookie(string application, string session = "ses_web") =>
        Gateway.Plane.SignIn(session, "alice", $"{application}.door.test", TimeProvider.System.GetUtcNow());

    public async ValueTask InitializeAsync()
    {
        _silent.Start();
        Plain = await Upstream.StartAsync();
        Secure = await Upstream.StartAsync(_certificates.Leaf("secure.internal"));
        Gateway = await DecidingGateway.StartAsync();
        var web = Application("web", new Uri(Plain.Address).Port);
        ApplicationDefinition[] applications =
        [
            web,
            Application("secure", new Uri(Secure.Address).Port, "https") with { Tls = new UpstreamTlsDefinition { CaPem = _certificates.Pem } },
            Application("mistaken", new Uri(Secure.Address).Port, "https") with { Tls = new UpstreamTlsDefinition { CaPem = _certificates.Pem } },
            Application("brief", _brief.Application.Upstreams[0].Address.Port),
            Application("refuses", 80),
            Application("unreachable", 80),
            Application("hangs", 80) with { ConnectTimeout = TimeSpan.FromSeconds(1) },
            Application("silent", ((IPEndPoint)_silent.LocalEndpoint).Port) with { ActivityTimeout = TimeSpan.FromSeconds(1) },
            Application("resets", 80),
        ];
        var revision = Gateway.Plane.Commit([
            Scenario.Connector("hq", "rep1", "rep2"),
            Scenario.Policy("webs", """permit (principal in Group::"engineering", action, resource);"""),
            .. applications.Select(Scenario.Application)]);
        await Eventually.TrueAsync(() => Gateway.State.Current.Revision >= revision, "the applications are known");
        Connector = await TestConnector.StartAsync(Gateway);
        Connector.OnOrder = static (connector, order) => order.Host switch
        {
            "refuses.internal" => connector.SayAsync(new ConnectorMessage { Refused = new OrderRefusal(order.Id, new TunnelClose(TunnelCloseCodes.TargetRefused, "the target refused the connection")) }),
            "unreachable.internal" => connector.SayAsync(new ConnectorMessage { Refused = new OrderRefusal(order.Id, new TunnelClose(TunnelCloseCodes.TargetUnreachable, "the target does not answer")) }),
            "hangs.internal" => Task.CompletedTask,
            "resets.internal" => ResetAsync(connector, order),
            _ => connector.DialAsync(order),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Connector.DisposeAsync();
        await Gateway.DisposeAsync();
        await Plain.DisposeAsync();
        await Secure.DisposeAsync();
        _silent.Dispose();
        _brief.Dispose();
        _certificates.Dispose();
    }

    internal static ApplicationDefinition Application(string name, int port, string scheme = "http") => new()
    {
        Name = name,
        Connector = "hq",
        Hosts = [$"{name}.door.test"],
        Upstreams = [new UpstreamDefinition(new Uri($"{scheme}://{name}.internal:{port}"))],
    };

    private static async Task ResetAsync(TestConnector connector, ConnectorOrder order)
    {
        await using var call = await connector.OpenAsync(order.Id);
        await call!.Incoming.ReadAsync();
    }
}
