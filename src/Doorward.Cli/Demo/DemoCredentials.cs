using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Cli.Output;
using Totp = Doorward.Control.Identity.Totp.TotpSecret;

namespace Doorward.Cli.Demo;

/// <summary>
/// The demo user's password and TOTP secret: new for each installation, so that no two demos share a way in, and kept in a 0600 file,
/// so that the tour still works after a restart.
/// </summary>
internal sealed record DemoCredentials(string Password, string TotpSecret)
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static DemoCredentials Create() => new(
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Letters, 5))),
        RandomNumberGenerator.GetString(Base32, 32));

    /// <summary>The kept credentials, or null when no demo has run on this data.</summary>
    public static DemoCredentials? Read(DirectoryInfo data)
    {
        var path = PathIn(data);
        try
        {
            return JsonSerializer.Deserialize<DemoCredentials>(File.ReadAllBytes(path));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException error)
        {
            throw new CommandFailure("cannot be read", "delete it: the demo user then gets new credentials", path, error);
        }
    }

    public void Write(DirectoryInfo data)
    {
        using var file = PrivateFile.Create(PathIn(data));
        JsonSerializer.Serialize(file, this);
    }

    /// <summary>The second factor at a moment, in place of an authenticator app.</summary>
    public string CodeAt(DateTimeOffset moment) =>
        Totp.Parse(TotpSecret)?.CodeAt(moment) ?? throw new InvalidOperationException("the demo's TOTP secret is not one");

    // A record prints its members, and these must only ever be printed on purpose.
    public override string ToString() => nameof(DemoCredentials);

    private static string PathIn(DirectoryInfo data) => Path.Combine(data.FullName, "demo.json");
}
