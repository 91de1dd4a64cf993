using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
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

    /// <summary>The bytes in pieces of a length that the first one says, against a plain reading of all of them at once.</summary>
    public static void ReadFrames(byte[] bytes)
    {
        if (bytes.Length < 2) return;
        var towards = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var from = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var leg = new TunnelLeg(towards.Reader, from.Writer, TimeProvider.System);
        var arrived = CollectAsync(leg, isSlow: bytes[0] >= 128);
        for (var at = 1; at < bytes.Length; at += (bytes[0] & 0x7F) + 1)
            _ = towards.Writer.WriteAsync(bytes.AsMemory(at, Math.Min((bytes[0] & 0x7F) + 1, bytes.Length - at))).AsTask();
        towards.Writer.Complete();
        Demand(leg.Ending.Wait(TimeSpan.FromSeconds(5)), "it does not end");
        var expected = Plain.Read(bytes.AsSpan(1));
        Demand(leg.Ending.Result switch
        {
            TunnelEnding.Closed { Here: true } => expected.IsViolated,
            TunnelEnding.Closed => expected.IsClosed,
            TunnelEnding.Lost { Cause: null } => !expected.IsViolated && !expected.IsClosed,
            _ => false,
        }, $"it ended as {leg.Ending.Result} where that was expected: {expected.IsViolated} {expected.IsClosed}");
        Demand(leg.Received == expected.Data.Length, "another number of bytes arrived");
        Demand(arrived.Wait(TimeSpan.FromSeconds(5)) && expected.Data.AsSpan().StartsWith(arrived.Result), "other bytes arrived");
        if (!expected.IsViolated) Demand(arrived.Result.Length == expected.Data.Length, "not all bytes arrived");
        Demand(leg.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5)), "it cannot be disposed");
    }

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
        var known = book.FindAsync(new ConnectorOrder("o1", "db", 0, "db.internal", 5432), static (_, _) => Task.FromResult<byte[]?>(null), CancellationToken.None).GetAwaiter().GetResult();
        _ = known?.Targets.Any(static target => target.Holds("db.internal", 5432));
    }

    public static void ReadClose(byte[] bytes)
    {
        if (TunnelCloseText.Read(new ReadOnlySequence<byte>(bytes)) is not { } close) return;
        Demand(!(close.Code + close.Text + close.Reference).Any(char.IsControl), "a terminal would obey it");
    }

    private static async Task<byte[]> CollectAsync(TunnelLeg leg, bool isSlow)
    {
        var all = new List<byte>();
        try
        {
            if (isSlow) await leg.Ending;
            while (await leg.ReadAsync() is var arrived && !(arrived.IsCompleted && arrived.Buffer.IsEmpty))
            {
                all.AddRange(arrived.Buffer.ToArray());
                leg.Consume(arrived.Buffer.End);
            }
        }
        catch (TunnelOverException)
        {
            // Without an end.
        }

        return [.. all];
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

    /// <summary>What a reader that has all bytes at once and keeps to TunnelFrame's words would say. Inputs are shorter than the credit.</summary>
    private sealed record Plain(byte[] Data, bool IsViolated, bool IsClosed)
    {
        public static Plain Read(ReadOnlySpan<byte> bytes)
        {
            var data = new List<byte>();
            var isEnded = false;
            while (bytes.Length >= TunnelFrame.HeaderLength)
            {
                var word = BinaryPrimitives.ReadUInt32BigEndian(bytes);
                var (kind, length) = (word >> 24, (int)(word & 0xFFFFFF));
                bytes = bytes[TunnelFrame.HeaderLength..];
                var fits = kind switch
                {
                    0 => length is > 0 and <= TunnelFrame.MostPayload && !isEnded,
                    1 => length == 0 && !isEnded,

                    // Nothing was sent: no credit can come.
                    2 => length == 4 && bytes.Length < 4,
                    3 => length is > 0 and <= TunnelFrame.MostPayload,
                    4 => length is > 0 and <= TunnelFrame.MostPayload && bytes.Length < length,
                    5 or 6 => length == 8 && bytes.Length < length,
                    _ => false,
                };
                if (!fits) return new Plain([.. data], true, false);
                if (kind == 0)
                {
                    data.AddRange(bytes[..Math.Min(length, bytes.Length)]);
                    bytes = bytes[Math.Min(length, bytes.Length)..];
                    continue;
                }

                if (bytes.Length < length) break;
                if (kind == 3) return TunnelCloseText.Read(new ReadOnlySequence<byte>(bytes[..length].ToArray())) is null ? new Plain([.. data], true, false) : new Plain([.. data], false, true);
                isEnded |= kind == 1;
                bytes = bytes[length..];
            }

            return new Plain([.. data], false, false);
        }
    }
}
