using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity;

/// <summary>
/// The codes on paper: 80 random bits each, ten at a time, each good once. Being random they need no slow hash; the
/// user's id in the hash keeps one person's code from opening another's account.
/// </summary>
internal static class RecoveryCodes
{
    internal const int Count = 10;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Replaces all codes of a person and returns the new ones, to be shown once. Runs inside the caller's write.</summary>
    internal static async Task<IReadOnlyList<string>> ReplaceAsync(DoorwardDb db, string userId, CancellationToken cancel)
    {
        db.RecoveryCodes.RemoveRange(await db.RecoveryCodes.Where(code => code.UserId == userId).ToListAsync(cancel));
        var codes = Enumerable.Range(0, Count).Select(_ => New()).ToList();
        db.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCode { Id = Identifier.New("rec"), UserId = userId, Hash = Hash(userId, code)! }));
        return codes;
    }

    /// <summary>Uses a code up. Runs inside the caller's write, so that two at once cannot both find it unused.</summary>
    internal static async Task<bool> UseAsync(DoorwardDb db, string userId, string typed, DateTimeOffset now, CancellationToken cancel)
    {
        if (Hash(userId, typed) is not { } hash
            || await db.RecoveryCodes.SingleOrDefaultAsync(code => code.UserId == userId && code.Hash == hash && code.Used == null, cancel) is not { } found)
            return false;
        found.Used = now;
        await db.SaveChangesAsync(cancel);
        return true;
    }

    internal static string New()
    {
        var text = RandomNumberGenerator.GetString(Alphabet, 16);
        return $"{text[..4]}-{text[4..8]}-{text[8..12]}-{text[12..]}";
    }

    /// <summary>Null when it cannot be a code. Letters that look like digits are read as people mean them (Crockford base 32).</summary>
    internal static string? Hash(string userId, string typed)
    {
        var text = new StringBuilder(16);
        foreach (var character in typed)
        {
            if (character is ' ' or '-')
                continue;
            var letter = char.ToLowerInvariant(character) switch { 'o' => '0', 'i' or 'l' => '1', var other => other };
            if (!Alphabet.Contains(letter, StringComparison.Ordinal) || text.Length == 16)
                return null;
            text.Append(letter);
        }
        return text.Length == 16 ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{text}"))) : null;
    }
}
