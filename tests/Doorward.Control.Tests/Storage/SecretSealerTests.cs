using System.Security.Cryptography;

namespace Doorward.Control.Tests.Storage;

public sealed class SecretSealerTests
{
    [Fact]
    public async Task A_sealed_secret_opens_for_its_purpose_and_row_and_no_other()
    {
        await using var test = await TestInstallation.CreateAsync();
        var value = test.Sealer.Seal("totp", "sub_1", "secret");

        Assert.Equal("secret", test.Sealer.UnsealText("totp", "sub_1", value));
        Assert.ThrowsAny<CryptographicException>(() => test.Sealer.Unseal("totp", "sub_2", value));
        Assert.ThrowsAny<CryptographicException>(() => test.Sealer.Unseal("cookie-key", "sub_1", value));
        Assert.ThrowsAny<CryptographicException>(() => test.Sealer.Unseal("totps", "ub_1", value));
    }

    [Fact]
    public async Task An_altered_secret_or_one_of_another_installation_does_not_open()
    {
        await using var test = await TestInstallation.CreateAsync();
        await using var other = await TestInstallation.CreateAsync();
        var value = test.Sealer.Seal("totp", "sub_1", "secret");
        var altered = value[..^2] + (value[^2] == 'A' ? 'B' : 'A') + value[^1];

        Assert.ThrowsAny<CryptographicException>(() => test.Sealer.Unseal("totp", "sub_1", altered));
        Assert.ThrowsAny<CryptographicException>(() => test.Sealer.Unseal("totp", "sub_1", "secret"));
        Assert.ThrowsAny<CryptographicException>(() => other.Sealer.Unseal("totp", "sub_1", value));
        Assert.DoesNotContain("secret", value);
    }
}
