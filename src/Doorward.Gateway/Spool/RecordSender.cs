using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Google.Protobuf;

namespace Doorward.Gateway.Spool;

/// <summary>Sends what is spooled, from the first unacknowledged record on, over each stream anew.</summary>
internal sealed class RecordSender(RecordSpool spool) : IReporter
{
    private const int BatchBytes = 256 * 1024;
    private const int HashLimit = 50_000;
    private SendWindow _window = new();

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        var position = new SpoolPosition(spool.FirstUnacknowledged);
        var sentInputs = new HashSet<ByteString>();
        var window = _window = new SendWindow();
        while (true)
        {
            await window.EnterAsync(stream);
            var grown = spool.GrownAsync();
            var records = spool.Read(ref position, BatchBytes);
            if (records.Count == 0)
            {
                await grown.WaitAsync(stream);
                continue;
            }

            foreach (var record in records)
                OmitKnownInput(record, sentInputs);
            var message = new Records { SpoolId = spool.Id };
            message.Records_.AddRange(records);
            window.Sending(records[^1].Number);
            await uplink.SendAsync(new GatewayMessage { Records = message }, stream);
        }
    }

    public bool Take(ControlMessage message)
    {
        if (message.KindCase != ControlMessage.KindOneofCase.RecordsAccepted)
            return false;
        spool.Acknowledge(message.RecordsAccepted.Through);
        _window.Accepted(message.RecordsAccepted.Through);
        return true;
    }

    /// <summary>An input goes up once a stream; later records name it by its hash.</summary>
    private static void OmitKnownInput(Record record, HashSet<ByteString> sent)
    {
        if (record.Decision is not { InputJson.Length: > 0 } decision)
            return;
        if (sent.Count >= HashLimit)
            sent.Clear();
        if (!sent.Add(decision.InputHash))
            decision.InputJson = "";
    }
}
