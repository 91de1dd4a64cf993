using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>The gateway at the other end of a connection, by its SVID; the listener has checked the certificate's chain.</summary>
internal static class GatewayPeer
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag UriName = new(TagClass.ContextSpecific, 6);

    /// <summary>The gateway's name, or null when the peer is none.</summary>
    public static string? Name(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate ? NameIn(certificate) : null;

    private static string? NameIn(X509Certificate2 certificate)
    {
        if (certificate.Extensions[SubjectAlternativeName] is not { } extension) return null;
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        string? found = null;
        while (names.HasData)
        {
            if (!names.PeekTag().HasSameClassAndValue(UriName))
            {
                names.ReadEncodedValue();
                continue;
            }

            // An SVID has exactly one URI (SPIFFE X509-SVID section 2).
            if (found is not null) return null;
            found = names.ReadCharacterString(UniversalTagNumber.IA5String, UriName);
        }

        return found is not null && Uri.TryCreate(found, UriKind.Absolute, out var uri) && uri.Scheme == "spiffe"
            && uri.Segments is ["/", "gateway/", var name] ? name : null;
    }
}
