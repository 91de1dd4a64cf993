using Doorward.Control.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Certificates;

/// <summary>
/// Tells a gateway that joins the component CA's certificate. TLS leaves the root of a chain out, and the join token holds only its
/// fingerprint: the gateway believes the one that has it.
/// </summary>
internal static class AuthorityEndpoint
{
    public static void MapComponentAuthority(this IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/component-ca.pem", static (ComponentCa ca) => Results.Text(ca.Certificate.ExportCertificatePem(), "application/x-pem-file"))
        .WithMetadata(new ForComponents())
        .ExcludeFromDescription();
}
