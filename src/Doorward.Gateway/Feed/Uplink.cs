using System.Threading.Channels;
using Doorward.Core.Protocol;
using Grpc.Core;

namespace Doorward.Gateway.Feed;

/// <summary>The way up on one stream: many tell, one writes. What does not fit waits; a dead stream refuses.</summary>
internal sealed class Uplink
{
    private readonly Channel<GatewayMessage> _messages = Channel.CreateBounded<GatewayMessage>(
        new BoundedChannelOptions(256) { SingleReader = true });

    public ValueTask SendAsync(GatewayMessage message, CancellationToken cancellation) => _messages.Writer.WriteAsync(message, cancellation);

    public async Task WriteToAsync(IClientStreamWriter<GatewayMessage> stream, CancellationToken cancellation)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(cancellation))
            await stream.WriteAsync(message, cancellation);
    }
}

/// <summary>Something that has news for the control plane for as long as a stream lasts.</summary>
internal interface IReporter
{
    /// <summary>Runs once a stream, from its beginning; ends with it.</summary>
    Task ReportAsync(Uplink uplink, CancellationToken stream);

    /// <summary>Whether an answer from the control plane was for this reporter.</summary>
    bool Take(ControlMessage message);
}
