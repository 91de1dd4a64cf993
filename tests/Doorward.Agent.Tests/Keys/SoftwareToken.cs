using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Doorward.Agent.Keys.Pkcs11;
using Doorward.Testing.Product;

namespace Doorward.Agent.Tests.Keys;

/// <summary>PKCS #11 tokens in software (SoftHSM), in a directory of the test's own. One for the process: the module reads its settings once.</summary>
[CollectionDefinition(Shared)]
public sealed partial class SoftwareToken : IAsyncLifetime, ICollectionFixture<SoftwareToken>
{
    public const string Shared = "software tokens";
    private const string Pin = "648219";
    private readonly string _directory = Directory.CreateTempSubdirectory("doorward-token-").FullName;

    /// <summary>What to skip for, or null.</summary>
    public static string? Missing => Module is null ? "there is no SoftHSM (softhsm2)" : null;

    internal Pkcs11Settings Settings => new() { Module = Module!, Token = "doorward", PinFile = At("pin") };

    private static string? Module { get; } = new[]
    {
        "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm.so", "/usr/local/lib/softhsm/libsofthsm2.so",
    }.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Module is null) return;
        Directory.CreateDirectory(At("tokens"));
        File.WriteAllText(At("softhsm2.conf"), $"directories.tokendir = {At("tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n");
        // .NET keeps an environment of its own; the module reads that of libc.
        Assert.Equal(0, SetEnvironment("SOFTHSM2_CONF", At("softhsm2.conf"), 1));
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", At("softhsm2.conf"));
        await ToolAsync("--init-token", "--free", "--label", "doorward", "--pin", Pin, "--so-pin", Pin);
        WritePin(At("pin"), Pin + "\n");
        WritePin(At("wrong-pin"), "000000");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(At("key.pem"), key.ExportPkcs8PrivateKeyPem());
        await ToolAsync("--import", At("key.pem"), "--token", "doorward", "--label", "imported", "--id", "A1", "--pin", Pin);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal string At(string file) => Path.Combine(_directory, file);

    private static async Task ToolAsync(params string[] arguments)
    {
        await using var tool = ChildProcess.Start("softhsm2-util", arguments);
        if (await tool.ExitAsync() != 0) throw new InvalidOperationException(tool.Output);
    }

    private static void WritePin(string path, string pin)
    {
        File.WriteAllText(path, pin);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
