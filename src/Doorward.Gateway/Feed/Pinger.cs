using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>Pings each second and remembers when: an answer renews the lease from the moment its ping was sent.</summary>
internal sealed class Pinger(Lease lease, Applier applier, TimeProvider clock) : IReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<long, Lease.Start> _sent = [];
    private long _nonce;

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        lock (_sent)
            _sent.Clear();
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            var ping = new Ping { Nonce = ++_nonce };
            lock (_sent)
                _sent[ping.Nonce] = lease.Now();
            await uplink.SendAsync(new GatewayMessage { Ping = ping }, stream);
        }
        while (await timer.WaitForNextTickAsync(stream));
    }

    public bool Take(ControlMessage message)
    {
        if (message.KindCase != ControlMessage.KindOneofCase.Pong)
            return false;
        lock (_sent)
        {
            // A pong nobody asked for proves nothing about when the log was read.
            if (!_sent.Remove(message.Pong.Nonce, out var sent))
                return true;
            foreach (var older in _sent.Keys.Where(nonce => nonce < message.Pong.Nonce).ToList())
                _sent.Remove(older);
            applier.Answered(message.Pong.Head, sent);
        }

        return true;
    }
}
