using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Agent.Enrollment;

/// <summary>Makes this machine a device: asks whom the link names, with a key of its own, and keeps what it is given.</summary>
internal sealed class Enroller(AgentFolder folder, EnrollOptions options, TextWriter notes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<(EnrolmentDone? Done, string? Problem)> EnrollAsync(EnrolmentLink link, CancellationToken ct)
    {
        var connect = options.Connect is { } text ? PinnedTransport.ParseEndPoint(text) : null;
        var (root, problem) = await InstallationRoot.FindAsync(link.Origin, link.Secret, connect, ct);
        if (root is null) return (null, problem);
        using var auth = new Caller(PinnedTransport.Create(root, connect), link.Origin.ToString(), Patience);
        using var made = NewKey.Make(folder, options, notes);
        var heard = await AskAsync(auth, link, made, ct);
        if (heard.Answer is not { } done) return (null, heard.Problem is { } refused ? $"{refused.Detail} {refused.Fix}" : heard.Silence);
        folder.Write(new AgentRecord
        {
            Device = done.DeviceId,
            Name = done.Name,
            KeyAssurance = done.KeyAssurance,
            Auth = link.Origin.GetLeftPart(UriPartial.Authority),
            Agent = done.Agent,
            Root = root.ExportCertificatePem(),
            Connect = options.Connect,
            Nonce = done.Nonce,
            Key = made.Place,
        });
        return (done, null);
    }

    private static async Task<Heard<EnrolmentDone>> AskAsync(Caller auth, EnrolmentLink link, NewKey made, CancellationToken ct)
    {
        var start = new EnrolmentStart
        {
            Secret = link.Secret.ToText(),
            HostName = Environment.MachineName,
            Platform = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux",
            Keeper = made.Keeper,
            PublicKey = made.PublicKey,
            Tpm = made.Areas,
        };
        var asked = await auth.PostAsync(DevicePaths.Start, start, DeviceJson.Default.EnrolmentStart, DeviceJson.Default.EnrolmentChallenge, ct);
        if (asked.Answer is not { } challenge) return asked.As<EnrolmentDone>();

        // First the answer: a key that has signed stays loaded, and some TPMs serve one connection at a time.
        var proof = made.Answer(challenge);
        var finish = new EnrolmentFinish { Start = start, Attempt = challenge.Attempt, SigningRequest = DeviceEcdsa.CreateRequest(made.Key), Tpm = proof };
        return await auth.PostAsync(DevicePaths.Finish, finish, DeviceJson.Default.EnrolmentFinish, DeviceJson.Default.EnrolmentDone, ct);
    }
}
