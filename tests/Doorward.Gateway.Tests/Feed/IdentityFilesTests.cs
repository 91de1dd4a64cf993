using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Tests.Feed;

public sealed class IdentityFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dw-gateway-").FullName;

    private string Key => Path.Combine(_folder, "gateway.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Makes_a_key_for_its_owner_alone_and_finds_it_again()
    {
        using var made = new IdentityFiles(_folder).LoadOrMakeKey();
        using var found = new IdentityFiles(_folder).LoadOrMakeKey();
        Assert.Equal(made.ExportSubjectPublicKeyInfo(), found.ExportSubjectPublicKeyInfo());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key));
    }

    [Fact]
    public void A_key_that_others_can_read_stops_the_start()
    {
        new IdentityFiles(_folder).LoadOrMakeKey().Dispose();
        File.SetUnixFileMode(Key, File.GetUnixFileMode(Key) | UnixFileMode.GroupRead);
        Assert.Contains("others can read", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_no_key_stops_the_start()
    {
        new IdentityFiles(_folder).LoadOrMakeKey().Dispose();
        File.WriteAllText(Key, "-----BEGIN PRIVATE KEY-----\nMIGHAgEA");
        Assert.Contains("holds no key", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_key_is_made_in_the_place_of_one_that_was_certified()
    {
        new IdentityFiles(_folder).LoadOrMakeKey().Dispose();
        File.WriteAllText(Path.Combine(_folder, "gateway.pem"), "certificate");
        File.Delete(Key);
        Assert.Contains("is gone", Refusal(), StringComparison.Ordinal);
        Assert.False(File.Exists(Key));
    }

    private string Refusal() => Assert.Throws<GatewayOptionsException>(() => new IdentityFiles(_folder).LoadOrMakeKey()).Message;
}
