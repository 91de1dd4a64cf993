using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Enrollment;
using Doorward.Agent.Keys;
using Doorward.Agent.Tests.Keys;
using Doorward.Agent.Tests.Posture;
using Doorward.Agent.Tests.Tpm;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;
using Doorward.Core.Devices.Enrolment;
using Doorward.Testing.Devices;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>Enrolment with a TPM (swtpm), through the whole product; what is wrong is refused beside the twin that passes.</summary>
public sealed class TpmEnrolmentTests(ITestOutputHelper output)
{
    private static readonly (string What, Func<TpmProof, TpmProof> Change)[] Lies =
    [
        ("another secret", static proof => proof with { Secret = RandomNumberGenerator.GetBytes(proof.Secret.Length) }),
        ("an altered quote", static proof => proof with { Quote = Flipped(proof.Quote) }),
        ("an altered certification", static proof => proof with { Certification = Flipped(proof.Certification) }),
        ("another signature", static proof => proof with { QuoteSignature = proof.CertificationSignature }),
        ("other registers", static proof => proof with { Registers = [.. proof.Registers.Skip(1), Flipped(proof.Registers[0])] }),
        ("fewer registers", static proof => proof with { Registers = proof.Registers[1..] }),
        ("nothing", static _ => new TpmProof { Secret = [], Certification = [], CertificationSignature = [], Quote = [], QuoteSignature = [], Registers = [] }),
    ];

    private TimeSpan _took;

    [Fact]
    public async Task A_tpm_is_attested_when_its_manufacturer_is_trusted_and_wrong_answers_are_refused()
    {
        Assert.SkipWhen(SoftwareTpm.Missing is not null, SoftwareTpm.Missing ?? "");
        await using var product = await ProductProcess.StartAsync();
        using var road = new DeviceRoad(product);
        using var manufacturer = new Manufacturer();
        await using var tpm = await SoftwareTpm.StartAsync(manufacturer);

        var stranger = await EnrolAsync(tpm, road);
        Assert.Equal("tpm", stranger.Message?.KeyAssurance);
        Assert.Contains("trusted manufacturer", stranger.Message?.AssuranceNote, StringComparison.Ordinal);

        Trust(manufacturer, product);
        var attested = (await EnrolAsync(tpm, road)).Message;
        output.WriteLine($"enrolled with attestation in {_took.TotalMilliseconds:0} ms, from the first command to the TPM to the certificate");
        Assert.True(attested?.KeyAssurance == "tpm-attested", attested?.AssuranceNote);
        foreach (var (what, lie) in Lies)
        {
            var refused = await EnrolAsync(tpm, road, lie);
            Assert.True(refused.Problem?.Code == "attestation", $"{what}: {refused.Status} {refused.Problem}");
        }

        // Answers to a challenge of before, and to one that nobody gave.
        TpmProof? earlier = null;
        await EnrolAsync(tpm, road, proof => earlier = proof);
        Assert.Equal("attestation", (await EnrolAsync(tpm, road, _ => earlier!)).Problem?.Code);
        Assert.Equal("attestation", (await EnrolAsync(tpm, road, nonce: RandomNumberGenerator.GetBytes(32))).Problem?.Code);

        // The endorsement of another TPM, which cannot read what is written to it.
        await using var other = await SoftwareTpm.StartAsync(manufacturer);
        Assert.Equal("attestation", (await EnrolAsync(tpm, road, endorsedBy: other)).Problem?.Code);
    }

    [Fact]
    public async Task The_command_enrols_with_a_key_in_a_TPM_or_in_a_token_and_the_agent_reports_with_it()
    {
        Assert.SkipWhen(SoftwareTpm.Missing is not null, SoftwareTpm.Missing ?? "");
        Assert.SkipWhen(SoftwareToken.Missing is not null, SoftwareToken.Missing ?? "");
        await using var product = await ProductProcess.StartAsync();
        using var road = new DeviceRoad(product);
        using var tree = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
        using var manufacturer = new Manufacturer();
        await using var tpm = await SoftwareTpm.StartAsync(manufacturer);
        Trust(manufacturer, product);
        await using var token = new SoftwareToken();
        await token.InitializeAsync();
        (string Name, string[] Key, string Assurance)[] keepers =
        [
            ("in-tpm", ["--key", "tpm", "--tpm", $"{((TpmAddress.Socket)tpm.Address).EndPoint switch { UnixDomainSocketEndPoint unix => $"unix:{unix}", var at => $"tcp:{at}" }}"], "tpm-attested"),
            ("in-token", ["--module", token.Settings.Module, "--token", token.Settings.Token, "--pin-file", token.Settings.PinFile], "pkcs11"),
        ];
        foreach (var (name, key, assurance) in keepers)
        {
            await using var agent = new AgentProcess(product, tree.Path);
            var begun = TimeProvider.System.GetTimestamp();
            var (code, said) = await agent.EnrollAsync((await road.InviteAsync("--name", name)).ToText(), key);
            Assert.True(code == 0 && said.Contains($"key: {assurance}.", StringComparison.Ordinal), said);
            output.WriteLine($"{name}: enrolled by the command in {TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds:0} ms, its start included");
            Assert.False(File.Exists(Path.Combine(agent.State, "device.key")));
            agent.Start();
            await FirewallDoor.EventuallyAsync(async () => (await agent.StatusAsync()).Code == 0, () => $"green: {agent.Output}");

            // Begun anew, with the same key.
            await agent.KillAsync();
            agent.Start();
            var again = TimeProvider.System.GetUtcNow();
            await FirewallDoor.EventuallyAsync(async () => (await agent.HealthAsync()).TryGetProperty("lastReport", out var last) && last.GetDateTimeOffset() > again, () => agent.Output);
        }

        Assert.DoesNotContain("device-refused", await product.RunAsync(["audit", "export"]), StringComparison.Ordinal);
    }

