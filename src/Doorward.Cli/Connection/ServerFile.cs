using System.Net;
using System.Text.Json;

namespace Doorward.Cli.Connection;

/// <summary>What a running installation records in DIR/server.json: where it listens, and under which domain.</summary>
internal sealed record ServerFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required string Domain { get; init; }

    public Uri Console => new($"https://console.{Domain}:{Port}/");

    /// <summary>Where to dial. A listener on all addresses is dialled on loopback, as is the name `localhost`.</summary>
    public IPEndPoint Listener => new(
        IPAddress.TryParse(Address, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address
            : IPAddress.Loopback,
        Port);

    /// <summary>Records it. The command line dials this itself: the resolver does not know <c>*.localhost</c>.</summary>
    public void Write(DirectoryInfo data)
    {
        // Whole or not at all: a command may read it at this moment.
        var next = PathIn(data) + ".next";
        File.WriteAllText(next, JsonSerializer.Serialize(new { Address, Port, Domain }, Options) + "\n");
        File.Move(next, PathIn(data), overwrite: true);
    }

    /// <summary>Reads the file, or null when the installation has never run. Fails on a file that is not one.</summary>
    public static ServerFile? Read(DirectoryInfo data)
    {
        var path = PathIn(data);
        try
        {
            return JsonSerializer.Deserialize<ServerFile>(File.ReadAllBytes(path), Options);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException error)
        {
            throw new CommandFailure("is not a record of a running installation", "restart `doorward up`, which writes it anew", path, error);
        }
    }

    private static string PathIn(DirectoryInfo data) => Path.Combine(data.FullName, "server.json");
}
