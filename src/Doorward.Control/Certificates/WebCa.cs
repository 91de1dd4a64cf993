using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Storage;

namespace Doorward.Control.Certificates;

/// <summary>
/// The root that people trust until the operator configures certificates. It can sign for nothing but the domain, and
/// signs one certificate a host: a wildcard would let browsers share connections between doors.
/// </summary>
internal sealed class WebCa : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private readonly CertificateAuthority _authority;
    private readonly string _domain;
    private readonly TimeProvider _time;

    public WebCa(DataDirectory data, string domain, TimeProvider time)
    {
        _domain = domain;
        _time = time;
        _authority = AuthorityFiles.LoadOrCreate(Path.Combine(data.Keys, "web-ca.key"), data.WebCa,
            () => CertificateAuthority.Create($"Doorward CA for {domain}", OnlyFor(domain), time.GetUtcNow()));
    }

    /// <summary>What it can sign for: this, and what is below.</summary>
    public string Domain => _domain;

    public X509Certificate2 Certificate => _authority.Certificate;

    public bool MayName(string host) => host == _domain || host.EndsWith($".{_domain}", StringComparison.Ordinal);

    public X509Certificate2 Issue(string host, SigningRequest request)
    {
        if (!MayName(host) || host.Contains('*'))
        {
            throw new ArgumentException($"{host} is not a host below {_domain}.", nameof(host));
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);

        // X.520 bounds a common name to 64 characters; clients read the alternative name alone.
        var profile = new LeafProfile(host.Length <= 64 ? host : "doorward", names.Build(), [LeafProfile.ServerAuthentication], Lifetime);
        return _authority.Issue(request.PublicKey, profile, _time.GetUtcNow());
    }

    public void Dispose() => _authority.Dispose();

    // RFC 5280 section 4.2.1.10. Kinds of name that are not mentioned would be free, so addresses are excluded by name.
    private static X509Extension OnlyFor(string domain)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, domain, new Asn1Tag(TagClass.ContextSpecific, 2));
            }

            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            {
                Exclude(writer, new byte[8]);
                Exclude(writer, new byte[32]);
            }
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    // Address and mask, both zero: every address.
    private static void Exclude(AsnWriter writer, byte[] everyAddress)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(everyAddress, new Asn1Tag(TagClass.ContextSpecific, 7));
        }
    }
}
