using System.Security.Cryptography;
using System.Text;
using Doorward.Agent.Asking;
using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Protocol;
using Google.Protobuf;

namespace Doorward.Fuzz;

/// <summary>What is done with the bytes. Any exception but those that a target expects is a crash; so is an answer that cannot be right.</summary>
internal static class Targets
{
    private const int Limit = 1 << 20;

    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["attest"] = ReadAttest,
        ["public"] = ReadPublic,
        ["signature"] = ReadSignature,
        ["response"] = ReadResponse,
        ["report"] = ReadReport,
        ["page"] = ReadPage,
        ["ruleset"] = static bytes => NftRuleset.Parse(Encoding.UTF8.GetString(bytes))?.Refuses("ip", "eth0"),
        ["frames"] = FramesTarget.Read,
        ["orders"] = TunnelTargets.ReadOrders,
        ["targets"] = TunnelTargets.ReadTargets,
        ["close"] = TunnelTargets.ReadClose,
        ["lz4"] = static bytes => Demand(Lz4Frame.Read(bytes, Limit) is not { Length: > Limit }, "more than the limit"),
    };

    private static void ReadAttest(byte[] bytes)
    {
        var attest = TpmAttest.Parse(bytes);
        Demand(attest is not TpmAttest.Quote { Selections: var selections } || selections.All(static bank => bank.Registers.Length <= 256), "more registers than any bank has");
    }

    private static void ReadPublic(byte[] bytes)
    {
        if (TpmPublic.Parse(bytes) is not { } key) return;
        _ = key.Name;
        _ = key.SubjectPublicKeyInfo();
        _ = KeyPromises.OfAttestationKey(key);
        _ = KeyPromises.OfDeviceKey(key);
        _ = SealedCredential.Make(key, [1, 2, 3], [4, 5, 6]);
    }

    private static void ReadSignature(byte[] bytes)
    {
        if (TpmSignature.Parse(bytes) is not { } signature) return;
        Demand(signature.Joined(32) is not { Length: not 64 }, "a signature of a wrong length");
    }

    // A TPM, or who sits between, says anything: the answer is read, or refused in words.
    private static void ReadResponse(byte[] bytes)
    {
        var tpm = new TpmConnection(new OneAnswer(bytes));
        Action[] commands =
        [
            () => tpm.Random(8), () => tpm.Manufacturer(), () => tpm.ReadMemory(1), () => tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey),
            () => tpm.ReadRegisters(new PcrSelection(TpmAlgorithm.Sha256, [0])), () => tpm.Quote(new TpmObject(tpm, 1), [1], new PcrSelection(TpmAlgorithm.Sha256, [0])),
            () => tpm.Sign(new TpmObject(tpm, 1), new byte[32]), () => tpm.ReadPublic(new TpmObject(tpm, 1)), () => tpm.Create(new TpmObject(tpm, 1), TpmTemplates.DeviceKey),
        ];
        foreach (var command in commands)
        {
            try
            {
                command();
            }
            catch (TpmException)
            {
                // Refused in words.
            }
        }
    }

    private static void ReadReport(byte[] bytes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var expected = new ReportExpectation
        {
            Device = "dev_mine",
            PublicKey = key.ExportParameters(false),
            Nonce = new byte[] { 1 },
            Last = DevicePosture.None,
            Now = DateTimeOffset.UnixEpoch,
        };
        Demand(ReportVerifier.Verify(bytes, expected) is ReportVerdict.Refused, "a report that nobody signed was accepted");
        var signature = ByteString.CopyFrom(key.SignData(ReportFormat.ToBeSigned(bytes), HashAlgorithmName.SHA256));
        _ = ReportVerifier.Verify(new SignedPostureReport { Report = ByteString.CopyFrom(bytes), Signature = signature }.ToByteArray(), expected);
    }

    private static void ReadPage(byte[] bytes)
    {
        if (PageRequest.Parse(bytes) is not { } request) return;
        Demand(request.Length is >= 0 and <= PageRequest.LongestBody, "a body of a length that is not read");
        Demand(request.Path.StartsWith('/') && !(request.Origin + request.Host).Any(char.IsControl), "a line that goes on in the next");
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }

    private sealed class OneAnswer(byte[] answer) : ITpmTransport
    {
        public byte[] Exchange(ReadOnlySpan<byte> command) => answer;

        public void Dispose()
        {
        }
    }
}
