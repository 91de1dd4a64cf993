using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Control.Feeds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>A root of the installation.</summary>
/// <param name="Fingerprint">SHA-256 of the whole certificate, in lower-case hexadecimal.</param>
/// <param name="OnlyFor">The domain that it can sign for; null when nothing but our own parts believe it.</param>
public sealed record AuthorityView(string Subject, string Fingerprint, DateTimeOffset Created, DateTimeOffset Expires, string? OnlyFor);

/// <summary>A certificate that a gateway serves for one host. It renews it at half of its life.</summary>
public sealed record HostCertificateView(string Host, string Gateway, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset Renews, string Fingerprint);

/// <param name="Web">The one that people trust.</param>
/// <param name="Components">The one by which the parts of the product know each other.</param>
public sealed record CertificatesView(AuthorityView Web, AuthorityView Components, IReadOnlyList<HostCertificateView> Hosts);

/// <summary>What doors show browsers, and who signs it.</summary>
internal static class CertificateEndpoints
{
    public static void MapCertificates(this IEndpointRouteBuilder api)
    {
        var certificates = api.MapGroup("/certificates").WithTags("Installation");
        certificates.MapGet("/", Get).Views("certificate.list").Produces<CertificatesView>();
        certificates.MapGet("/ca.pem", static (WebCa ca) => Results.File(
            System.Text.Encoding.ASCII.GetBytes(ca.Certificate.ExportCertificatePem() + "\n"), "application/x-pem-file", "ca.pem")).Views("certificate.ca");
    }

    private static IResult Get(WebCa web, ComponentCa components, HeldCertificates held) => Answers.Ok(new CertificatesView(
        View(web.Certificate, web.Domain), View(components.Certificate, null),
        [
            .. held.List().Select(View)
                .OrderBy(static view => view.Host, StringComparer.Ordinal).ThenBy(static view => view.Gateway, StringComparer.Ordinal),
        ]));

    private static AuthorityView View(X509Certificate2 root, string? onlyFor) => new(
        root.Subject, root.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(), root.NotBefore.ToUniversalTime(), root.NotAfter.ToUniversalTime(), onlyFor);

    private static HostCertificateView View(HeldCertificate held) => new(
        held.Host, held.Gateway, held.Created, held.Expires, held.Created + ((held.Expires - held.Created) / 2), held.Fingerprint);
}
