using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Connector;

/// <summary>Keeps a stream of orders open to one address of a gateway, for as long as that address is one.</summary>
internal sealed class GatewayLine(DnsEndPoint address, ConnectorRecord record, ReplicaCertificates certificates, OrderDesk desk, TimeProvider time, TextWriter log)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    // Together with a dial that comes to nothing, less than the 5 s in which whoever returns is to be carried to again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OpenPatience = TimeSpan.FromSeconds(10);

    // Whoever was served for so long, longer than an attempt can take, is tried again at once.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(20);
    private static readonly ConnectorHello Hello = new(typeof(GatewayLine).Assembly.GetName().Version?.ToString(3) ?? "", Draining: false);
    private volatile ServedGateway? _served;
    private volatile string? _problem = "not connected yet";

    public DnsEndPoint Address => address;

    // Not disposed: no handle of it was asked for.
    private CancellationTokenSource Stop { get; } = new();

    public LineHealth Health => new($"{address.Host}:{address.Port}", _problem);

    /// <summary>Wants no new orders; what is open goes on.</summary>
    public async Task DrainAsync()
    {
        await Stop.CancelAsync();
        if (_served is { } served) await served.SayAsync(Hello with { Draining = true });
    }

    /// <summary>The address is one no more: what is open goes on, and nothing else is kept there.</summary>
    public async Task LeaveAsync()
    {
        await Stop.CancelAsync();
        if (_served is { } served) _ = served.RetireAsync(Hello);
    }

    /// <param name="breakOff">Then everything that it carries ends.</param>
    public async Task RunAsync(CancellationToken breakOff)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Stop.Token, breakOff);
        try
        {
            var wait = FirstWait;
            while (true)
            {
                var since = time.GetTimestamp();
                if (await ServeAsync(breakOff, either.Token)) continue;
                if (time.GetElapsedTime(since) >= Steady) wait = FirstWait;
                await Task.Delay(wait * RandomNumberGenerator.GetInt32(500, 1001) / 1000, time, either.Token);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
        catch (OperationCanceledException)
        {
            // As it was wanted.
        }
    }

    // True when another stream took the place of this one; false when one is to be waited for.
    private async Task<bool> ServeAsync(CancellationToken breakOff, CancellationToken ct)
    {
        try
        {
            _served ??= await OpenAsync(null, breakOff, ct);
            if (_served is not { } served) return false;
            if (!await served.LastsAsync(ct))
            {
                _served = null;
                Say("the gateway is gone");
            }
            else if (await OpenAsync(served.Certificate, breakOff, ct) is { } next)
            {
                _served = next;
                _ = served.RetireAsync(Hello);
                return true;
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever it is, the next attempt may do better: nobody else would make one.
            _served = null;
            Say(error.Message);
        }

        // What is good still goes on, if there is no other.
        return false;
    }

    // Null as well when there is no certificate but the one that is shown already.
    private async Task<ServedGateway?> OpenAsync(X509Certificate2? shown, CancellationToken breakOff, CancellationToken ct)
    {
        var (certificate, problem) = await certificates.ReadyAsync(ct);
        if (certificate is null)
        {
            Say(problem);
            return null;
        }

        if (certificate == shown) return null;
        using var root = X509Certificate2.CreateFromPem(record.Root);
        var connection = new GatewayConnection(record.Agent, address, root, certificate);
        (var call, problem) = await connection.OpenAsync(TunnelPaths.Orders, OpenPatience, time, ct);
        if (call is null)
        {
            connection.Release();
            Say(problem);
            return null;
        }

        var served = new ServedGateway(connection, call, desk, time, breakOff);
        await served.SayAsync(Hello);
        Say(null);
        return served;
    }

    private void Say(string? problem)
    {
        if (problem == _problem) return;
        _problem = problem;
        log.WriteLine($"{address.Host}:{address.Port}: {problem ?? "connected"}");
        log.Flush();
    }
}
