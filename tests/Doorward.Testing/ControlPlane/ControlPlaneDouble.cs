using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Doorward.Core.Protocol;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Testing.ControlPlane;

/// <summary>
/// A control plane that speaks the real protocol over real mutual TLS and does what a test says: it keeps a log, answers
/// pings, takes records, and can fall silent, drop the stream or hold its answers back.
/// </summary>
public sealed class ControlPlaneDouble : IAsyncDisposable
{
    private readonly ConcurrentDictionary<CancellationTokenSource, ChannelWriter<ControlMessage>> _streams = new();
    private readonly ConcurrentDictionary<long, Record> _records = new();
    private int _batches;
    private readonly TimeProvider _clock;
    private WebApplication? _app;
    private int _tokenUsed;
    private int _resolves;
    private int _renewals;

    private ControlPlaneDouble(string domain, TimeProvider clock)
    {
        Domain = domain;
        _clock = clock;
        ComponentAuthority = new TestAuthority("Component CA", clock.GetUtcNow());
        WebAuthority = new TestAuthority("Web CA", clock.GetUtcNow());
        Log = new TestLog(domain, clock);
        JoinToken = JoinSecret.New(ComponentAuthority.Certificate).ToString();
    }

    /// <summary>Good for one join.</summary>
    public string JoinToken { get; }

    public string Domain { get; }

    public Uri Address { get; private set; } = null!;

    public string ComponentAuthorityPem => ComponentAuthority.Pem;

    public string WebAuthorityPem => WebAuthority.Pem;

