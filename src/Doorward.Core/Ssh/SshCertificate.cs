using System.Security.Cryptography;

namespace Doorward.Core.Ssh;

/// <summary>
/// A user certificate of OpenSSH (PROTOCOL.certkeys, <c>ecdsa-sha2-nistp256-cert-v01@openssh.com</c>): that a key is a person's, as which
/// users it may log in, and until when.
/// </summary>
public sealed record SshCertificate
{
    public const string Algorithm = "ecdsa-sha2-nistp256-cert-v01@openssh.com";

    /// <summary>Longer ones are not made: nothing takes one back.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(10);

    /// <summary>How far a server's clock may be behind ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private const uint User = 1;
    private const int NonceBytes = 32;

    // In the order of their names, as the format demands. Nobody is given agent forwarding by us.
    private static readonly string[] s_extensions = ["permit-port-forwarding", "permit-pty", "permit-user-rc"];

    /// <summary>The point of the key, as <see cref="SshKey.ReadPoint"/> reads it.</summary>
    public required byte[] Point { get; init; }
    public required ulong Serial { get; init; }

    /// <summary>What servers write into their logs.</summary>
    public required string KeyId { get; init; }

    /// <summary>Login names; never empty, for a certificate without any is good for all.</summary>
    public required IReadOnlyList<string> Principals { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>Signed, as a line of a <c>-cert.pub</c> file.</summary>
    public string Sign(ECDsa authority)
    {
        if (Principals.Count == 0) throw new InvalidOperationException("A certificate without principals would be good for every user.");
        var content = new SshWriter()
            .String(Algorithm)
            .String(RandomNumberGenerator.GetBytes(NonceBytes))
            .String(SshKey.Curve)
            .String(Point)
            .UInt64(Serial)
            .UInt32(User)
            .String(KeyId)
            .String(Each(Principals).Span)
            .UInt64((ulong)From.ToUnixTimeSeconds())
            .UInt64((ulong)Until.ToUnixTimeSeconds())
            .String("")
            .String(Extensions().Span)
            .String("")
            .String(SshKey.Write(authority));
        var signature = authority.SignData(content.Written.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var half = signature.Length / 2;
        var numbers = new SshWriter().MultiplePrecision(signature.AsSpan(0, half)).MultiplePrecision(signature.AsSpan(half));
        content.String(new SshWriter().String(SshKey.Algorithm).String(numbers.Written.Span).Written.Span);
        return $"{Algorithm} {Convert.ToBase64String(content.Written.Span)} {KeyId}";
    }

    private static ReadOnlyMemory<byte> Each(IEnumerable<string> texts)
    {
        var list = new SshWriter();
        foreach (var text in texts) list.String(text);
        return list.Written;
    }

    private static ReadOnlyMemory<byte> Extensions()
    {
        var list = new SshWriter();
        foreach (var name in s_extensions) list.String(name).String("");
        return list.Written;
    }
}
