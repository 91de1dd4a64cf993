using System.Collections.Concurrent;
using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Tests.Running;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Forwarding;

public sealed class HealthReporterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Says_once_at_the_beginning_of_a_stream_that_it_knows_of_no_upstream()
    {
        var time = new FakeTimeProvider();
        using var pools = new UpstreamPools(Reach.FromHere(time), time, NullLogger<UpstreamPools>.Instance);
        using var stream = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var (uplink, told) = (new Uplink(), new Told());
        var writing = uplink.WriteToAsync(told, stream.Token);
        var reporting = new HealthReporter(pools, time).ReportAsync(uplink, stream.Token);

        Assert.Empty((await told.First.WaitAsync(Patience, stream.Token)).Upstreams.Upstreams);
        for (var i = 0; i < 5; i++) time.Advance(TimeSpan.FromSeconds(1));
        await uplink.SendAsync(new GatewayMessage { Ping = new Ping() }, stream.Token);
        await told.Pinged.WaitAsync(Patience, stream.Token);

        Assert.Single(told.Messages, static message => message.KindCase == GatewayMessage.KindOneofCase.Upstreams);
        await stream.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reporting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private sealed class Told : IClientStreamWriter<GatewayMessage>
    {
        private readonly TaskCompletionSource<GatewayMessage> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _pinged = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<GatewayMessage> Messages { get; } = new();

        public Task<GatewayMessage> First => _first.Task;

        public Task Pinged => _pinged.Task;

        public WriteOptions? WriteOptions { get; set; }

        public Task CompleteAsync() => Task.CompletedTask;

        // The default of the interface refuses a token that can be cancelled.
        public Task WriteAsync(GatewayMessage message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task WriteAsync(GatewayMessage message)
        {
            Messages.Enqueue(message);
            _first.TrySetResult(message);
            if (message.KindCase == GatewayMessage.KindOneofCase.Ping) _pinged.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
