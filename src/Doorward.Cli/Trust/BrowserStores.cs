using System.Security.Cryptography.X509Certificates;

namespace Doorward.Cli.Trust;

/// <summary>
/// Chromium and Firefox on Linux keep NSS databases of their own, one per user and one per Firefox profile;
/// certutil of libnss3-tools changes them. Run as root, every user of the machine is served, and files stay theirs.
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
        foreach (var home in Homes())
        {
            foreach (var database in await DatabasesAsync(home, install, cancel))
            {
                outcomes.Add(await ChangeAsync(database, certificate, install, cancel));
            }
        }

        return outcomes;
    }

    private static async Task<TrustOutcome> ChangeAsync(string database, X509Certificate2 certificate, bool install, CancellationToken cancel)
    {
        var name = Path.GetFileNameWithoutExtension(SystemStore.FileName(certificate));
        // Removed first, whatever it was: installing twice must not add it twice.
        var removed = await Tool.RunAsync("certutil", ["-d", "sql:" + database, "-D", "-n", name], cancel);
        if (!install)
        {
            return new TrustOutcome(database, removed is { Code: 0 }, removed is { Code: 0 } ? null : "it was not there");
        }

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), cancel);
            var added = await Tool.RunAsync("certutil", ["-d", "sql:" + database, "-A", "-t", "C,,", "-n", name, "-i", file], cancel);
            return new TrustOutcome(database, added is { Code: 0 }, added is { Code: 0 } ? null : added?.Said.ReplaceLineEndings(" "));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<IReadOnlyList<string>> DatabasesAsync(string home, bool install, CancellationToken cancel)
    {
        var databases = new List<string>();
        var shared = Path.Combine(home, ".pki", "nssdb");
        if (File.Exists(Path.Combine(shared, "cert9.db")) || (install && home == OwnHome && await CreateAsync(shared, cancel)))
        {
            databases.Add(shared);
        }

        // Debian's and Ubuntu's snap Firefox, and the snap Chromium, keep their profiles elsewhere.
        string[] roots = [".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", "snap/chromium/current/.pki"];
        foreach (var root in roots.Select(root => Path.Combine(home, root)).Where(Directory.Exists))
        {
            databases.AddRange(Directory.EnumerateDirectories(root).Where(profile => File.Exists(Path.Combine(profile, "cert9.db"))));
        }

        return databases;
    }

    // Chromium makes this folder at its first start; before that there is nothing to put the certificate into.
    private static async Task<bool> CreateAsync(string database, CancellationToken cancel)
    {
        Directory.CreateDirectory(database);
        return await Tool.RunAsync("certutil", ["-d", "sql:" + database, "-N", "--empty-password"], cancel) is { Code: 0 };
    }

    private static string OwnHome => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static IEnumerable<string> Homes() => Environment.IsPrivilegedProcess && Directory.Exists("/home")
        ? [OwnHome, .. Directory.EnumerateDirectories("/home")]
        : [OwnHome];
}
