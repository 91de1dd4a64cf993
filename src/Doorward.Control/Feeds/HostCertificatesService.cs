using System.Text.Json;
using Doorward.Control.Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Feeds;

/// <summary>Certifies a gateway's key for one host that has a door here, and for no other.</summary>
internal sealed class HostCertificatesService(WebCa ca, IDbContextFactory<DoorwardDb> databases) : HostCertificates.HostCertificatesBase
{
    public override async Task<HostCertificateReply> Issue(HostCertificateRequest request, ServerCallContext context)
    {
        var (signing, problem) = SigningRequest.Read(request.Csr.Span);
        if (signing is null)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, problem ?? "The signing request cannot be read."));
        }

        if (!await IsKnownAsync(request.Host, context.CancellationToken))
        {
            throw new RpcException(new Status(StatusCode.NotFound, "No application has this host."));
        }

        if (!ca.MayName(request.Host))
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "The host is outside the domain of this installation: configure a certificate for it."));
        }

        using var certificate = ca.Issue(request.Host, signing);
        return new HostCertificateReply
        {
            Certificate = ByteString.CopyFrom(certificate.RawDataMemory.Span),
            Chain = { ByteString.CopyFrom(ca.Certificate.RawDataMemory.Span) },
        };
    }

    private async Task<bool> IsKnownAsync(string host, CancellationToken ct)
    {
        if (Uri.CheckHostName(host) != UriHostNameType.Dns || host.Any(char.IsAsciiLetterUpper) || host.EndsWith('.'))
        {
            return false;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var domain = await db.Settings.Select(s => s.Domain).SingleAsync(ct);
        if (host == $"{SystemApplications.AuthLabel}.{domain}" || host == $"{SystemApplications.AgentLabel}.{domain}")
        {
            return true;
        }

        var applications = await db.Resources.AsNoTracking().Where(r => r.Kind == ResourceKinds.Application).Select(r => r.Json).ToListAsync(ct);
        return applications.Any(json =>
            JsonSerializer.Deserialize(json, ApplicationJson.Default.ApplicationDefinition) is { } application && application.Hosts.Any(pattern => HostNames.Matches(pattern, host)));
    }
}
