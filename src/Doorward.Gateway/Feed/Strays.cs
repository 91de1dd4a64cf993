using System.Threading.Channels;
using Doorward.Core.Protocol;
using Doorward.Gateway.Enforcement;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Feed;

/// <summary>
/// Tells at once when a session that a device signed for is used by another kind of client, or from where neither that device nor its browser is:
/// a cookie that was copied, or a person who moved ahead of their agent. Each place once; the newest wait while the control plane is away.
/// </summary>
internal sealed class Strays(DeviceContacts contacts, TimeProvider clock) : IReporter
{
    private const int MostWaiting = 1_000;
    private const int Batch = 200;

    private readonly Channel<Stray> _found = Channel.CreateBounded<Stray>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public void Look(LiveSession session, RequestFacts request)
    {
        if (session.View.Binding is not { } binding || !IsStray(binding, request)) return;
        if (!session.NoteStray(request.Address, request.Client)) return;
        _found.Writer.TryWrite(new Stray
        {
            SessionId = session.Id,
            At = clock.GetUtcNow().ToTimestamp(),
            Address = request.Address.ToString(),
            Client = request.Client,
        });
    }

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        while (await _found.Reader.WaitToReadAsync(stream))
        {
            var strays = new Core.Protocol.Strays();
            while (strays.Strays_.Count < Batch && _found.Reader.TryRead(out var stray)) strays.Strays_.Add(stray);
            await uplink.SendAsync(new GatewayMessage { Strays = strays }, stream);
        }
    }

    public bool Take(ControlMessage message) => false;

    // How long ago the device was heard does not matter here: one that is off has not moved.
    private bool IsStray(DeviceBinding binding, RequestFacts request) =>
        !string.Equals(binding.Client, request.Client, StringComparison.Ordinal)
        || !(request.Address.Equals(binding.Browser) || contacts.Of(binding.Device)?.Address.Equals(request.Address) is true);
}
