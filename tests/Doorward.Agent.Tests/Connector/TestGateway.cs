using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Agent.Connector;
using Doorward.Agent.Keys;
using Doorward.Core.Agents;
using Doorward.Core.Tunnels;
using Doorward.Core.Tunnels.Joining;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Doorward.Agent.Tests.Connector;

/// <summary>A gateway, and the control plane behind it, that say whatever a test wants, over Kestrel's own TLS and HTTP/2; and the folder of a replica that joined there.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    /// <summary>The stream of orders is one of them.</summary>
    public const int StreamsOfConnection = 4;
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("doorward-connector-");
    private readonly ConcurrentDictionary<string, TaskCompletionSource<HttpContext>> _streams = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _app;
    private int _port;

    public TestGateway()
    {
        var request = new CertificateRequest("CN=root", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    public ConnectorTargets Targets { get; set; } = new("hq", 1, []);

    /// <summary>Whether it hands on what a replica asks of the control plane.</summary>
    public bool HasControlPlane { get; set; } = true;

    /// <summary>Whether pings are sent.</summary>
    public bool IsAlive { get; set; } = true;

    /// <summary>How long a connection that was taken waits for its handshake.</summary>
    public TimeSpan HandshakeDelay { get; init; }

    public TimeSpan PingInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What a person is answered who asks for a tunnel; 404 when null.</summary>
    public Func<HttpContext, Task>? OnTunnel { get; set; }

    /// <summary>What a person is answered who signs out; 404 when null.</summary>
    public Func<HttpContext, Task>? OnSignOut { get; set; }

    public string Root => _root.ExportCertificatePem();

    public int Port => _port;

    /// <summary>Each stream of orders that was opened, with its hello.</summary>
    public System.Threading.Channels.Channel<OrdersSeen> Opened { get; } = System.Threading.Channels.Channel.CreateUnbounded<OrdersSeen>();

    public string Folder => _folder.FullName;

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsOfConnection);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            if (HandshakeDelay > TimeSpan.Zero) listen.Use(next => async connection =>
            {
                await Task.Delay(HandshakeDelay, TimeProvider.System);
                await next(connection);
            });
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = Issue("test.localhost"),
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                ClientCertificateValidation = static (_, _, errors) => (errors & SslPolicyErrors.RemoteCertificateNotAvailable) == 0,
            });
        }));
        _app = builder.Build();
        _app.Run(ServeAsync);
        await _app.StartAsync();
        _port = new Uri(_app.Urls.Single()).Port;
        if (!File.Exists(Path.Join(Folder, "connector.json"))) Join();
    }

    /// <summary>Breaks off all that is open, and listens no more.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        if (_app is { } app) await app.StopAsync(now.Token);
        if (_app is not null) await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>The stream that the replica opens for an order.</summary>
    public async Task<TunnelLeg> StreamAsync(string order)
    {
        var context = await _streams.GetOrAdd(order, static _ => new()).Task.WaitAsync(TimeSpan.FromSeconds(20));
        return new TunnelLeg(context.Request.BodyReader, context.Response.BodyWriter, TimeProvider.System);
    }

    public bool HasStream(string order) => _streams.TryGetValue(order, out var stream) && stream.Task.IsCompleted;

    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        await StopAsync();
        _root.Dispose();
        _rootKey.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Join()
    {
        using (FileDeviceKey.Create(Path.Join(Folder, "connector.key"), DeviceKeys.MachineId())) new ConnectorFolder(Folder).Write(new ConnectorRecord
        {
            Connector = "hq",
            Replica = "r1",
            Auth = $"https://auth.test.localhost:{_port}",
            Agent = $"https://agent.test.localhost:{_port}",
            Root = _root.ExportCertificatePem(),
            Authority = _root.ExportCertificatePem(),
            Connect = [$"127.0.0.1:{_port}"],
        });
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } floor) floor.MinDataRate = null;
        switch (context.Request.Path.Value)
        {
            case AgentPaths.SignOut when OnSignOut is { } signOut:
                await signOut(context);
                return;
            case TunnelPaths.Certificate:
                await AnswerAsync(context, JsonSerializer.SerializeToUtf8Bytes(await CertifyAsync(context), JoinJson.Default.ReplicaCertificate));
                return;
            case TunnelPaths.Targets when context.Connection.ClientCertificate is not null && HasControlPlane:
                var targets = JsonSerializer.SerializeToUtf8Bytes(Targets, TunnelJson.Default.ConnectorTargets);
                byte[] said = [.. SignedConnectorTargets.Prefix, .. targets];
                var signed = new SignedConnectorTargets(targets, _rootKey.SignData(said, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
                await AnswerAsync(context, JsonSerializer.SerializeToUtf8Bytes(signed, TunnelJson.Default.SignedConnectorTargets));
                return;
            case TunnelPaths.Orders when context.Connection.ClientCertificate is not null:
                await BeginAsync(context);
                await new OrdersSeen(context, this).RunAsync();
                return;
            case { } path when path.StartsWith(TunnelPaths.Streams, StringComparison.Ordinal) && context.Connection.ClientCertificate is not null:
                await BeginAsync(context);
                _streams.GetOrAdd(path[TunnelPaths.Streams.Length..], static _ => new()).TrySetResult(context);
                await Task.WhenAny(_over.Task, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
                return;
            case { } path when path.StartsWith(TunnelPaths.Applications, StringComparison.Ordinal) && OnTunnel is { } tunnel:
                await tunnel(context);
                return;
            default:
                context.Response.StatusCode = 404;
                return;
        }
    }

    // Begun alone, an answer over HTTP/2 stays where it is until the first byte.
    public static async Task BeginAsync(HttpContext context)
    {
        context.Response.ContentType = TunnelPaths.ContentType;
        await context.Response.BodyWriter.FlushAsync();
    }

    private static Task AnswerAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(json, 0, json.Length);
    }

    private async Task<ReplicaCertificate> CertifyAsync(HttpContext context)
    {
        var signed = (await JsonSerializer.DeserializeAsync(context.Request.Body, JoinJson.Default.SignedReplicaOrder))!;
        var order = JsonSerializer.Deserialize(signed.Order, JoinJson.Default.ReplicaOrder)!;
        var request = CertificateRequest.LoadSigningRequest(order.SigningRequest, HashAlgorithmName.SHA256);
        using var issued = request.Create(_root, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(24), RandomNumberGenerator.GetBytes(8));
        return new ReplicaCertificate(issued.RawData, _root.RawData, issued.NotAfter);
    }

    private X509Certificate2 Issue(string domain)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName($"auth.{domain}");
        names.AddDnsName($"agent.{domain}");
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(_root, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(99), RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }
}

