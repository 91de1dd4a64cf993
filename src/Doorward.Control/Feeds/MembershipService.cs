using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Feeds;

/// <summary>Lets gateways join and renew. The only service that answers callers without a good certificate.</summary>
internal sealed partial class MembershipService(
    GatewayMembers members, GatewayAuthentication authentication, ComponentCa ca, ILogger<MembershipService> logger) : Membership.MembershipBase
{
    public override async Task<CertificateReply> Join(JoinRequest request, ServerCallContext context)
    {
        var signing = Read(request.Csr);
        if (!SpiffeId.IsName(request.Name))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "A gateway's name has 1 to 63 of a-z, 0-9 and hyphens inside."));
        }

        var certificate = JoinSecret.TryParse(request.Token, out var secret)
            ? await members.JoinAsync(secret, request.Name, signing, context.CancellationToken)
            : null;
        if (certificate is null)
        {
            LogRefused(request.Name);
            throw new RpcException(new Status(StatusCode.PermissionDenied, "The join token is used, expired or not for this name. Make a new one."));
        }

        LogJoined(request.Name);
        return Reply(certificate);
    }

    public override async Task<CertificateReply> Renew(RenewRequest request, ServerCallContext context)
    {
        var caller = await authentication.RenewerAsync(context.GetHttpContext())
            ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "The client certificate names no gateway in good standing. Join again with a new token."));
        var certificate = await members.RenewAsync(caller, Read(request.Csr), context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.PermissionDenied, "The gateway is revoked, or has joined again with another key."));
        return Reply(certificate);
    }

    private static SigningRequest Read(ByteString csr)
    {
        var (request, problem) = SigningRequest.Read(csr.Span);
        return request ?? throw new RpcException(new Status(StatusCode.InvalidArgument, problem ?? "The signing request cannot be read."));
    }

    private CertificateReply Reply(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return new CertificateReply
            {
                Certificate = ByteString.CopyFrom(certificate.RawDataMemory.Span),
                Chain = { ByteString.CopyFrom(ca.Certificate.RawDataMemory.Span) },
                TrustDomain = ca.TrustDomain,
            };
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Gateway {Name} joined")]
    private partial void LogJoined(string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A gateway that calls itself {Name} was refused: its join token is not good")]
    private partial void LogRefused(string name);
}
