using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Cli.Trust;

namespace Doorward.Cli.Tests.Trust;

/// <summary>Real certutil on real databases, with root's rights to give away: the homes here belong to <c>nobody</c>.</summary>
public sealed class BrowserStoresTests : IDisposable
{
    private const string Nobody = "65534";
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("dw-nss-");
    private readonly X509Certificate2 _certificate = Authority();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Home => Path.Combine(_place.FullName, "home");

    [Fact]
    public async Task Serves_a_home_as_its_owner_and_leaves_the_files_theirs()
    {
        var home = await GiveHomeAsync();

        Assert.True(Assert.Single(await BrowserStores.ApplyAsync(home, _certificate, install: true, Cancel)).Done);
        Assert.Equal([Nobody, Nobody], [await OwnerAsync(".pki/nssdb"), await OwnerAsync(".pki/nssdb/cert9.db")]);
        Assert.True(Assert.Single(await BrowserStores.ApplyAsync(home, _certificate, install: true, Cancel)).Done);
        Assert.True(Assert.Single(await BrowserStores.ApplyAsync(home, _certificate, install: false, Cancel)).Done);
        Assert.False(Assert.Single(await BrowserStores.ApplyAsync(home, _certificate, install: false, Cancel)).Done);
    }

    [Fact]
    public async Task Changes_nothing_as_root_that_the_owner_of_the_home_could_not()
    {
        var home = await GiveHomeAsync();
        var roots = Path.Combine(_place.FullName, "roots");
        Directory.CreateDirectory(roots, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal(0, (await Tool.RunAsync("certutil", ["-d", "sql:" + roots, "-N", "--empty-password"], Cancel))?.Code);
        var before = await File.ReadAllBytesAsync(Path.Combine(roots, "cert9.db"), Cancel);
        Directory.CreateDirectory(Path.Combine(Home, ".pki"));
        Directory.CreateSymbolicLink(Path.Combine(Home, ".pki", "nssdb"), roots);

        Assert.False(Assert.Single(await BrowserStores.ApplyAsync(home, _certificate, install: true, Cancel)).Done);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(roots, "cert9.db"), Cancel));
    }

    [Fact]
    public async Task What_runs_for_a_home_has_the_rights_of_its_owner_and_nothing_of_roots_environment()
    {
        var home = await GiveHomeAsync();

        Assert.Equal($"uid={Nobody}(nobody) gid={Nobody}(nogroup) groups={Nobody}(nogroup)", (await home.RunAsync("id", [], Cancel))?.Said);
        var environment = (await home.RunAsync("env", [], Cancel))?.Said.Split('\n').Select(line => line.Split('=')[0]);
        Assert.Equal(["HOME", "PATH"], environment!.Where(name => name is not ("_" or "PWD" or "SHLVL")).Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _place.Delete(recursive: true);
    }

    private async Task<BrowserHome> GiveHomeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root, whose rights are in question");
        Assert.SkipWhen(await Tool.RunAsync("certutil", ["-H"], Cancel) is null, "there is no certutil (libnss3-tools)");
        File.SetUnixFileMode(_place.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(Home);
        Assert.Equal(0, (await Tool.RunAsync("chown", [$"{Nobody}:{Nobody}", Home], Cancel))?.Code);
        return (await BrowserHome.OfAsync(Home, Cancel))!;
    }

    private async Task<string?> OwnerAsync(string path) => (await Tool.RunAsync("stat", ["-c", "%u", Path.Combine(Home, path)], Cancel))?.Said;

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Doorward test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }
}
