using System.Collections.Immutable;
using System.Security.Cryptography;
using Doorward.Agent.Keys;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Protocol;
using Google.Protobuf;

namespace Doorward.Agent.Posture;

/// <summary>Writes reports signed by the device's key: the first whole, then what changed since the last one that was accepted.</summary>
internal sealed class ReportWriter(string device, IDeviceKey key, SequenceFile sequence, TimeProvider time)
{
    private (ulong Sequence, ImmutableArray<PostureFact> Facts)? _written;
    private (ulong Sequence, ImmutableDictionary<string, PostureFact> Facts)? _accepted;

    /// <summary>A report of these facts, for one nonce.</summary>
    public byte[] Write(ImmutableArray<PostureFact> facts, ReadOnlySpan<byte> nonce)
    {
        var report = new PostureReport
        {
            Device = device,
            Nonce = ByteString.CopyFrom(nonce),
            Sequence = sequence.Next(),
            Time = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Base = _accepted?.Sequence ?? 0,
        };
        report.Facts.AddRange(facts.Where(IsNews).Select(Message));
        _written = (report.Sequence, facts);
        var bytes = report.ToByteArray();
        var signature = key.SignHash(SHA256.HashData(ReportFormat.ToBeSigned(bytes)));
        return new SignedPostureReport { Report = ByteString.CopyFrom(bytes), Signature = ByteString.CopyFrom(signature) }.ToByteArray();
    }

    /// <summary>The last report was accepted: the next says the changes to it.</summary>
    public void Accepted()
    {
        if (_written is var (number, facts)) _accepted = (number, facts.ToImmutableDictionary(static fact => fact.Name));
    }

    /// <summary>It was not, or nobody knows: the next says all.</summary>
    public void Forget() => _accepted = null;

    private bool IsNews(PostureFact fact) => _accepted is not { } accepted || accepted.Facts.GetValueOrDefault(fact.Name) != fact;

    private static PostureReportFact Message(PostureFact fact) => new()
    {
        Name = fact.Name,
        State = fact.State switch
        {
            FactState.Pass => PostureReportFact.Types.State.Pass,
            FactState.Fail => PostureReportFact.Types.State.Fail,
            _ => PostureReportFact.Types.State.Unknown,
        },
        Evidence = fact.Evidence,
        Source = fact.Source,
        Read = fact.Read?.ToUnixTimeMilliseconds() ?? 0,
    };
}
