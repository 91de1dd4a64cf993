using System.Net;
using System.Net.Http.Headers;
using Doorward.Core.Applications;
using Doorward.Gateway.Feed;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>A whole gateway between a control plane that does what a test says and a real upstream.</summary>
internal sealed class DecidingGateway : IAsyncDisposable
{
    public const string Wiki = "wiki.door.test";
    public const string Url = $"https://{Wiki}";
    private readonly DirectoryInfo _directory;
    private readonly TimeProvider _clock;
    private readonly Func<GatewayOptions, GatewayOptions> _configure;
    private WebApplication _app = null!;
    private HttpMessageInvoker _invoker = null!;

    private DecidingGateway(DirectoryInfo directory, ControlPlaneDouble plane, Upstream upstream, TimeProvider clock, Func<GatewayOptions, GatewayOptions> configure)
    {
        _directory = directory;
        Plane = plane;
        Upstream = upstream;
        _clock = clock;
        _configure = configure;
    }

    public ControlPlaneDouble Plane { get; }

    public Upstream Upstream { get; }

    public int Port { get; private set; }

    public string CaFile => Path.Combine(_directory.FullName, "web-ca.pem");

    public string DataDirectory => Path.Combine(_directory.FullName, "data");

    public StateCell State => _app.Services.GetRequiredService<StateCell>();

    public T Part<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Started, with a wiki that people in engineering may use, and no session yet.</summary>
    public static async Task<DecidingGateway> StartAsync(
        TimeProvider? clock = null, Func<ApplicationDefinition, ApplicationDefinition>? adjust = null, string? policy = null, Func<GatewayOptions, GatewayOptions>? configure = null)
    {
        var time = clock ?? TimeProvider.System;
        var plane = await ControlPlaneDouble.StartAsync(time);
        var upstream = await Upstream.StartAsync();
        var gateway = new DecidingGateway(Directory.CreateTempSubdirectory("doorward-gateway-"), plane, upstream, time, configure ?? (same => same));
        await File.WriteAllTextAsync(gateway.CaFile, plane.WebAuthorityPem);
        plane.Found(time.GetUtcNow());
        plane.Commit(
            Scenario.Application((adjust ?? (same => same))(gateway.WikiDefinition())),
            Scenario.Group("engineering", "alice", "bob"),
            Scenario.Policy("wiki", policy ?? """permit (principal in Group::"engineering", action, resource == Application::"wiki");"""));
        await gateway.RunAsync();
        return gateway;
    }

    public ApplicationDefinition WikiDefinition() => new()
    {
        Name = "wiki",
        Hosts = [Wiki],
        Upstreams = [new UpstreamDefinition(new Uri(Upstream.Address))],
    };

    /// <summary>Starts it, or starts it again on the same data after <see cref="StopAsync"/>.</summary>
    public async Task RunAsync()
    {
        _app = GatewayHost.Build(
            _configure(new GatewayOptions
            {
                Name = "gw1",
                ControlPlane = Plane.Address,
                TrustDomain = Plane.Domain,
                ComponentAuthorityPem = Plane.ComponentAuthorityPem,
                DataDirectory = DataDirectory,
                Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
                JoinToken = Plane.JoinToken,
                SpoolLimit = 64 * 1024 * 1024,
            }),
            clock: _clock);
        await _app.StartAsync();
        Port = new Uri(_app.Urls.First()).Port;
        _invoker = new HttpMessageInvoker(Visitor.NewHandler(Port, CaFile));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await GatewayHost.WaitUntilReadyAsync(_app, limit.Token);
    }

    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _invoker.Dispose();
    }

    /// <summary>Signs somebody in at the wiki; the value of the Cookie header.</summary>
    public string SignIn(string session, string user, int assurance = 2, TimeSpan? life = null) =>
        Plane.SignIn(session, user, Wiki, _clock.GetUtcNow(), assurance, life);

    public async Task<HttpResponseMessage> GetAsync(
        string? cookie = null, string path = "/", bool browser = false, string? authorization = null, HttpMethod? method = null, string? origin = null, string url = Url)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, url + path) { Version = HttpVersion.Version20 };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(browser ? "text/html" : "application/json"));
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        return await _invoker.SendAsync(request, CancellationToken.None);
    }

    /// <summary>
    /// The status of one request. Where a cut ended its connection it is asked once more, as a browser does: a denial closes the connections
    /// that have nothing more to carry, just when the next request may come on one. 0 when it was cut again.
    /// </summary>
    public async Task<int> StatusAsync(string? cookie = null, string path = "/", string? authorization = null)
    {
        var status = await StatusOnceAsync(cookie, path, authorization);
        return status != 0 ? status : await StatusOnceAsync(cookie, path, authorization);
    }

    private async Task<int> StatusOnceAsync(string? cookie, string path, string? authorization)
    {
        try
        {
            using var response = await GetAsync(cookie, path, authorization: authorization);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException exception) when (exception.InnerException is IOException)
        {
            return 0;
        }
    }

    /// <summary>Opens one of each kind of connection that stays open.</summary>
    public async Task<IReadOnlyList<LiveClient>> OpenAllAsync(string cookie) =>
    [
        await LiveClient.OpenWebSocketAsync(Port, CaFile, $"{Url}/ws", cookie, HttpVersion.Version11),
        await LiveClient.OpenWebSocketAsync(Port, CaFile, $"{Url}/ws", cookie, HttpVersion.Version20),
        await LiveClient.OpenStreamAsync(Port, CaFile, $"{Url}/drip", cookie, HttpVersion.Version11),
        await LiveClient.OpenStreamAsync(Port, CaFile, $"{Url}/drip", cookie, HttpVersion.Version20),
        await LiveClient.OpenStreamAsync(Port, CaFile, $"{Url}/download", cookie, HttpVersion.Version11),
    ];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Plane.DisposeAsync();
        await Upstream.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
