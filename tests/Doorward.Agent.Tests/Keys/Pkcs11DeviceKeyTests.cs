using System.Security.Cryptography;
using Doorward.Agent.Keys;
using Doorward.Agent.Keys.Pkcs11;
using Doorward.Core.Devices;

namespace Doorward.Agent.Tests.Keys;

[Collection(SoftwareToken.Shared)]
public sealed class Pkcs11DeviceKeyTests
{
    private readonly SoftwareToken _token;

    public Pkcs11DeviceKeyTests(SoftwareToken token)
    {
        Assert.SkipWhen(SoftwareToken.Missing is not null, SoftwareToken.Missing ?? "");
        _token = token;
    }

    [Fact]
    public void A_key_is_made_in_the_token_once_and_found_again()
    {
        using var first = Pkcs11DeviceKey.OpenOrCreate(_token.Settings);
        using var second = Pkcs11DeviceKey.OpenOrCreate(_token.Settings);

        Assert.Equal(KeyAssurance.Pkcs11, first.Assurance);
        Assert.Equal(first.PublicKey.Q.X, second.PublicKey.Q.X);
        Requests.Verify(first);
        Requests.Verify(second);
    }

    [Fact]
    public void Many_sign_at_once()
    {
        using var key = Pkcs11DeviceKey.OpenOrCreate(_token.Settings);
        using var check = ECDsa.Create(key.PublicKey);

        Parallel.For(0, 40, index =>
        {
            var hash = SHA256.HashData([(byte)index]);
            lock (check) Assert.True(check.VerifyHash(hash, key.SignHash(hash)));
        });
    }

    [Fact]
    public void A_key_that_was_brought_into_the_token_is_refused()
    {
        var error = Assert.Throws<DeviceKeyException>(() => Pkcs11DeviceKey.OpenOrCreate(_token.Settings with { Label = "imported" }));

        Assert.Contains("may have been outside of it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_pin_is_said_and_appears_nowhere()
    {
        var error = Assert.Throws<DeviceKeyException>(() => Pkcs11DeviceKey.OpenOrCreate(_token.Settings with { PinFile = _token.At("wrong-pin") }));

        Assert.Contains("the PIN is wrong", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("000000", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_that_others_may_read_is_not_used()
    {
        var open = _token.At("open-pin");
        File.WriteAllText(open, "648219");
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var error = Assert.Throws<DeviceKeyException>(() => Pkcs11DeviceKey.OpenOrCreate(_token.Settings with { PinFile = open }));

        Assert.Contains("may be read by others", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", null, "there is no token labelled nobody")]
    [InlineData(null, "/usr/lib/there-is-no-module.so", "is not a PKCS #11 module")]
    [InlineData(null, "libc.so.6", "is not a whole path")]
    public void A_token_or_module_that_is_not_there_is_said(string? token, string? module, string words)
    {
        var settings = _token.Settings with { Token = token ?? _token.Settings.Token, Module = module ?? _token.Settings.Module };

        Assert.Contains(words, Assert.Throws<DeviceKeyException>(() => Pkcs11DeviceKey.OpenOrCreate(settings)).Message, StringComparison.Ordinal);
    }
}
