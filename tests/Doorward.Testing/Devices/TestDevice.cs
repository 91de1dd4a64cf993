using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;
using Doorward.Core.Protocol;
using Google.Protobuf;

namespace Doorward.Testing.Devices;

/// <summary>A machine with a key in memory that speaks as an agent does. How its requests travel is the test's to say.</summary>
public sealed class TestDevice(DeviceWay way) : IDisposable
{
    public ECDsa Key { get; private init; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public EnrolmentDone? Enrolled { get; private set; }

    /// <summary>What it shows at <c>agent.</c>, with its key.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>What its disk holds: the last number used, the last report that counted, the nonce to go on from, and its facts.</summary>
    public ulong Sequence { get; set; }

    public ulong Accepted { get; set; }

    public byte[] Nonce { get; set; } = [];

    public Dictionary<string, PostureReportFact.Types.State> Facts { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>By this machine's clock.</summary>
    public Func<DateTimeOffset> Now { get; set; } = TimeProvider.System.GetUtcNow;

    public string Id => Enrolled?.DeviceId ?? throw new InvalidOperationException("The device has not enrolled.");

    public static async Task<TestDevice> EnrolAsync(DeviceWay way, EnrolmentLink link, string hostName = "laptop")
    {
        var device = new TestDevice(way);
        var (status, done, problem) = await device.EnrolAsync(link, hostName);
        return status == HttpStatusCode.OK && done is not null ? device : throw new InvalidOperationException($"{status} {problem}");
    }

    /// <summary>The same disk in another machine.</summary>
    public TestDevice Clone()
    {
        var key = ECDsa.Create(Key.ExportParameters(includePrivateParameters: true));
        return new TestDevice(way)
        {
            Key = key,
            Enrolled = Enrolled,
            Certificate = Enrolled is null ? null : With(Enrolled.Certificate, key),
            Sequence = Sequence,
            Accepted = Accepted,
            Nonce = Nonce,
            Facts = new(Facts),
        };
    }

    public EnrolmentStart Start(EnrolmentLink link, string hostName = "laptop") => new()
    {
        Secret = link.Secret.ToText(),
        HostName = hostName,
        Platform = "linux",
        Keeper = "file",
        PublicKey = Key.ExportSubjectPublicKeyInfo(),
    };

    public async Task<Answer<EnrolmentDone>> EnrolAsync(EnrolmentLink link, string hostName = "laptop")
    {
        var start = Start(link, hostName);
        var (status, challenge, problem) = await StartAsync(start);
        return challenge is null
            ? new Answer<EnrolmentDone>(status, null, problem)
            : await FinishAsync(new EnrolmentFinish { Start = start, Attempt = challenge.Attempt, SigningRequest = SigningRequest() });
    }

    public Task<Answer<EnrolmentChallenge>> StartAsync(EnrolmentStart start) =>
        PostAsync("auth", DevicePaths.Start, start, DeviceJson.Default.EnrolmentStart, DeviceJson.Default.EnrolmentChallenge);

    public async Task<Answer<EnrolmentDone>> FinishAsync(EnrolmentFinish finish)
    {
        var answer = await FinishOnlyAsync(finish);
        if (answer.Message is { } done)
        {
            Enrolled = done;
            Nonce = done.Nonce;
            Certificate = With(done.Certificate, Key);
        }

        return answer;
    }

    /// <summary>The second step for a key that is kept elsewhere.</summary>
    public Task<Answer<EnrolmentDone>> FinishOnlyAsync(EnrolmentFinish finish) =>
        PostAsync("auth", DevicePaths.Finish, finish, DeviceJson.Default.EnrolmentFinish, DeviceJson.Default.EnrolmentDone);

    /// <summary>An order of a certificate for a key in memory.</summary>
    public CertificateOrder Order(ECDsa session) => new()
    {
        Device = Enrolled?.DeviceId ?? "",
        Time = Now(),
        Nonce = RandomNumberGenerator.GetBytes(CertificateOrder.NonceLength),
        SigningRequest = new CertificateRequest("CN=device", session, HashAlgorithmName.SHA256).CreateSigningRequest(),
    };

    /// <summary>Has a key certified at the word of the device's own, and shows it from now on.</summary>
    public async Task<Answer<DeviceCertificate>> CertifyAsync(ECDsa session)
    {
        var answer = await SendOrderAsync(Sign(Order(session)));
        if (answer.Message is { } issued) Certificate = With(issued, session);
        return answer;
    }

    public SignedCertificateOrder Sign(CertificateOrder order)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(order, DeviceJson.Default.CertificateOrder);
        return new SignedCertificateOrder { Order = bytes, Signature = Key.SignData(SignedCertificateOrder.ToBeSigned(bytes), HashAlgorithmName.SHA256) };
    }

    public Task<Answer<DeviceCertificate>> SendOrderAsync(SignedCertificateOrder order) =>
        PostAsync("auth", DevicePaths.Certificate, order, DeviceJson.Default.SignedCertificateOrder, DeviceJson.Default.DeviceCertificate);

    /// <summary>
    /// Reports these facts, written as <c>firewall=pass</c>, as an agent does: what changed; and the whole once more when it is told that an
    /// answer was lost or that what it goes on from is not known.
    /// </summary>
    public async Task<Answer<ReportAnswer>> ReportAsync(params string[] facts)
    {
        var changes = facts.ToDictionary(static fact => fact.Split('=')[0], static fact => Enum.Parse<PostureReportFact.Types.State>(fact.Split('=')[1], ignoreCase: true));
        foreach (var (name, state) in changes) Facts[name] = state;
        var answer = await SendReportAsync(Sign(Report(Accepted, changes)));
        for (var attempt = 0; attempt < 2 && answer.Problem?.Code is "replayed" or "other-nonce" or "other-base"; attempt++) answer = await SendReportAsync(Sign(Report(0, Facts)));
        return answer;
    }

    /// <summary>The next report: of the changes to one before, or of all facts.</summary>
    public PostureReport Report(ulong @base, IReadOnlyDictionary<string, PostureReportFact.Types.State> facts) => new()
    {
        Device = Id,
        Sequence = ++Sequence,
        Time = Now().ToUnixTimeMilliseconds(),
        Nonce = ByteString.CopyFrom(Nonce),
        Base = @base,
        Facts = { facts.Select(static fact => new PostureReportFact { Name = fact.Key, State = fact.Value, Evidence = "as the test says", Source = "test" }) },
    };

    public byte[] Sign(PostureReport report, ECDsa? key = null)
    {
        var bytes = report.ToByteArray();
        return new SignedPostureReport
        {
            Report = ByteString.CopyFrom(bytes),
            Signature = ByteString.CopyFrom((key ?? Key).SignData(ReportFormat.ToBeSigned(bytes), HashAlgorithmName.SHA256)),
        }.ToByteArray();
    }

    public async Task<Answer<ReportAnswer>> SendReportAsync(byte[] report)
    {
        using var content = new ByteArrayContent(report);
        var answer = await SendAsync("agent", DevicePaths.Report, content, DeviceJson.Default.ReportAnswer);
        if (answer.Message is { } taken) (Accepted, Nonce) = (taken.Sequence, taken.Nonce);
        else if (answer.Problem?.Nonce is { } next) Nonce = next;
        return answer;
    }

    public Task<Answer<ProofAnswer>> ProveAsync(DeviceProof proof, ECDsa? key = null)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(proof, DeviceJson.Default.DeviceProof);
        var signed = new SignedProof { Proof = bytes, Signature = (key ?? Key).SignData(SignedProof.ToBeSigned(bytes), HashAlgorithmName.SHA256) };
        return PostAsync("agent", DevicePaths.Proof, signed, DeviceJson.Default.SignedProof, DeviceJson.Default.ProofAnswer);
    }

