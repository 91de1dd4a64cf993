using System.Threading.Channels;
using Doorward.Control.Decisions;
using Doorward.Control.Devices;
using Doorward.Control.Devices.Proofs;
using Doorward.Core.Protocol;
using Grpc.Core;

namespace Doorward.Control.Feeds;

/// <summary>Where what a gateway reports goes.</summary>
internal sealed class GatewayReports(IRecordSink sink, LiveGrants grants, GrantCuts cuts, LastUses uses, AssertionKeys keys, GatewayLedger ledger, RefusalBook refusals,
    UpstreamStates upstreams, ConnectorStates connectors, HeldCertificates certificates, BindingRecords bindings, KeylessRecords keyless)
{
    public GatewayInbox Open(GatewayStream stream, Hello hello, CancellationToken ct) => new(this, stream, hello, ct);

    public IRecordSink Sink => sink;
    public LiveGrants Grants => grants;
    public GrantCuts Cuts => cuts;
    public LastUses Uses => uses;
    public AssertionKeys Keys => keys;
    public GatewayLedger Ledger => ledger;
    public RefusalBook Refusals => refusals;
    public UpstreamStates Upstreams => upstreams;
    public ConnectorStates Connectors => connectors;
    public HeldCertificates Certificates => certificates;
    public BindingRecords Bindings => bindings;
    public KeylessRecords Keyless => keyless;
}

/// <summary>
/// The upward half of one stream. Records wait in a bounded queue of their own, because making them durable must not hold
/// up the pings behind them; when it is full the gateway waits, and keeps its records in its spool.
/// </summary>
internal sealed class GatewayInbox : IAsyncDisposable
{
    private const int MostBatches = 16;
    private readonly Channel<Records> _records = Channel.CreateBounded<Records>(MostBatches);
    private readonly GatewayReports _reports;
    private readonly GatewayStream _stream;

    public GatewayInbox(GatewayReports reports, GatewayStream stream, Hello hello, CancellationToken ct)
    {
        _reports = reports;
        _stream = stream;
        Completion = AcceptAsync(hello, ct);
    }

    /// <summary>Ends with the stream, or with what made records unacceptable.</summary>
    public Task Completion { get; }

    public void Heard() => _reports.Grants.Heard(_stream.Gateway);

    public async ValueTask TakeAsync(GatewayMessage message, CancellationToken ct)
    {
        switch (message.KindCase)
        {
            case GatewayMessage.KindOneofCase.Records:
                await _records.Writer.WriteAsync(message.Records, ct);
                break;
            case GatewayMessage.KindOneofCase.AssertionKey:
                await _reports.Keys.RegisterAsync(_stream.Gateway, message.AssertionKey, ct);
                _stream.TrySend(new ControlMessage { AssertionKeyAccepted = new AssertionKeyAccepted { Kid = message.AssertionKey.Kid } });
                break;
            case GatewayMessage.KindOneofCase.Grants:
                _reports.Grants.Report(_stream.Gateway, message.Grants);
                break;
            case GatewayMessage.KindOneofCase.Cuts:
                _reports.Cuts.Confirm(message.Cuts);
                break;
            case GatewayMessage.KindOneofCase.LastUse:
                _reports.Uses.Report(message.LastUse);
                break;
            case GatewayMessage.KindOneofCase.Refused:
                _reports.Refusals.Take(_stream.Gateway, message.Refused);
                break;
            case GatewayMessage.KindOneofCase.Upstreams:
                _reports.Upstreams.Report(_stream.Gateway, message.Upstreams);
                break;
            case GatewayMessage.KindOneofCase.Connectors:
                _reports.Connectors.Report(_stream.Gateway, message.Connectors);
                break;
            case GatewayMessage.KindOneofCase.Certificates:
                _reports.Certificates.Report(_stream.Gateway, message.Certificates);
                break;
            case GatewayMessage.KindOneofCase.Strays:
                await _reports.Bindings.TakeAsync(_stream.Gateway, message.Strays, ct);
                break;
            case GatewayMessage.KindOneofCase.Keyless:
                await _reports.Keyless.TakeAsync(_stream.Gateway, message.Keyless);
                break;
            default:
                throw new RpcException(new Status(StatusCode.InvalidArgument, "The message is not one that a gateway sends here."));
        }
    }

    public ValueTask DisposeAsync()
    {
        _records.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(Hello hello, CancellationToken ct)
    {
        await _reports.Ledger.SeenAsync(_stream.Gateway, hello.Version, ct);
        if (hello.SpoolId.Length > 0 && await _reports.Sink.PositionAsync(_stream.Gateway, hello.SpoolId, ct) is { } through)
        {
            _stream.TrySend(Accepted(through));
        }

        await foreach (var batch in _records.Reader.ReadAllAsync(ct))
        {
            // Told only now: what the gateway forgets must be on our disk.
            _stream.TrySend(Accepted(await _reports.Sink.AcceptAsync(_stream.Gateway, batch, ct)));
        }
    }

    private static ControlMessage Accepted(long through) => new() { RecordsAccepted = new RecordsAccepted { Through = through } };
}
