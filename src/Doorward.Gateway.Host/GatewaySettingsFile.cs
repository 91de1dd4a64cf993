using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Doorward.Core.Settings;

namespace Doorward.Gateway.Host;

/// <summary>The configuration file of a gateway on its own. Paths are relative to the file. Names nobody knows are mistakes.</summary>
internal sealed record GatewaySettingsFile
{
    /// <summary>Name in the gateway's certificate: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>The control plane's internal listener: <c>https://HOST:PORT</c>.</summary>
    public required string ControlPlane { get; init; }

    /// <summary>The installation's domain, which is also its trust domain.</summary>
    public required string Domain { get; init; }

    /// <summary>Directory for key, certificate and spool.</summary>
    public required string Data { get; init; }

    /// <summary><c>ADDRESS:PORT</c> each.</summary>
    public required string[] Listen { get; init; }

    /// <summary>File with the component CA in PEM; not needed with a join token, which names the CA by fingerprint.</summary>
    public string? ComponentCa { get; init; }

    /// <summary>File with the one-time join token; not needed once the gateway has joined.</summary>
    public string? JoinTokenFile { get; init; }

    /// <summary>Bytes of unacknowledged records at which the gateway denies.</summary>
    public long? SpoolLimit { get; init; }

    /// <summary>Requests in progress at most of one session.</summary>
    public int? SessionRequestLimit { get; init; }

    /// <summary>Requests a second of one session; 0 is no limit.</summary>
    public int? SessionRate { get; init; }

    [JsonIgnore]
    private string Directory { get; init; } = "";

    public static GatewaySettingsFile Read(string file)
    {
        try
        {
            var settings = SettingsJson.Read(File.ReadAllBytes(file), GatewaySettingsJson.Default.GatewaySettingsFile, out var fault);
            return settings is null
                ? throw new GatewayOptionsException($"line {fault!.Line}: {fault.What}; {fault.Fix}")
                : settings with { Directory = Path.GetDirectoryName(Path.GetFullPath(file))! };
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GatewayOptionsException("there is no such file; check --config", missing);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new GatewayOptionsException(exception.Message, exception);
        }
    }

    public GatewayOptions ToOptions() => new()
    {
        Name = IsName(Name) ? Name : throw new GatewayOptionsException("name: use lower-case letters, digits and hyphens"),
        ControlPlane = Uri.TryCreate(ControlPlane, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.PathAndQuery == "/"
            ? address
            : throw new GatewayOptionsException("controlPlane: write it as https://HOST:PORT"),
        TrustDomain = Domain,
        ComponentAuthorityPem = ReadText("componentCa", ComponentCa),
        DataDirectory = Full(Data),
        Listen = [.. Listen.Select(ReadEndpoint)],
        JoinToken = ReadText("joinTokenFile", JoinTokenFile)?.Trim(),
        SpoolLimit = SpoolLimit ?? 256L * 1024 * 1024,
        SessionRequestLimit = AtLeast(1, "sessionRequestLimit", SessionRequestLimit ?? 1_000),
        SessionRate = AtLeast(0, "sessionRate", SessionRate ?? 1_000),
    };

    private static int AtLeast(int least, string setting, int value) =>
        value >= least ? value : throw new GatewayOptionsException($"{setting}: must be at least {least}");

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 63 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static IPEndPoint ReadEndpoint(string text) => IPEndPoint.TryParse(text, out var endpoint) && text.Contains(':', StringComparison.Ordinal)
        ? endpoint
        : throw new GatewayOptionsException($"listen: '{text}' is not ADDRESS:PORT");

    private string Full(string path) => Path.GetFullPath(path, Directory);

    /// <summary>A token used up is often deleted with its file: a file that is gone is no token, but a CA that is named must be there.</summary>
    private string? ReadText(string setting, string? path)
    {
        if (path is null)
            return null;
        if (File.Exists(Full(path)))
            return File.ReadAllText(Full(path));
        return setting == "joinTokenFile" ? null : throw new GatewayOptionsException($"{setting}: there is no file {Full(path)}");
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(GatewaySettingsFile))]
internal sealed partial class GatewaySettingsJson : JsonSerializerContext;