    private static void Trust(Manufacturer manufacturer, ProductProcess product) => File.WriteAllText(
        Path.Combine(Directory.CreateDirectory(Path.Combine(product.Data, "tpm-roots")).FullName, "maker.pem"),
        $"{manufacturer.Root.ExportCertificatePems()}\n{manufacturer.Intermediates.ExportCertificatePems()}\n");

    private async Task<Answer<EnrolmentDone>> EnrolAsync(
        SoftwareTpm tpm, DeviceRoad road, Func<TpmProof, TpmProof>? change = null, byte[]? nonce = null, SoftwareTpm? endorsedBy = null)
    {
        var link = await road.InviteAsync();
        var begun = TimeProvider.System.GetTimestamp();
        var (pair, keys) = Create(tpm);
        if (endorsedBy is not null) keys = keys with { EndorsementKey = Create(endorsedBy).Keys.EndorsementKey, EndorsementCertificate = Create(endorsedBy).Keys.EndorsementCertificate };
        using var device = road.NewDevice();
        var start = device.Start(link) with
        {
            Keeper = "tpm",
            PublicKey = keys.DeviceKey.SubjectPublicKeyInfo()!,
            Tpm = new TpmAreas
            {
                EndorsementKey = keys.EndorsementKey.Bytes.ToArray(),
                EndorsementCertificate = keys.EndorsementCertificate?.ToArray(),
                AttestationKey = keys.AttestationKey.Bytes.ToArray(),
                DeviceKey = keys.DeviceKey.Bytes.ToArray(),
            },
        };
        var (status, challenge, problem) = await device.StartAsync(start);
        if (challenge is null) return new Answer<EnrolmentDone>(status, null, problem);
        var proof = endorsedBy is null
            ? Answer(tpm, pair, challenge, nonce ?? challenge.Nonce)
            : Answer(tpm, pair, await OwnChallengeAsync(tpm, device, start), challenge.Nonce);
        using var key = new TpmDeviceKey(tpm.Address, pair.Device);
        var finish = new EnrolmentFinish { Start = start, Attempt = challenge.Attempt, SigningRequest = DeviceEcdsa.CreateRequest(key), Tpm = change is null ? proof : change(proof) };
        var done = await device.FinishOnlyAsync(finish);
        _took = TimeProvider.System.GetElapsedTime(begun);
        return done;
    }

    // What it can read at all: the secret of a challenge to its own endorsement key.
    private static async Task<EnrolmentChallenge> OwnChallengeAsync(SoftwareTpm tpm, TestDevice device, EnrolmentStart start)
    {
        var own = Create(tpm).Keys;
        return (await device.StartAsync(start with { Tpm = start.Tpm! with { EndorsementKey = own.EndorsementKey.Bytes.ToArray(), EndorsementCertificate = null } })).Message!;
    }

    // The simulator serves one connection at a time.
    private static (TpmKeyPair Pair, TpmKeys Keys) Create(SoftwareTpm tpm)
    {
        using var connection = tpm.Connect();
        return new TpmEnrollment(connection).CreateKeys();
    }

    private static TpmProof Answer(SoftwareTpm tpm, TpmKeyPair pair, EnrolmentChallenge challenge, byte[] nonce)
    {
        using var connection = tpm.Connect();
        var answer = new TpmEnrollment(connection).Answer(
            pair, new SealedCredential(challenge.Tpm!.CredentialBlob, challenge.Tpm.EncryptedSeed), nonce,
            new PcrSelection((TpmAlgorithm)challenge.Tpm.Bank, [.. challenge.Tpm.Registers]));
        return new TpmProof
        {
            Secret = answer.Secret.ToArray(),
            Certification = answer.Certification.ToArray(),
            CertificationSignature = answer.CertificationSignature.ToArray(),
            Quote = answer.Quote.Attest.ToArray(),
            QuoteSignature = answer.Quote.Signature.ToArray(),
            Registers = [.. answer.Quote.Values.Select(static value => value.ToArray())],
        };
    }

    private static byte[] Flipped(byte[] bytes)
    {
        byte[] flipped = [.. bytes];
        flipped[^1] ^= 1;
        return flipped;
    }
}