    /// <summary>How it does, as its person is told.</summary>
    public async Task<Answer<DeviceHealth>> StatusAsync()
    {
        using var response = await way("agent", DevicePaths.Status, null, Certificate);
        return response.StatusCode == HttpStatusCode.OK
            ? new Answer<DeviceHealth>(response.StatusCode, await response.Content.ReadFromJsonAsync(DeviceJson.Default.DeviceHealth), null)
            : new Answer<DeviceHealth>(response.StatusCode, null, await ReadProblemAsync(response));
    }

    public byte[] SigningRequest() => new CertificateRequest("CN=device", Key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public async Task<Answer<TAnswer>> PostAsync<TMessage, TAnswer>(
        string label, string path, TMessage message, JsonTypeInfo<TMessage> type, JsonTypeInfo<TAnswer> answerType)
        where TAnswer : class
    {
        using var content = JsonContent.Create(message, type);
        return await SendAsync(label, path, content, answerType);
    }

    public async Task<Answer<TAnswer>> SendAsync<TAnswer>(string label, string path, HttpContent content, JsonTypeInfo<TAnswer> answerType)
        where TAnswer : class
    {
        using var response = await way(label, path, content, Certificate);
        return response.StatusCode == HttpStatusCode.OK
            ? new Answer<TAnswer>(response.StatusCode, await response.Content.ReadFromJsonAsync(answerType), null)
            : new Answer<TAnswer>(response.StatusCode, null, await ReadProblemAsync(response));
    }

    public void Dispose()
    {
        Key.Dispose();
        Certificate?.Dispose();
    }

    public static X509Certificate2 With(DeviceCertificate issued, ECDsa key)
    {
        using var bare = X509CertificateLoader.LoadCertificate(issued.Certificate);
        return bare.CopyWithPrivateKey(key);
    }

    private static async Task<DeviceProblem?> ReadProblemAsync(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "application/json" ? await response.Content.ReadFromJsonAsync(DeviceJson.Default.DeviceProblem) : null;
}

/// <summary>Sends a POST, or without content a GET, to a host below the domain, with the certificate that is shown in the handshake.</summary>
public delegate Task<HttpResponseMessage> DeviceWay(string label, string path, HttpContent? content, X509Certificate2? certificate);

/// <summary>What came back: a message, or why not.</summary>
public readonly record struct Answer<T>(HttpStatusCode Status, T? Message, DeviceProblem? Problem)
    where T : class;
