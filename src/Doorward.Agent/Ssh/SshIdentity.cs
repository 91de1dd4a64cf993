using System.Security.Cryptography;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.People;
using Doorward.Core.Agents;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Ssh;

namespace Doorward.Agent.Ssh;

/// <summary>
/// A key that is made for minutes, its certificate, and the two files that <c>ssh</c> reads them from: in the login's folder in memory where
/// there is one, for this user alone, and overwritten by the next.
/// </summary>
internal sealed record SshIdentity(string KeyFile, string CertificateFile, string[] Principals, DateTimeOffset Until)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    public static async Task<(SshIdentity? Identity, DeviceProblem? Problem)> OrderAsync(
        SignedIn signedIn, string application, string? login, string state, string folder, TimeProvider time, CancellationToken ct)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new SshRequest(signedIn.Token, SshKey.Write(key), login);
        var heard = await new DeviceOfMachine(signedIn.Installation, state, time).OrderSshAsync(application, request, ct) ?? await OrderBareAsync(signedIn.Installation, application, request, ct);
        if (heard.Answer is not { } answer) return (null, heard.Problem ?? new DeviceProblem("silence", heard.Silence ?? "nothing was answered", ""));
        return (Write(folder, application, key, answer), null);
    }

    private static async Task<Heard<SshAnswer>> OrderBareAsync(Installation installation, string application, SshRequest request, CancellationToken ct)
    {
        using var caller = new Caller(installation.Transport(), installation.Auth.ToString(), s_patience);
        return await caller.PostAsync(AgentPaths.Ssh + application, request, AgentJson.Default.SshRequest, AgentJson.Default.SshAnswer, ct);
    }

    public void Delete()
    {
        File.Delete(KeyFile);
        File.Delete(CertificateFile);
    }

    /// <summary>Where keys for minutes lie.</summary>
    public static string FolderOf(string person) => Path.Join(
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } memory && Directory.Exists(memory) ? Path.Join(memory, "doorward-agent") : person, "ssh");

    private static SshIdentity Write(string folder, string application, ECDsa key, SshAnswer answer)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = Path.Join(folder, application);
        PrivateFile.Replace(file, System.Text.Encoding.ASCII.GetBytes(key.ExportECPrivateKeyPem() + "\n"));
        PrivateFile.Replace($"{file}-cert.pub", System.Text.Encoding.ASCII.GetBytes(answer.Certificate + "\n"));
        return new SshIdentity(file, $"{file}-cert.pub", answer.Principals, answer.Until);
    }
}
