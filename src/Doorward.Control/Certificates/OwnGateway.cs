using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Protocol;

namespace Doorward.Control.Certificates;

/// <summary>
/// The gateway that runs in the control plane's own process, if there is one. It is put out by stopping the process. At a start it
/// is let in anew if its membership does not hold: every door hangs on it, that of the API too, so nobody else could let it in.
/// </summary>
public sealed class OwnGateway
{
    private readonly string? _name;
    private readonly GatewayMembers _members;
    private readonly JoinTokens _tokens;

    internal OwnGateway(string? name, GatewayMembers members, JoinTokens tokens) => (_name, _members, _tokens) = (name, members, tokens);

    /// <summary>Whether a gateway's name is that of this process.</summary>
    public bool Is(string name) => name == _name;

    /// <summary>
    /// The token with which the gateway joins; null when the certificate that an earlier run left is good, or cannot be read, which is
    /// the gateway's to complain of. One that would be refused is deleted.
    /// </summary>
    /// <exception cref="InvalidOperationException">This control plane was started without a gateway of its own.</exception>
    public async Task<JoinSecret?> AdmitAsync(string certificateFile, CancellationToken ct)
    {
        var name = _name ?? throw new InvalidOperationException("No gateway runs in this process.");
        if (File.Exists(certificateFile))
        {
            if (await HoldsAsync(name, certificateFile, ct)) return null;
            File.Delete(certificateFile);
        }

        await _members.ReadmitAsync(name, ct);
        return await _tokens.CreateAsync(name, TimeSpan.FromMinutes(5), ct);
    }

    private async Task<bool> HoldsAsync(string name, string certificateFile, CancellationToken ct)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(certificateFile, ct));
            return await _members.HoldsAsync(name, SigningRequest.HashOf(certificate.PublicKey), ct);
        }
        catch (CryptographicException)
        {
            return true;
        }
    }
}
