using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Testing.Product;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Doorward.Cli.Tests.Commands;

/// <summary>`login` at an installation with a CA of its own, over TLS, from a home folder where nothing is yet.</summary>
public sealed class LoginTests : IAsyncDisposable
{
    private const string Token = "dwt_of_a_test";
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("dw-home-");
    private readonly X509Certificate2 _authority = NewAuthority();
    private WebApplication? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Kept => Path.Combine(_home.FullName, ".config", "doorward");

    [Fact]
    public async Task Keeps_token_and_CA_for_its_owner_alone_and_later_commands_believe_that_CA()
    {
        var console = await StartAsync();

        var said = await RunAsync(Token, "login", "--server", console, "--token-stdin", "--ca", await AuthorityFileAsync());

        Assert.Equal(new Said(0, $"logged in to {console}; kept in {Kept}/credentials.json\n", ""), said);
        Assert.Equal(["credentials.json"], Directory.GetFiles(Kept).Select(Path.GetFileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Kept, "credentials.json")));
        Assert.Equal(new Said(0, "NAME   MEMBERS  GROUPS  VERSION\nstaff                   1\n", ""), await RunAsync("", "get", "Group"));
        Assert.Equal(0, (await RunAsync("", "get", "Group", "--server", console)).Code);
        Assert.Contains("certificate is not trusted", (await RunAsync("", "get", "Group", "--server", console.Replace("console", "auth", StringComparison.Ordinal), "--token-file", await TokenFileAsync())).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_token_from_a_file_too()
    {
        var console = await StartAsync();
        var file = await TokenFileAsync();

        Assert.Equal(0, (await RunAsync("", "login", "--server", console, "--token-file", file, "--ca", await AuthorityFileAsync())).Code);

        Assert.Equal(0, (await RunAsync("", "get", "Group")).Code);
    }

    [Fact]
    public async Task Keeps_nothing_where_the_token_is_refused_or_the_CA_is_another()
    {
        var console = await StartAsync();
        using var other = NewAuthority();
        var otherFile = Path.Combine(_home.FullName, "other.pem");
        await File.WriteAllTextAsync(otherFile, other.ExportCertificatePem(), Cancel);

        var refused = await RunAsync("dwt_wrong", "login", "--server", console, "--token-stdin", "--ca", await AuthorityFileAsync());
        var untrusted = await RunAsync(Token, "login", "--server", console, "--token-stdin", "--ca", otherFile);

        Assert.Equal((1, 1), (refused.Code, untrusted.Code));
        Assert.Contains("certificate is not trusted", untrusted.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Kept));
    }

    [Fact]
    public async Task Without_a_token_says_how_to_give_one() => Assert.Equal(
        new Said(2, "", "doorward: no token for https://console.doorward.localhost:9; give --token-stdin or --token-file\n"),
        await RunAsync("", "login", "--server", "https://console.doorward.localhost:9"));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _authority.Dispose();
        _home.Delete(recursive: true);
    }

    private async Task<string> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = _home.FullName });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseHttps(Certificate("console.doorward.localhost"))));
        _server = builder.Build();
        _server.Run(context =>
        {
            context.Response.StatusCode = context.Request.Headers.Authorization == $"Bearer {Token}" ? 200 : 401;
            return context.Response.WriteAsJsonAsync(new { items = new[] { new { kind = "Group", name = "staff", version = 1, spec = new { } } } }, Cancel);
        });
        await _server.StartAsync(Cancel);
        return $"https://console.doorward.localhost:{new Uri(_server.Urls.First()).Port}";
    }

    private async Task<string> TokenFileAsync()
    {
        var file = Path.Combine(_home.FullName, "token");
        await File.WriteAllTextAsync(file, Token + "\n", Cancel);
        return file;
    }

    private async Task<string> AuthorityFileAsync()
    {
        var file = Path.Combine(_home.FullName, "ca.pem");
        await File.WriteAllTextAsync(file, _authority.ExportCertificatePem(), Cancel);
        return file;
    }

    // A process of its own: home folder and stdin are a whole process's.
    private async Task<Said> RunAsync(string stdin, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable.Path, arguments)
        {
            WorkingDirectory = _home.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "DOORWARD_HOME", "DOORWARD_SERVER", "DOORWARD_TOKEN", "XDG_CONFIG_HOME" })
            start.Environment.Remove(name);
        start.Environment["HOME"] = _home.FullName;
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteLineAsync(stdin);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading, as a command that needs nothing from stdin may.
        }

        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        return new Said(process.ExitCode, said[0], said[1]);
    }

    private static X509Certificate2 NewAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=CA of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_authority, _authority.NotBefore, _authority.NotAfter, [1]);
        return issued.CopyWithPrivateKey(key);
    }
}
