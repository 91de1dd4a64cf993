using Doorward.Control.Changes;
using Doorward.Control.Sessions;
using Doorward.Core.Protocol;
using Grpc.Core;

namespace Doorward.Control.Feeds;

/// <summary>Answers gateways that meet a credential they have not seen, and redeems sign-in codes.</summary>
internal sealed class SessionsService(CredentialResolver resolver, SignInCodes codes) : Core.Protocol.Sessions.SessionsBase
{
    private const int HashBytes = 32;

    public override async Task<ResolveReply> Resolve(ResolveRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var resolved = request.CredentialCase switch
        {
            ResolveRequest.CredentialOneofCase.HandleHash => await resolver.ByHandleAsync(Hash(request.HandleHash), ct),
            ResolveRequest.CredentialOneofCase.TokenHash => await resolver.ByTokenAsync(Hash(request.TokenHash), ct),
            ResolveRequest.CredentialOneofCase.SessionId => await resolver.BySessionAsync(request.SessionId, ct),
            _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "No credential was given.")),
        };

        // A handle is good at its own host only; elsewhere it looks like one that never was.
        if (resolved is { Session: null } or { User: null } || (resolved.HandleHost is { } host && host != request.Host))
        {
            // Only a handle at its own host has one: who holds it was its session's person. A token's end looks like any other.
            var end = resolved.HandleHost == request.Host ? resolved.End : null;
            return new ResolveReply
            {
                Revision = resolved.Revision,
                Ended = end is null ? null : new SessionEnded { SessionId = end.Session ?? "", Cause = end.Cause.ToString(), Reason = end.Reason ?? "" },
            };
        }

        return new ResolveReply
        {
            Found = true,
            Revision = resolved.Revision,
            Session = Faces.SessionState(resolved.Session),
            Subject = Faces.SubjectState(resolved.User),
            Applications = { resolved.Token?.Applications ?? [] },
            HandleHost = resolved.HandleHost ?? "",
            TokenId = resolved.Token?.Id ?? "",
        };
    }

    public override async Task<RedeemReply> Redeem(RedeemRequest request, ServerCallContext context)
    {
        var redeemed = await codes.RedeemAsync(request.Code, request.Host, request.Browser, context.CancellationToken);
        return redeemed is null
            ? new RedeemReply()
            : new RedeemReply
            {
                Redeemed = true,
                Handle = redeemed.Handle,
                Revision = redeemed.Revision,
                Session = Faces.SessionState(redeemed.Session),
                Subject = Faces.SubjectState(redeemed.User),
            };
    }

    private static byte[] Hash(Google.Protobuf.ByteString hash) => hash.Length == HashBytes
        ? hash.ToByteArray()
        : throw new RpcException(new Status(StatusCode.InvalidArgument, $"A credential is named by the {HashBytes} bytes of its SHA-256."));
}
