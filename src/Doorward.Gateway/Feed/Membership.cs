using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using MembershipService = Doorward.Core.Protocol.Membership;

namespace Doorward.Gateway.Feed;

/// <summary>Keeps this gateway's certificate: joins once with a token, then renews at half of its life.</summary>
internal sealed partial class Membership(
    GatewayOptions options, ControlPlaneConnection connection, TimeProvider clock, ILogger<Membership> logger)
{
    // Short, because the monotonic clock stands still in suspend: after a sleep of days the wall clock is read within this time.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private readonly IdentityFiles _files = connection.Files;
    private ECDsa? _key;

    /// <summary>Reads what an earlier run left.</summary>
    /// <exception cref="GatewayOptionsException">The key cannot be used, or there is nothing to join with.</exception>
    public void Open()
    {
        _key = _files.LoadOrMakeKey();
        connection.Certificate = _files.LoadCertificate(_key);
        if (connection.Certificate is null)
            RequireToken();
    }

    /// <summary>Buys a certificate when there is none that is good. Returns when there is; retries while the control plane is not reachable.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        var backOff = new BackOff(clock);
        while (connection.Certificate is not { } held || Expired(held))
        {
            if (!await TryRenewOrJoinAsync(cancellation))
                await backOff.WaitAsync(cancellation);
        }
    }

    /// <summary>Renews at half life, for as long as the gateway runs.</summary>
    public async Task KeepAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            if (connection.Certificate is { } held && clock.GetUtcNow() >= HalfLife(held))
                await TryRenewOrJoinAsync(cancellation);
        }
    }

    private static DateTimeOffset HalfLife(X509Certificate2 held) => new DateTimeOffset(held.NotBefore) + ((held.NotAfter - held.NotBefore) / 2);

    private bool Expired(X509Certificate2 held) => clock.GetUtcNow() >= new DateTimeOffset(held.NotAfter);

    private async Task<bool> TryRenewOrJoinAsync(CancellationToken cancellation)
    {
        using var channel = connection.OpenChannel();
        var client = new MembershipService.MembershipClient(channel);
        var csr = ByteString.CopyFrom(SigningRequest());
        using var limit = new CancellationTokenSource(CallTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var call = new CallOptions(cancellationToken: either.Token);
        try
        {
            await connection.LearnAuthorityAsync(either.Token);
            var renewing = connection.Certificate is not null;
            var reply = renewing
                ? await client.RenewAsync(new RenewRequest { Csr = csr }, call)
                : await client.JoinAsync(new JoinRequest { Token = RequireToken(), Name = options.Name, Csr = csr }, call);
            connection.Certificate = _files.Save(reply.Certificate.ToByteArray(), _key!);
            _files.SaveAuthorities(connection.AuthoritiesPem);
            LogCertificate(renewing ? "renewed" : "issued", connection.Certificate.NotAfter);
            return true;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested && exception is HttpRequestException or OperationCanceledException)
        {
            LogUnknown(exception.Message);
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk: the certificate held is good for a while yet, and the next look tries again.
            LogNotKept(exception.Message);
            return false;
        }
        catch (RpcException exception) when (!cancellation.IsCancellationRequested)
        {
            LogRefused(exception.StatusCode, exception.Status.Detail);

            // A certificate too old to renew with is of no more use; a token, when there is one, buys a new one.
            if (exception.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied && options.JoinToken is not null
                && connection.Certificate is { } held && Expired(held))
                connection.Certificate = null;
            return false;
        }
    }

    private string RequireToken() => options.JoinToken
        ?? throw new GatewayOptionsException("this gateway has no certificate and no join token: make one with `doorward gateway join-token`");

    private byte[] SigningRequest() =>
        new CertificateRequest(new X500DistinguishedName($"CN={options.Name}"), _key!, HashAlgorithmName.SHA256).CreateSigningRequest();

    [LoggerMessage(Level = LogLevel.Information, Message = "Component certificate {What}, valid until {Until:u}")]
    private partial void LogCertificate(string what, DateTime until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot join: {Reason}")]
    private partial void LogUnknown(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The component certificate cannot be written: {Reason}")]
    private partial void LogNotKept(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The control plane gave no certificate ({Code}): {Detail}")]
    private partial void LogRefused(StatusCode code, string detail);
}
