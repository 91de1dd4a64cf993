using System.Buffers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Agent.Connector;
using Doorward.Core.Tunnels;

namespace Doorward.Fuzz;

/// <summary>What a gateway says to an agent or a connector, and they to it.</summary>
internal static class TunnelTargets
{
    private static readonly ECDsa Authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ConnectorRecord Record = new() { Connector = "hq", Replica = "r", Auth = "", Agent = "", Root = "", Authority = AuthorityPem() };

    public static void ReadOrders(byte[] bytes)
    {
        var rest = new ReadOnlySequence<byte>(bytes);
        try
        {
            while (OrderFrame.TryTake(ref rest, out var kind, out var payload))
            {
                Demand(payload.Length <= OrderFrame.MostBytes, "a message of more than the limit");
                if (kind != TunnelFrameKind.Message) continue;
                var order = OrderFrame.ReadOrder(payload);
                Demand(!order.Id.Contains('/', StringComparison.Ordinal) && order.Port is > 0 and <= 65535, "an order that cannot be followed");
                if (order.Proxy is { } client) _ = ProxyHeader.Write(client);
            }
        }
        catch (InvalidDataException)
        {
            // Refused in words.
        }
    }

    public static void ReadTargets(byte[] bytes)
    {
        using var book = new TargetsBook(Record, TimeProvider.System);
        Demand(!book.Take(bytes), "targets that nobody signed were taken");
        byte[] said = [.. SignedConnectorTargets.Prefix, .. bytes];
        var signed = new SignedConnectorTargets(bytes, Authority.SignData(said, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        if (!book.Take(JsonSerializer.SerializeToUtf8Bytes(signed, TunnelJson.Default.SignedConnectorTargets))) return;
        var (known, _) = book.FindAsync(new ConnectorOrder("o1", "db", 0, "db.internal", 5432), static (_, _) => Task.FromResult<byte[]?>(null), CancellationToken.None).GetAwaiter().GetResult();
        _ = known?.Targets.Any(static target => target.Holds("db.internal", 5432));
    }

    public static void ReadClose(byte[] bytes)
    {
        if (TunnelCloseText.Read(new ReadOnlySequence<byte>(bytes)) is not { } close) return;
        Demand(!(close.Code + close.Text + close.Reference).Any(char.IsControl), "a terminal would obey it");
    }

    private static string AuthorityPem()
    {
        using var certificate = new CertificateRequest("CN=components", Authority, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.ExportCertificatePem();
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
