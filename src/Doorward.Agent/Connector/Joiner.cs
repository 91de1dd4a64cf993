using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Control;
using Doorward.Agent.Enrollment;
using Doorward.Agent.Keys;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Tunnels;
using Doorward.Core.Tunnels.Joining;

namespace Doorward.Agent.Connector;

/// <summary>Makes this machine a replica: asks whom the link names, with a key of its own, and keeps what it is given.</summary>
internal sealed class Joiner(ConnectorFolder folder, JoinOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<(ConnectorRecord? Record, string? Problem)> JoinAsync(ConnectorLink link, CancellationToken ct)
    {
        var connect = options.Connect.IsEmpty ? null : PinnedTransport.ParseEndPoint(options.Connect[0]);
        var (root, problem) = await InstallationRoot.FindAsync(link.Origin, link.Secret, connect, ct);
        if (root is null) return (null, problem);
        using var auth = new Caller(PinnedTransport.Create(root, connect), link.Origin.ToString(), Patience);
        var heard = await AskAsync(auth, link, ct);
        if (heard.Answer is not { } joined) return (null, heard.Problem is { } refused ? $"{refused.Detail} {refused.Fix}" : heard.Silence);
        if (ReadAuthority(joined.Authority, link.Secret) is not { } authority) return (null, $"{link.Origin.Host} names another root for its parts than the link does");
        var record = new ConnectorRecord
        {
            Connector = joined.Connector,
            Replica = joined.Replica,
            Auth = link.Origin.GetLeftPart(UriPartial.Authority),
            Agent = joined.Agent,
            Root = root.ExportCertificatePem(),
            Authority = authority,
            Connect = [.. options.Connect],
        };
        folder.Write(record);
        return (record, null);
    }

    private async Task<Heard<ConnectorJoined>> AskAsync(Caller auth, ConnectorLink link, CancellationToken ct)
    {
        // Of a joining that did not come to its end: no replica has it.
        File.Delete(folder.KeyFile);
        using var key = FileDeviceKey.Create(folder.KeyFile, DeviceKeys.MachineId());
        var join = new ConnectorJoin { Secret = link.Secret.ToText(), HostName = Environment.MachineName, SigningRequest = DeviceEcdsa.CreateRequest(key) };
        return await auth.PostAsync(TunnelPaths.Join, join, JoinJson.Default.ConnectorJoin, JoinJson.Default.ConnectorJoined, ct);
    }

    // What targets are signed by is named in the link, not by whoever answers.
    private static string? ReadAuthority(byte[] der, EnrolmentSecret secret)
    {
        try
        {
            using var authority = X509CertificateLoader.LoadCertificate(der);
            return secret.IsOfComponents(authority) ? authority.ExportCertificatePem() : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
