using System.Security.Cryptography;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Totp;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.DataProtection;
using QRCoder;

namespace Doorward.Console.Identity;

/// <summary>A new TOTP secret as a form shows it: as picture and text, and encrypted for the way back, so that nothing is stored before it is proved.</summary>
internal sealed class TotpForms(IDataProtectionProvider protection, InstallationAddress address)
{
    private const int PixelsPerModule = 5;

    /// <summary>Shows <paramref name="secret"/> again after a mistake, or a new one.</summary>
    internal TotpForm Make(User user, string? secret)
    {
        var totp = secret is null ? null : TotpSecret.Parse(secret);
        totp ??= TotpSecret.New();
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(totp.Uri(address.Domain, user.UserName!), QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(data);
        return new TotpForm($"data:image/png;base64,{Convert.ToBase64String(picture.GetGraphic(PixelsPerModule))}", Grouped(totp.Text), Protector(user.Id).Protect(totp.Text));
    }

    /// <summary>Null when it was not made for this person by <see cref="Make"/>.</summary>
    internal string? Open(string userId, string? protectedSecret)
    {
        if (string.IsNullOrEmpty(protectedSecret))
            return null;
        try
        {
            return Protector(userId).Unprotect(protectedSecret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(string userId) => protection.CreateProtector("Doorward.Console.TotpForms", userId);

    private static string Grouped(string text) => string.Join(' ', text.Chunk(4).Select(chunk => new string(chunk)));
}

/// <summary>A secret to set up: as picture, as text to type, and as the form sends it back.</summary>
public sealed record TotpForm(string Picture, string Text, string Protected);
