using System.Net;
using System.Threading.Channels;
using Doorward.Core.Protocol;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Tls;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Feed;

/// <summary>
/// Tells where clients are that showed a certificate and could not sign with its key, and how often they tried: the first of a place at once,
/// what follows once a second. So many places at a time, and those beyond them together.
/// </summary>
internal sealed class KeylessReporter(TimeProvider clock) : IReporter
{
    public const int MostPlaces = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Dictionary<string, KeylessClient> _found = new(StringComparer.Ordinal);

    public void Note(IPAddress address, ClientHello hello)
    {
        lock (_gate)
        {
            var line = ClientAddress.LineOf(address);
            if (_found.Count >= MostPlaces && !_found.ContainsKey(line)) line = "";
            if (!_found.TryGetValue(line, out var client))
            {
                client = line.Length == 0 ? new KeylessClient() : new KeylessClient { Address = address.ToString(), Client = hello.Name };
                client.At = clock.GetUtcNow().ToTimestamp();
                _found.Add(line, client);
            }

            client.Times++;
        }

        _news.Writer.TryWrite(true);
    }

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        while (await _news.Reader.WaitToReadAsync(stream))
        {
            _news.Reader.TryRead(out _);
            if (Take() is { Clients.Count: > 0 } found) await uplink.SendAsync(new GatewayMessage { Keyless = found }, stream);
            await Task.Delay(Pause, clock, stream);
        }
    }

    public bool Take(ControlMessage message) => false;

    private KeylessClients Take()
    {
        lock (_gate)
        {
            var found = new KeylessClients { Clients = { _found.Values } };
            _found = new Dictionary<string, KeylessClient>(StringComparer.Ordinal);
            return found;
        }
    }
}
