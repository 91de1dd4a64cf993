using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// Connections of their own for the data of tunnels of which much passes. A tunnel's stream is told a ticket; a connection that shows it in
/// time, from the same device or replica, is that tunnel's, once.
/// </summary>
internal sealed class DataConnections(GatewayOptions options, TimeProvider clock)
{
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // As long as an end waits for who takes the last of it.
    private static readonly TimeSpan s_remainder = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, Offer> _offers = new();
    private int _held;

    /// <summary>Offers that were not taken yet, and connections.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Has the leg offered one once it is worth it, if whoever asked for its stream can dial one.</summary>
    /// <param name="leg">On the stream.</param>
    /// <param name="context">Of the stream's request; nothing of it is touched later.</param>
    /// <param name="allowance">Whose connections these count as, and of how many: of half of those, for the others bring requests.</param>
    public void Watch(TunnelLeg leg, HttpContext context, (SessionAllowance Allowance, int Most) allowance)
    {
        if (!context.Request.Headers.ContainsKey(DataConnection.Header)) return;
        var offer = new Offer(leg, IdentityOf(context.Connection.ClientCertificate), allowance.Allowance, allowance.Most / 2);
        leg.WhenMuchPassed(() => _ = OfferAsync(offer));
    }

    /// <summary>Carries the data of the tunnel whose ticket comes first, until that tunnel is over.</summary>
    public async Task ServeAsync(ConnectionContext connection)
    {
        var tls = connection.Features.Get<ISslStreamFeature>()!.SslStream;
        using var late = new CancellationTokenSource(s_patience, clock);
        var ticket = new byte[DataConnection.TicketBytes];
        try
        {
            await tls.ReadExactlyAsync(ticket, late.Token);
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            return;
        }

        if (!_offers.TryRemove(Convert.ToHexString(ticket), out var offer)) return;
        try
        {
            if (offer.Identity != IdentityOf(tls.RemoteCertificate as X509Certificate2) || !TryVouch(connection, offer)) return;
            var data = DataConnection.Over(tls, () => connection.Abort(new ConnectionAbortedException("The tunnel is over.")));
            if (!offer.Leg.TryMove(data)) return;
            await data.Disposed;
            await LeftAsync(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    // Beyond what its session may have it would go on as nobody's, and be pushed out with the tunnel.
    private static bool TryVouch(ConnectionContext connection, Offer offer)
    {
        var client = connection.Features.Get<ClientConnection>()!;
        client.Vouch(offer.Allowance, offer.Most);
        if (!client.IsVouchedFor) return false;
        client.Newcomer?.Dispose();
        return true;
    }

    // The server would let it go on by itself, uncounted, for as long as the other side does not read what was sent last.
    private async Task LeftAsync(ConnectionContext connection)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var closed = connection.ConnectionClosed.UnsafeRegister(static left => ((TaskCompletionSource)left!).TrySetResult(), left);
        await left.Task.WaitAsync(s_remainder, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!left.Task.IsCompleted) connection.Abort(new ConnectionAbortedException("What was sent last is not taken."));
    }

    private async Task OfferAsync(Offer offer)
    {
        if (Interlocked.Increment(ref _held) > options.DataConnectionLimit)
        {
            Interlocked.Decrement(ref _held);
            return;
        }

        var ticket = RandomNumberGenerator.GetBytes(DataConnection.TicketBytes);
        var name = Convert.ToHexString(ticket);
        _offers[name] = offer;
        if (await offer.Leg.TryOfferAsync(ticket)) await ((Task)offer.Leg.Ending).WaitAsync(s_age, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_offers.TryRemove(name, out _)) Interlocked.Decrement(ref _held);
    }

    // A device's or a replica's certificate may be renewed meanwhile; who has none is known by the ticket alone.
    private static string? IdentityOf(X509Certificate2? certificate) => certificate is null ? null : SpiffeId.Of(certificate)?.ToString() ?? certificate.Thumbprint;

    private sealed record Offer(TunnelLeg Leg, string? Identity, SessionAllowance Allowance, int Most);
}
