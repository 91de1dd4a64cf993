using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Doorward.Testing.ControlPlane;

internal sealed class TestMembership(ControlPlaneDouble plane) : Membership.MembershipBase
{
    public override Task<CertificateReply> Join(JoinRequest request, ServerCallContext context)
    {
        if (!plane.TryUseToken(request.Token))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "The join token is used."));
        return Task.FromResult(Certify(request.Name, request.Csr));
    }

    public override Task<CertificateReply> Renew(RenewRequest request, ServerCallContext context)
    {
        plane.CountRenewal();
        return Task.FromResult(Certify(plane.RequireGateway(context), request.Csr));
    }

    private CertificateReply Certify(string name, ByteString csr)
    {
        var request = CertificateRequest.LoadSigningRequest(csr.ToByteArray(), HashAlgorithmName.SHA256);
        using var certificate = plane.ComponentAuthority.IssueComponent($"spiffe://{plane.Domain}/gateway/{name}", request.PublicKey, plane.CertificateLife);
        return new CertificateReply
        {
            Certificate = ByteString.CopyFrom(certificate.RawData),
            Chain = { ByteString.CopyFrom(plane.ComponentAuthority.Certificate.RawData) },
            TrustDomain = plane.Domain,
        };
    }
}

internal sealed class TestHostCertificates(ControlPlaneDouble plane) : HostCertificates.HostCertificatesBase
{
    public override Task<HostCertificateReply> Issue(HostCertificateRequest request, ServerCallContext context)
    {
        plane.RequireGateway(context);
        plane.CountCertificate(request.Host);
        var csr = CertificateRequest.LoadSigningRequest(request.Csr.ToByteArray(), HashAlgorithmName.SHA256);
        using var certificate = plane.WebAuthority.IssueHost(request.Host, csr.PublicKey);
        return Task.FromResult(new HostCertificateReply { Certificate = ByteString.CopyFrom(certificate.RawData) });
    }
}

internal sealed class TestSessions(ControlPlaneDouble plane) : Sessions.SessionsBase
{
    public override async Task<ResolveReply> Resolve(ResolveRequest request, ServerCallContext context)
    {
        plane.RequireGateway(context);
        plane.CountResolve();
        var reply = plane.Log.At(revision => Find(request, revision));
        await plane.BeforeResolveReply(reply);
        return reply;
    }

    public override Task<RedeemReply> Redeem(RedeemRequest request, ServerCallContext context)
    {
        plane.RequireGateway(context);
        return Task.FromResult(plane.Redeem(request));
    }

    private ResolveReply Find(ResolveRequest request, long revision)
    {
        var reply = new ResolveReply { Revision = revision };
        var session = request.SessionId;
        if (request.CredentialCase == ResolveRequest.CredentialOneofCase.HandleHash
            && plane.Log.Handles.TryGetValue(Convert.ToHexString(request.HandleHash.Span), out var handle) && handle.Host == request.Host)
        {
            session = handle.Session;
            reply.HandleHost = handle.Host;
        }
        else if (request.CredentialCase == ResolveRequest.CredentialOneofCase.TokenHash
            && plane.Log.Tokens.TryGetValue(Convert.ToHexString(request.TokenHash.Span), out var token))
        {
            session = token.Session;
            reply.TokenId = token.Token;
            reply.Applications.AddRange(token.Applications);
        }

        if (plane.Log.Find(session) is not { } found)
            return new ResolveReply { Revision = revision };
        reply.Found = true;
        reply.Session = found.Session;
        reply.Subject = found.Subject;
        return reply;
    }
}

internal sealed class TestFeed(ControlPlaneDouble plane) : Feed.FeedBase
{
    public override async Task Follow(
        IAsyncStreamReader<GatewayMessage> requestStream, IServerStreamWriter<ControlMessage> responseStream, ServerCallContext context)
    {
        plane.RequireGateway(context);
        var outbound = Channel.CreateUnbounded<ControlMessage>();
        using var life = plane.Connect(outbound.Writer, context.CancellationToken);
        if (!await requestStream.MoveNext(life.Token))
            return;
        var hello = requestStream.Current.Hello;
        plane.Hellos.Enqueue(hello);
        void Send(Change change) => outbound.Writer.TryWrite(new ControlMessage { Change = change });
        plane.Log.Follow(hello.Epoch, hello.Revision, snapshot => outbound.Writer.TryWrite(new ControlMessage { Snapshot = snapshot }), Send);
        try
        {
            await await Task.WhenAny(ReadAsync(requestStream, outbound.Writer, life.Token), WriteAsync(outbound.Reader, responseStream, life.Token));
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended."));
        }
        finally
        {
            plane.Log.Unfollow(Send);
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<GatewayMessage> messages, ChannelWriter<ControlMessage> outbound, CancellationToken life)
    {
        while (await messages.MoveNext(life))
        {
            if (plane.Answer(messages.Current) is { } answer)
                outbound.TryWrite(answer);
        }
    }

    private static async Task WriteAsync(ChannelReader<ControlMessage> outbound, IServerStreamWriter<ControlMessage> stream, CancellationToken life)
    {
        await foreach (var message in outbound.ReadAllAsync(life))
            await stream.WriteAsync(message, life);
    }
}
