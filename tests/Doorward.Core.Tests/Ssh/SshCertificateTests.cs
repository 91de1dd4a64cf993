using System.Diagnostics;
using System.Security.Cryptography;
using Doorward.Core.Ssh;

namespace Doorward.Core.Tests.Ssh;

/// <summary>Our certificates as OpenSSH reads them.</summary>
public sealed class SshCertificateTests
{
    [Fact]
    public void OpenSSH_reads_whom_a_certificate_is_for_as_whom_and_until_when()
    {
        using var authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var said = Read(Certificate(key).Sign(authority));
        Assert.Contains("user certificate", said, StringComparison.Ordinal);
        Assert.Contains($"Signing CA: ECDSA {SshKey.Fingerprint(authority)}", said, StringComparison.Ordinal);
        Assert.Contains("Key ID: \"alice ses_1 ref_2\"", said, StringComparison.Ordinal);
        Assert.Contains("Serial: 7", said, StringComparison.Ordinal);
        Assert.Equal(["deploy", "root"], Between(said, "Principals:", "Critical Options: (none)"));
        Assert.Equal(["permit-port-forwarding", "permit-pty", "permit-user-rc"], Between(said, "Extensions:", null));
        Assert.Contains("Valid: from 2026-01-02T03:04:05 to 2026-01-02T03:09:05", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_which_a_byte_was_changed_is_read_by_nobody()
    {
        using var authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parts = Certificate(key).Sign(authority).Split(' ', 3);
        var bytes = Convert.FromBase64String(parts[1]);
        var at = bytes.AsSpan().IndexOf("deploy"u8);
        bytes[at] = (byte)'x';
        Assert.DoesNotContain("user certificate", Read($"{parts[0]} {Convert.ToBase64String(bytes)} {parts[2]}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_for_nobody_in_particular_is_never_made()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<InvalidOperationException>(() => (Certificate(key) with { Principals = [] }).Sign(key));
    }

    [Fact]
    public void Takes_points_of_the_curve_and_nothing_else_for_keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var blob = SshKey.Write(key);
        Assert.Equal(SshKey.PointOf(key), SshKey.ReadPoint(blob));
        for (var length = 0; length < blob.Length; length++) Assert.Null(SshKey.ReadPoint(blob.AsSpan(0, length)));
        Assert.Null(SshKey.ReadPoint([.. blob, 0]));
        blob[^1] ^= 1;
        Assert.Null(SshKey.ReadPoint(blob));
        Assert.Null(SshKey.ReadPoint(new SshWriter().String("ssh-ed25519").String(new byte[32]).ToArray()));
    }

    private static SshCertificate Certificate(ECDsa key) => new()
    {
        Point = SshKey.PointOf(key),
        Serial = 7,
        KeyId = "alice ses_1 ref_2",
        Principals = ["deploy", "root"],
        From = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Until = new DateTimeOffset(2026, 1, 2, 3, 9, 5, TimeSpan.Zero),
    };

    private static string[] Between(string text, string from, string? to)
    {
        var rest = text[(text.IndexOf(from, StringComparison.Ordinal) + from.Length)..];
        return (to is null ? rest : rest[..rest.IndexOf(to, StringComparison.Ordinal)]).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Read(string certificate)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, certificate + "\n");
            var start = new ProcessStartInfo("ssh-keygen", ["-L", "-f", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["TZ"] = "UTC";
            using var keygen = Process.Start(start)!;
            var said = keygen.StandardOutput.ReadToEnd() + keygen.StandardError.ReadToEnd();
            keygen.WaitForExit();
            return said;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
