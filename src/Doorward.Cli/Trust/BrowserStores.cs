using System.Security.Cryptography.X509Certificates;

namespace Doorward.Cli.Trust;

/// <summary>
/// Chromium and Firefox on Linux keep NSS databases of their own, one per user and one per Firefox profile;
/// certutil of libnss3-tools changes them.
/// </summary>
internal static class BrowserStores
{
    public static async Task<IReadOnlyList<TrustOutcome>> ApplyAsync(X509Certificate2 certificate, bool install, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        if (await Tool.RunAsync("certutil", ["-H"], cancel) is null)
        {
            return [new TrustOutcome("browsers", false, "there is no certutil; install libnss3-tools and run this again")];
        }

        var outcomes = new List<TrustOutcome>();
        foreach (var home in await BrowserHome.FindAsync(cancel))
        {
            outcomes.AddRange(await ApplyAsync(home, certificate, install, cancel));
        }

        return outcomes;
    }

    public static async Task<IReadOnlyList<TrustOutcome>> ApplyAsync(BrowserHome home, X509Certificate2 certificate, bool install, CancellationToken cancel)
    {
        var outcomes = new List<TrustOutcome>();
        foreach (var database in await DatabasesAsync(home, install, cancel))
        {
            outcomes.Add(await ChangeAsync(home, database, certificate, install, cancel));
        }

        return outcomes;
    }

    private static async Task<TrustOutcome> ChangeAsync(
        BrowserHome home, string database, X509Certificate2 certificate, bool install, CancellationToken cancel)
    {
        var name = Path.GetFileNameWithoutExtension(SystemStore.FileName(certificate));
        // Removed first, whatever it was: installing twice must not add it twice.
        var removed = await home.RunAsync("certutil", ["-d", "sql:" + database, "-D", "-n", name], cancel);
        if (!install)
        {
            return new TrustOutcome(database, removed is { Code: 0 }, removed is { Code: 0 } ? null : "it was not there");
        }

        var added = await home.RunAsync("certutil", ["-d", "sql:" + database, "-A", "-a", "-t", "C,,", "-n", name], cancel, certificate.ExportCertificatePem() + "\n");
        return new TrustOutcome(database, added is { Code: 0 }, added is { Code: 0 } ? null : added?.Said.ReplaceLineEndings(" "));
    }

    private static async Task<IReadOnlyList<string>> DatabasesAsync(BrowserHome home, bool install, CancellationToken cancel)
    {
        var databases = new List<string>();
        var shared = Path.Combine(home.Path, ".pki", "nssdb");
        if (File.Exists(Path.Combine(shared, "cert9.db")) || (install && await CreateAsync(home, shared, cancel)))
        {
            databases.Add(shared);
        }

        // Debian's and Ubuntu's snap Firefox, and the snap Chromium, keep their profiles elsewhere.
        string[] roots = [".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", "snap/chromium/current/.pki"];
        foreach (var root in roots.Select(root => Path.Combine(home.Path, root)).Where(Directory.Exists))
        {
            databases.AddRange(Directory.EnumerateDirectories(root).Where(profile => File.Exists(Path.Combine(profile, "cert9.db"))));
        }

        return databases;
    }

    // Chromium makes this folder at its first start; before that there is nothing to put the certificate into.
    private static async Task<bool> CreateAsync(BrowserHome home, string database, CancellationToken cancel) =>
        await home.RunAsync("mkdir", ["-p", "-m", "700", database], cancel) is { Code: 0 }
        && await home.RunAsync("certutil", ["-d", "sql:" + database, "-N", "--empty-password"], cancel) is { Code: 0 };
}
