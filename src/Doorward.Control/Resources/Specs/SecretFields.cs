using System.Security.Cryptography;
using Doorward.Control.Storage;

namespace Doorward.Control.Resources.Specs;

/// <summary>Turns write-only fields into what is stored for them.</summary>
internal sealed class SecretFields(SecretSealer sealer)
{
    /// <summary>
    /// The sealed value of a field. A secret that is the same as the stored one keeps its seal, so that applying the same
    /// document again changes nothing.
    /// </summary>
    public string? Read(SpecReader fields, string field, string? stored, string purpose, string row)
    {
        var secret = fields.Secret(field);
        if (secret.IsAbsent) return null;
        if (secret.Kept)
        {
            if (stored is null) fields.Fail(field, "nothing is stored that could be kept", "give the secret itself");
            return stored;
        }

        return stored is not null && IsSame(stored, secret.Value!, purpose, row) ? stored : sealer.Seal(purpose, row, secret.Value!);
    }

    private bool IsSame(string stored, string secret, string purpose, string row)
    {
        var known = sealer.Unseal(purpose, row, stored);
        return CryptographicOperations.FixedTimeEquals(known, System.Text.Encoding.UTF8.GetBytes(secret));
    }
}
