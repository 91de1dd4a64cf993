using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Doorward.Core.Identifiers;

/// <summary>Names a component: <c>spiffe://TRUST-DOMAIN/PATH</c> (SPIFFE-ID section 2).</summary>
public readonly partial record struct SpiffeId(string TrustDomain, string Path)
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string GatewayFolder = "/gateway/";
    private const string DeviceFolder = "/device/";
    private const string ConnectorFolder = "/connector/";

    public static SpiffeId ControlPlane(string trustDomain) => new(trustDomain, "/control-plane");

    public static SpiffeId Gateway(string trustDomain, string name) => new(trustDomain, GatewayFolder + name);

    public static SpiffeId Device(string trustDomain, string id) => new(trustDomain, DeviceFolder + id);

    public static SpiffeId Connector(string trustDomain, string name, string replica) => new(trustDomain, $"{ConnectorFolder}{name}/{replica}");

    /// <summary>The connector's name and the replica's id, or null when this names something else.</summary>
    public (string Name, string Replica)? Replica =>
        Path.StartsWith(ConnectorFolder, StringComparison.Ordinal) && Path[ConnectorFolder.Length..].Split('/') is [var name, var replica] && IsName(name) && IsName(replica)
            ? (name, replica)
            : null;

    /// <summary>The gateway's name, or null when this names something else.</summary>
    public string? GatewayName => Path.StartsWith(GatewayFolder, StringComparison.Ordinal) && IsName(Path[GatewayFolder.Length..]) ? Path[GatewayFolder.Length..] : null;

    /// <summary>The device's id, or null when this names something else.</summary>
    public string? DeviceId => Path.StartsWith(DeviceFolder, StringComparison.Ordinal) && Identifiers.DeviceId.IsId(Path[DeviceFolder.Length..]) ? Path[DeviceFolder.Length..] : null;

    /// <summary>Names of components: letters, digits and hyphens, as in a DNS label.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>The one SPIFFE id of a certificate; null when it has none or more than one URI (X509-SVID section 2).</summary>
    public static SpiffeId? Of(X509Certificate2 certificate)
    {
        var extensions = certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeName).ToList();
        if (extensions is not [var names])
        {
            return null;
        }

        try
        {
            return Uris(names.RawData) is [var uri] ? Parse(uri) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    public override string ToString() => $"spiffe://{TrustDomain}{Path}";

    private static SpiffeId? Parse(string uri) =>
        Form().Match(uri) is { Success: true } match ? new SpiffeId(match.Groups["domain"].Value, match.Groups["path"].Value) : null;

    private static List<string> Uris(byte[] names)
    {
        var found = new List<string>();
        var uri = new Asn1Tag(TagClass.ContextSpecific, 6);
        var reader = new AsnReader(names, AsnEncodingRules.DER).ReadSequence();
        while (reader.HasData)
        {
            if (reader.PeekTag().HasSameClassAndValue(uri))
            {
                found.Add(reader.ReadCharacterString(UniversalTagNumber.IA5String, uri));
            }
            else
            {
                reader.ReadEncodedValue();
            }
        }

        return found;
    }

    [GeneratedRegex(@"\Aspiffe://(?<domain>[a-z0-9._-]{1,255})(?<path>(?:/[A-Za-z0-9._-]{1,255}){1,8})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
