using Doorward.Core.Applications;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tunnels;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>A gateway, a connector, and a target behind it that alice may reach.</summary>
internal sealed class TunnelSite : IAsyncDisposable
{
    public const string Engineers = """permit (principal in Group::"engineering", action == Action::"tunnel", resource == Application::"db");""";

    public required DecidingGateway Gateway { get; init; }

    /// <summary>The machine <c>rep1</c>.</summary>
    public required TestConnector Connector { get; init; }

    public required EchoTarget Target { get; init; }

    public required ApplicationDefinition Definition { get; init; }

    public required HttpMessageInvoker Http { get; init; }

    /// <summary>What the gateway knows of a machine of the connector <c>hq</c>; null when it has nothing of it.</summary>
    public Replica? Seen(string replica) => Gateway.Part<Connectors>().Replicas.SingleOrDefault(one => one.Connector == "hq" && one.Id == replica);

    public static async Task<TunnelSite> StartAsync(Func<ApplicationDefinition, ApplicationDefinition>? adjust = null, string policy = Engineers, Change[]? more = null, Func<GatewayOptions, GatewayOptions>? configure = null)
    {
        var target = new EchoTarget();
        var gateway = await DecidingGateway.StartAsync(configure: configure);
        var db = new ApplicationDefinition { Name = "db", Connector = "hq", Tcp = [new TunnelTarget("db.internal", [new PortRange(target.Port, target.Port)])] };
        db = adjust?.Invoke(db) ?? db;
        var revision = gateway.Plane.Commit([Scenario.Application(db), Scenario.Policy("db", policy), Scenario.Connector("hq", "rep1", "rep2"), .. more ?? []]);
        await Eventually.TrueAsync(() => gateway.State.Current.Revision >= revision, "the connector is known");
        return new TunnelSite
        {
            Gateway = gateway,
            Connector = await TestConnector.StartAsync(gateway),
            Target = target,
            Definition = db,
            Http = new HttpMessageInvoker(Visitor.NewHandler(gateway.Port, gateway.CaFile)),
        };
    }

    public Task<(int Status, TestPerson? Person, System.Text.Json.JsonElement Problem)> OpenAsync(string? user, string application = "db", string? target = null) =>
        TestPerson.OpenAsync(Http, user is null ? null : Token(user), application, target);

    /// <summary>Of a session that was not there before.</summary>
    public string Token(string user) => Gateway.Plane.SignInAgent($"ses_{user}_{Identifier.New("x")}", user, TimeProvider.System.GetUtcNow());

    /// <summary>Data connections of both sides, dialed as agents do.</summary>
    public DataClient Dials(string? certificate = null) => new(Gateway, certificate is null ? null : Gateway.Plane.Certify(certificate));

    /// <summary>What the gateway holds of data connections, and offers of them.</summary>
    public int DataHeld => Gateway.Part<DataConnections>().Held;

    /// <summary>A tunnel of a session's whose data has moved on both legs, to what speaks without end.</summary>
    public async Task<TestPerson> FlowAsync(string token, string application = "db")
    {
        Connector.Dial ??= Dials("/connector/hq/rep1").DialAsync;
        Target.IsEndless = true;
        var before = DataHeld;
        var (status, person, problem) = await TestPerson.OpenAsync(Http, token, application, dial: Dials().DialAsync);
        Assert.True(status == 200, $"{problem}");
        await person!.SkipAsync(2 * DataConnection.WorthBytes);
        await Eventually.TrueAsync(() => DataHeld == before + 2, "both have moved");
        return person;
    }

    /// <summary>A tunnel of alice's that was seen to carry.</summary>
    public Task<TestPerson> EchoAsync() => OpenTargetAsync(null);

    public async Task<TestPerson> OpenTargetAsync(string? target)
    {
        var (status, person, problem) = await OpenAsync("alice", target: target);
        Assert.True(status == 200, $"{problem}");
        await person!.ExchangeAsync();
        return person!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Connector.DisposeAsync();
        await Gateway.DisposeAsync();
        Target.Dispose();
    }
}
