using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Connector;

/// <summary>
/// What this connector may reach, as the control plane signed it. Gateways hand it on and name applications of it, but cannot widen it, nor
/// bring an older one back. After a restore of the control plane revisions begin anew, in another epoch; of two epochs the one that was signed later counts.
/// </summary>
internal sealed class TargetsBook(ConnectorRecord record, TimeProvider time) : IDisposable
{
    public const int MostBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _turn = new(1);

    // What was taken away is named by no later order: it is looked for.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private ConnectorTargets? _known;
    private long _asked;

    /// <summary>
    /// What an order's application may reach, in its version or a later one; null when it has none here, and when nobody answered who would
    /// know: then this has not heard either.
    /// </summary>
    public async Task<(ApplicationTargets? Targets, bool HasHeard)> FindAsync(ConnectorOrder order, Func<string, CancellationToken, Task<byte[]?>> read, CancellationToken ct)
    {
        if (IsFresh && Find(order) is { } known) return (known, true);
        await _turn.WaitAsync(ct);
        try
        {
            var hasHeard = (IsFresh && Find(order) is not null) || await ReadAsync(read, ct);
            return (Find(order), hasHeard);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes signed targets; false when they are not to be believed, or older than what is known.</summary>
    public bool Take(ReadOnlySpan<byte> answer)
    {
        try
        {
            if (JsonSerializer.Deserialize(answer, TunnelJson.Default.SignedConnectorTargets) is not { } signed || !IsSigned(signed)) return false;
            if (JsonSerializer.Deserialize(signed.Targets, TunnelJson.Default.ConnectorTargets) is not { Applications.IsDefault: false } targets) return false;
            if (targets.Connector != record.Connector || !targets.Follows(_known) || targets.Applications.Any(static one => one.Targets.IsDefault || one.Targets.Any(static target => target.Ports.IsDefault))) return false;
            _known = targets;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public void Dispose() => _turn.Dispose();

    // Versions of another epoch say nothing of these.
    private ApplicationTargets? Find(ConnectorOrder order) => _known is { } known && (order.Epoch is null || order.Epoch == known.Epoch)
        ? known.Applications.FirstOrDefault(one => one.Application == order.Application && one.Version >= order.Version)
        : null;

    private bool IsFresh => _known is not null && time.GetElapsedTime(Volatile.Read(ref _asked)) < Fresh;

    private async Task<bool> ReadAsync(Func<string, CancellationToken, Task<byte[]?>> read, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        Volatile.Write(ref _asked, time.GetTimestamp());
        try
        {
            if (await read(TunnelPaths.Targets, either.Token) is not { } answer) return false;
            Take(answer);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Then what is known counts.
            return false;
        }
    }

    private bool IsSigned(SignedConnectorTargets signed)
    {
        using var authority = X509Certificate2.CreateFromPem(record.Authority);
        using var key = authority.GetECDsaPublicKey();
        byte[] said = [.. SignedConnectorTargets.Prefix, .. signed.Targets];
        return key is not null && key.VerifyData(said, signed.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
