using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Doorward.Control.Identity;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Upstreams;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Applications;

/// <summary>How an upstream took a request.</summary>
public enum UpstreamResult
{
    /// <summary>It answered as HTTP asks for, whatever it said.</summary>
    Answers,

    /// <summary>The name leads to an address that no upstream may have.</summary>
    Refused,
    NotFound,
    Unreachable,
    Silent,
    Untrusted,
    NotHttp,
}

/// <summary>What came of asking; of the answer itself nothing but its status.</summary>
public sealed record UpstreamTestAnswer(string Upstream, UpstreamResult Result, double Milliseconds, int? Status, string Message);

/// <summary>
/// Asks an upstream once whether it answers, from the control plane. It may go where a saved upstream may lead a gateway and nowhere
/// else: the same rules when it is read and, for what its name resolves to, at the moment of the connection. No redirect is followed.
/// </summary>
internal sealed class UpstreamTest(
    IDbContextFactory<DoorwardDb> databases, InstallationReader installation, InstallationAddress address, SecretSealer sealer, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _slots = new(4);

    /// <summary>Null when the address breaks the rules, which <paramref name="violations"/> then says, or there is no such application.</summary>
    public async Task<UpstreamTestAnswer?> AskAsync(
        string upstream, string? application, bool allowSpecial, ICollection<RuleViolation> violations, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var ownPorts = (await installation.ReadAsync(db, ct)).OwnPorts;
        if (UpstreamRules.Read(upstream, "upstream", violations) is not { } target) return null;
        UpstreamRules.CheckTarget(target, "upstream", allowSpecial, ownPorts, violations);
        if (violations.Count > 0) return null;
        var definition = new ApplicationDefinition { Name = "" };
        if (application is not null)
        {
            var stored = await db.Resources.AsNoTracking().SingleOrDefaultAsync(d => d.Kind == ResourceKinds.Application && d.Name == application, ct);
            if (stored is null) return null;
            definition = JsonSerializer.Deserialize(ApplicationSecrets.Unseal(sealer, application, stored.Json), ApplicationJson.Default.ApplicationDefinition)!;
        }

        var (tls, problem) = UpstreamTrust.Read(definition.Tls, target);
        if (tls is null) return new UpstreamTestAnswer(upstream, UpstreamResult.Untrusted, 0, null, $"The application's {problem}.");
        var rules = new AddressRules([.. ownPorts, address.Port]);
        return await DialAsync(target, definition, new UpstreamDialer(rules, allowSpecial, tls), ct);
    }

    public void Dispose() => _slots.Dispose();

    private async Task<UpstreamTestAnswer> DialAsync(Uri target, ApplicationDefinition definition, UpstreamDialer dialer, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        var begun = time.GetTimestamp();
        var entered = false;
        try
        {
            await _slots.WaitAsync(either.Token);
            entered = true;
            using var invoker = new HttpMessageInvoker(Handler(dialer));
            using var request = Request(target, definition);
            using var response = await invoker.SendAsync(request, either.Token);
            return Answer(UpstreamResult.Answers, $"It answers with status {(int)response.StatusCode}.", (int)response.StatusCode);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            var (result, message) = Describe(fault);
            return Answer(result, message, null);
        }
        finally
        {
            if (entered) _slots.Release();
        }

        UpstreamTestAnswer Answer(UpstreamResult result, string message, int? status) =>
            new(target.GetLeftPart(UriPartial.Authority), result, Math.Round(time.GetElapsedTime(begun).TotalMilliseconds, 1), status, message);
    }

    private static HttpRequestMessage Request(Uri target, ApplicationDefinition definition)
    {
        var request = new HttpRequestMessage(HttpMethod.Head, new Uri(target, definition.HealthCheck?.Path ?? "/"))
        {
            Version = definition.Protocol == UpstreamProtocol.Http2 ? new Version(2, 0) : new Version(1, 1),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (definition.PreserveHost) request.Headers.Host = definition.Hosts.FirstOrDefault(static host => !HostNames.IsWildcard(host));
        return request;
    }

    private static SocketsHttpHandler Handler(UpstreamDialer dialer) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = dialer.ConnectAsync,
        MaxResponseHeadersLength = 16,
        ActivityHeadersPropagator = null,
    };

    private static (UpstreamResult Result, string Message) Describe(Exception fault) => Deepest(fault) switch
    {
        RefusedAddressException refused => (UpstreamResult.Refused, refused.Message),
        AuthenticationException tls => (UpstreamResult.Untrusted, $"TLS failed: {Shown.Text(tls.Message)} If the certificate is the application's own, give its CA in tls.ca."),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
            (UpstreamResult.NotFound, "Its name cannot be resolved from here."),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => (UpstreamResult.Unreachable, "Nothing listens there: the connection was refused."),
        SocketException => (UpstreamResult.Unreachable, "It cannot be reached by the network from here."),
        OperationCanceledException => (UpstreamResult.Silent, $"It did not answer within {Patience.TotalSeconds:0} s."),
        _ => (UpstreamResult.NotHttp, "Something listens there, but it does not answer as HTTP asks for. Perhaps it speaks https, or the other way round."),
    };

    private static Exception Deepest(Exception fault) => fault switch
    {
        RefusedAddressException or AuthenticationException or SocketException or OperationCanceledException { InnerException: null } => fault,
        { InnerException: { } inner } => Deepest(inner),
        _ => fault,
    };
}
