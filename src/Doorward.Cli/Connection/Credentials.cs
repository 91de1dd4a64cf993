using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using Doorward.Cli.Output;

namespace Doorward.Cli.Connection;

/// <summary>What `login` keeps for later commands, in a file that only its owner reads.</summary>
internal sealed record Credentials
{
    public required Uri Server { get; init; }

    public required string Token { get; init; }

    /// <summary>The installation's own CA as PEM, unless the system's store already vouches for it.</summary>
    public string? AuthorityPem { get; init; }

    // Made from the text, which is what the file keeps.
    [JsonIgnore]
    public X509Certificate2Collection? Trusted
    {
        get
        {
            if (AuthorityPem is null)
            {
                return null;
            }

            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(AuthorityPem);
            return certificates;
        }
    }

    public static string FilePath => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
        "doorward", "credentials.json");

    public override string ToString() => $"Credentials for {Server}";

    public static Credentials? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Credentials>(File.ReadAllBytes(FilePath));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException error)
        {
            throw new CommandFailure("cannot be read", "run `doorward logout`, then `doorward login`", FilePath, error);
        }
    }

    /// <summary>What is kept for a server, or null.</summary>
    public static Credentials? For(Uri server) => Read() is { } kept
        && Uri.Compare(kept.Server, server, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0 ? kept : null;

    public void Write()
    {
        var kept = JsonSerializer.SerializeToUtf8Bytes(this);
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        var next = FilePath + ".next";
        using (var file = PrivateFile.Create(next))
        {
            file.Write(kept);
        }

        File.Move(next, FilePath, overwrite: true);
    }
}
