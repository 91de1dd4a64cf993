using System.Security.Cryptography;

namespace Doorward.Cli.Demo;

/// <summary>The demo user's password and TOTP secret: new for each installation, so that no two demos share a way in.</summary>
internal sealed record DemoCredentials(string Password, string TotpSecret)
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static DemoCredentials Create() => new(
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Letters, 5))),
        RandomNumberGenerator.GetString(Base32, 32));

    // A record prints its members, and these must only ever be printed on purpose.
    public override string ToString() => nameof(DemoCredentials);
}
