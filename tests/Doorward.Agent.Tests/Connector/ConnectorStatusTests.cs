using Doorward.Agent.Connector;
using Doorward.Agent.State;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Connector;

public sealed class ConnectorStatusTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-connector-status-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_connector_that_wrote_at_another_time_than_now_has_stopped()
    {
        new HealthFile<ConnectorHealth>(new ConnectorFolder(_folder).HealthFile, AgentJson.Default.ConnectorHealth).Write(new ConnectorHealth
        {
            Connector = "hq",
            Replica = "rep-1",
            Process = 1,
            Draining = false,
            Streams = 0,
            Lines = [new LineHealth("192.0.2.1:443", null)],
            Written = _time.GetUtcNow(),
        });
        Assert.Equal(0, Status());
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(2, Status());

        // The clock was set back.
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromHours(1));
        Assert.Equal(2, Status());
    }

    private int Status() => ConnectorStatusCommand.Parse(["--state", _folder])!.Run(TextWriter.Null, TextWriter.Null, _time);
}
