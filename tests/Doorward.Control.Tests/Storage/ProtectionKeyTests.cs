using System.Text;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Storage;

public sealed class ProtectionKeyTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("doorward-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task What_was_sealed_for_a_browser_opens_after_a_restart_by_a_key_that_is_in_the_record_sealed()
    {
        string text;
        await using (var before = await TestControlPlane.StartAsync(directory))
        {
            text = Protector(before).Protect("half a sign-in");
            await using var db = before.Open();
            var key = Assert.Single(await db.Secrets.AsNoTracking().Where(secret => secret.Purpose == SecretPurposes.DataProtection).ToListAsync());
            Assert.True(SecretSealer.IsSealed(key.Sealed));
        }

        foreach (var file in Directory.EnumerateFiles(directory, "doorward.db*"))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("masterKey"u8));
        await using var after = await TestControlPlane.StartAsync(directory);
        Assert.Equal("half a sign-in", Protector(after).Unprotect(text));
    }

    [Fact]
    public async Task A_key_that_cannot_be_opened_stops_the_start()
    {
        await using (var before = await TestControlPlane.StartAsync(directory))
        {
            await using var db = before.Open();
            var key = await db.Secrets.SingleAsync(secret => secret.Purpose == SecretPurposes.DataProtection);
            key.Sealed = before.Services.GetRequiredService<SecretSealer>().Seal(SecretPurposes.Totp, key.Name, Encoding.UTF8.GetBytes("<key/>"));
            await db.SaveChangesAsync();
        }

        var refused = await Assert.ThrowsAsync<InstallationException>(() => TestControlPlane.StartAsync(directory));
        Assert.Equal(InstallationFault.KeyUnreadable, refused.Fault);
        Assert.Contains("Restore the database", refused.Message);
    }

    private static IDataProtector Protector(TestControlPlane plane) => plane.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