    /// <summary>Life of the certificates that gateways get.</summary>
    public TimeSpan CertificateLife { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether pings are answered.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether records are acknowledged.</summary>
    public bool TakesRecords { get; set; } = true;

    /// <summary>How many batches of records have come.</summary>
    public int RecordBatches => Volatile.Read(ref _batches);

    /// <summary>Whether assertion keys are published.</summary>
    public bool PublishesKeys { get; set; } = true;

    /// <summary>While true, no gateway gets through to anything.</summary>
    public bool IsPartitioned { get; private set; }

    /// <summary>Runs between reading a session and answering: here a test lets changes overtake the answer.</summary>
    public Func<ResolveReply, Task> BeforeResolveReply { get; set; } = _ => Task.CompletedTask;

    public Func<RedeemRequest, RedeemReply> Redeem { get; set; } = _ => new RedeemReply();

    public ConcurrentQueue<Hello> Hellos { get; } = new();

    public ConcurrentQueue<AssertionKey> AssertionKeys { get; } = new();

    public ConcurrentQueue<CutRecord> Cuts { get; } = new();

    public ConcurrentQueue<RefusedRequest> Refused { get; } = new();

    /// <summary>Sessions that were used where their device is not.</summary>
    public ConcurrentQueue<Stray> Strays { get; } = new();

    /// <summary>Where certificates were shown without their keys.</summary>
    public ConcurrentQueue<KeylessClient> Keyless { get; } = new();

    public ConcurrentDictionary<string, GrantState> Grants { get; } = new();

    /// <summary>What a gateway said last of the connectors that it has.</summary>
    public ConnectorReport Connectors { get; private set; } = new();

    /// <summary>Hosts for which a gateway asked for a certificate.</summary>
    public ConcurrentQueue<string> CertificateHosts { get; } = new();

    public long AppliedRevision { get; private set; }

    public int Resolves => Volatile.Read(ref _resolves);

    public int Renewals => Volatile.Read(ref _renewals);

    /// <summary>Everything received, by number, each once. A copy is sorted: LINQ would take what grows meanwhile for a collection of fixed length.</summary>
    public IReadOnlyList<Record> Records => [.. _records.ToArray().OrderBy(static record => record.Key).Select(static record => record.Value)];

    internal TestAuthority ComponentAuthority { get; }

    internal TestAuthority WebAuthority { get; }

    internal TestLog Log { get; }

    public static async Task<ControlPlaneDouble> StartAsync(TimeProvider? clock = null, string domain = "door.test")
    {
        var plane = new ControlPlaneDouble(domain, clock ?? TimeProvider.System);
        await plane.ListenAsync(0);
        return plane;
    }

    /// <summary>A component's certificate with its key, as the component CA gives it; for so long from now, in whole seconds.</summary>
    public X509Certificate2 Certify(string path, TimeSpan? life = null) =>
        ComponentAuthority.IssueComponentWithKey($"spiffe://{Domain}{path}", _clock.GetUtcNow() - ComponentAuthority.Founded + (life ?? TimeSpan.FromDays(365)));

    /// <summary>Commits one transaction to the log.</summary>
    public long Commit(params Change[] transaction) => Log.Commit(transaction);

    /// <summary>Commits under a new epoch, as after a restore from backup, and drops the streams.</summary>
    public void BeginEpoch(string epoch)
    {
        Log.Epoch = epoch;
        DropStreams();
    }

    /// <summary>Forgets the log so far, as retention does: a gateway that missed any of it gets a snapshot.</summary>
    public void ForgetLog() => Log.Forget();

    public void DropStreams()
    {
        foreach (var stream in _streams.Keys)
        {
            try
            {
                stream.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself at this moment.
            }
        }
    }

    /// <summary>Nothing passes until <see cref="Heal"/>.</summary>
    public void Partition()
    {
        IsPartitioned = true;
        DropStreams();
    }

    public void Heal() => IsPartitioned = false;

    /// <summary>Says something to every gateway that follows.</summary>
    public void Send(ControlMessage message)
    {
        foreach (var stream in _streams.Values)
            stream.TryWrite(message);
    }

    public async ValueTask DisposeAsync()
    {
        DropStreams();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
        ComponentAuthority.Dispose();
        WebAuthority.Dispose();
    }

    internal bool TryUseToken(string token) => token == JoinToken && Interlocked.Exchange(ref _tokenUsed, 1) == 0;

    internal void CountCertificate(string host) => CertificateHosts.Enqueue(host);

    internal void CountResolve() => Interlocked.Increment(ref _resolves);

    internal void CountRenewal() => Interlocked.Increment(ref _renewals);

    /// <summary>The gateway's name from its certificate; refuses everybody else, and everybody while there is a partition.</summary>
    internal string RequireGateway(ServerCallContext context)
    {
        if (IsPartitioned)
            throw new RpcException(new Status(StatusCode.Unavailable, "There is a partition."));
        var certificate = context.GetHttpContext().Connection.ClientCertificate;
        var name = certificate?.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault()?.Format(false) ?? "";
        var prefix = $"URI:spiffe://{Domain}/gateway/";
        return name.StartsWith(prefix, StringComparison.Ordinal) && ComponentAuthority.Signed(certificate!)
            ? name[prefix.Length..]
            : throw new RpcException(new Status(StatusCode.Unauthenticated, "No gateway."));
    }

    internal CancellationTokenSource Connect(ChannelWriter<ControlMessage> outbound, CancellationToken call)
    {
        var life = CancellationTokenSource.CreateLinkedTokenSource(call);
        _streams[life] = outbound;
        life.Token.Register(() => _streams.TryRemove(life, out _));
        return life;
    }

    internal ControlMessage? Answer(GatewayMessage message)
    {
        switch (message.KindCase)
        {
            case GatewayMessage.KindOneofCase.Ping when !IsSilent:
                return Log.At(head => new ControlMessage { Pong = new Pong { Nonce = message.Ping.Nonce, Head = head } });
            case GatewayMessage.KindOneofCase.Applied:
                AppliedRevision = message.Applied.Revision;
                return null;
            case GatewayMessage.KindOneofCase.Records:
                return Take(message.Records);
            case GatewayMessage.KindOneofCase.AssertionKey when PublishesKeys:
                AssertionKeys.Enqueue(message.AssertionKey);
                return new ControlMessage { AssertionKeyAccepted = new AssertionKeyAccepted { Kid = message.AssertionKey.Kid } };
            case GatewayMessage.KindOneofCase.Grants:
                Take(message.Grants);
                return null;
            case GatewayMessage.KindOneofCase.Strays:
                foreach (var stray in message.Strays.Strays_)
                    Strays.Enqueue(stray);
                return null;
            case GatewayMessage.KindOneofCase.Keyless:
                foreach (var client in message.Keyless.Clients)
                    Keyless.Enqueue(client);
                return null;
            case GatewayMessage.KindOneofCase.Connectors:
                Connectors = message.Connectors;
                return null;
            case GatewayMessage.KindOneofCase.Refused:
                foreach (var request in message.Refused.Requests)
                    Refused.Enqueue(request);
                return null;
            case GatewayMessage.KindOneofCase.Cuts:
                foreach (var cut in message.Cuts.Cuts_)
                    Cuts.Enqueue(cut);
                return null;
            default:
                return null;
        }
    }

    private void Take(GrantReport report)
    {
        if (report.Complete)
            Grants.Clear();
        foreach (var grant in report.Grants)
            Grants[grant.Id] = grant;
        foreach (var id in report.Ended)
            Grants.TryRemove(id, out _);
    }

    private ControlMessage? Take(Records records)
    {
        Interlocked.Increment(ref _batches);
        foreach (var record in records.Records_)
            _records.TryAdd(record.Number, record);
        return TakesRecords && records.Records_.Count > 0
            ? new ControlMessage { RecordsAccepted = new RecordsAccepted { Through = records.Records_[^1].Number } }
            : null;
    }

    private async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(this);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    SslProtocols = SslProtocols.Tls13,
                    ServerCertificate = ComponentAuthority.IssueComponentWithKey($"spiffe://{Domain}/control-plane"),
                    ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                    ClientCertificateValidation = (certificate, _, _) => ComponentAuthority.Signed(certificate),
                });
            });
        });
        _app = builder.Build();
        _app.MapGrpcService<TestMembership>();
        _app.MapGrpcService<TestFeed>();
        _app.MapGrpcService<TestSessions>();
        _app.MapGrpcService<TestHostCertificates>();
        _app.MapFallback(async context =>
        {
            // As a page with a form does.
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await context.Response.WriteAsync($"control plane {context.Request.Host.Host}{context.Request.Path}");
        });
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
    }
}