/// <summary>One stream of orders, as the gateway has it.</summary>
internal sealed class OrdersSeen(HttpContext context, TestGateway gateway)
{
    private readonly SemaphoreSlim _writing = new(1);
    private int _pongs;

    public System.Threading.Channels.Channel<ConnectorMessage> Messages { get; } = System.Threading.Channels.Channel.CreateUnbounded<ConnectorMessage>();

    /// <summary>How many pings were answered.</summary>
    public int Pongs => Volatile.Read(ref _pongs);

    public Task OrderAsync(ConnectorOrder order) => WriteAsync(TunnelFrameKind.Message, JsonSerializer.SerializeToUtf8Bytes(order, TunnelJson.Default.ConnectorOrder));

    public async Task WriteAsync(TunnelFrameKind kind, byte[] payload)
    {
        var frame = new byte[TunnelFrame.HeaderLength + payload.Length];
        new TunnelFrame(kind, payload.Length).Write(frame);
        payload.CopyTo(frame, TunnelFrame.HeaderLength);
        await _writing.WaitAsync();
        await context.Response.BodyWriter.WriteAsync(frame);
        _writing.Release();
    }

    public async Task<ConnectorMessage> ReadAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await Messages.Reader.ReadAsync(late.Token);
    }

    public async Task RunAsync()
    {
        try
        {
            await Task.WhenAny(ReadAllAsync(), PingAsync());
        }
        finally
        {
            Messages.Writer.TryComplete();
        }
    }

    private async Task PingAsync()
    {
        while (true)
        {
            if (gateway.IsAlive) await WriteAsync(TunnelFrameKind.Ping, new byte[8]);
            await Task.Delay(gateway.PingInterval, TimeProvider.System, context.RequestAborted);
        }
    }

    private async Task ReadAllAsync()
    {
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync();
            var rest = read.Buffer;
            while (OrderFrame.TryTake(ref rest, out var kind, out var payload))
            {
                if (kind == TunnelFrameKind.Pong) Interlocked.Increment(ref _pongs);
                if (kind != TunnelFrameKind.Message) continue;
                var message = JsonSerializer.Deserialize(payload, TunnelJson.Default.ConnectorMessage)!;
                Messages.Writer.TryWrite(message);
                if (message.Hello is { Draining: false }) gateway.Opened.Writer.TryWrite(this);
            }

            context.Request.BodyReader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted) return;
        }
    }
}
