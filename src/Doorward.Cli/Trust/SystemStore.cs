using System.Security.Cryptography.X509Certificates;

namespace Doorward.Cli.Trust;

/// <summary>The store that curl, git, Python and .NET read. Each platform has its own program to change it.</summary>
internal static class SystemStore
{
    private const string Debian = "/usr/local/share/ca-certificates";
    private const string Fedora = "/etc/pki/ca-trust/source/anchors";

    public static Task<TrustOutcome> ApplyAsync(X509Certificate2 certificate, bool install, CancellationToken cancel)
    {
        if (OperatingSystem.IsMacOS())
        {
            return MacAsync(certificate, install, cancel);
        }

        if (OperatingSystem.IsWindows())
        {
            return Task.FromResult(new TrustOutcome("system store", false, "on Windows, run `certutil -addstore Root ca.pem` as administrator"));
        }

        return Directory.Exists(Debian) ? FolderAsync(Debian, "update-ca-certificates", [], certificate, install, cancel)
            : Directory.Exists(Fedora) ? FolderAsync(Fedora, "update-ca-trust", ["extract"], certificate, install, cancel)
            : Task.FromResult(new TrustOutcome("system store", false, "this system has neither ca-certificates nor ca-trust; install ca-certificates"));
    }

    private static async Task<TrustOutcome> FolderAsync(
        string folder, string program, string[] arguments, X509Certificate2 certificate, bool install, CancellationToken cancel)
    {
        // Named by the certificate, so that several installations on one machine do not replace each other.
        var file = Path.Combine(folder, FileName(certificate));
        try
        {
            if (install)
            {
                await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n", cancel);
            }
            else
            {
                File.Delete(file);
            }
        }
        catch (UnauthorizedAccessException)
        {
            return new TrustOutcome("system store", false, "needs root: run it again with sudo");
        }

        return await Tool.RunAsync(program, arguments, cancel) switch
        {
            null => new TrustOutcome("system store", false, $"there is no {program}; install ca-certificates"),
            { Code: 0 } => new TrustOutcome("system store", true, file),
            { Said: var said } => new TrustOutcome("system store", false, said.ReplaceLineEndings(" ")),
        };
    }

    private static async Task<TrustOutcome> MacAsync(X509Certificate2 certificate, bool install, CancellationToken cancel)
    {
        const string Keychain = "/Library/Keychains/System.keychain";
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), cancel);
            string[] arguments = install
                ? ["add-trusted-cert", "-d", "-r", "trustRoot", "-k", Keychain, file]
                : ["remove-trusted-cert", "-d", file];
            return await Tool.RunAsync("security", arguments, cancel) is { Code: 0 }
                ? new TrustOutcome("system keychain", true)
                : new TrustOutcome("system keychain", false, "needs root: run it again with sudo");
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static string FileName(X509Certificate2 certificate) =>
        $"doorward-{certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)[..16].ToLowerInvariant()}.crt";
}
