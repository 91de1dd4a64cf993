using Doorward.Gateway.Tunnels;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Tests.Tunnels;

public sealed class ConnectorConnectionTests
{
    // What keeps connections to upstreams closes them in either way, and a cut one while another thread does.
    [Fact]
    public async Task It_is_disposed_in_either_way_and_as_often_as_somebody_does()
    {
        foreach (var isAsynchronous in new[] { false, true })
        {
            var far = new FarStream(new DefaultHttpContext { Request = { Body = new MemoryStream() } });
            var connection = new ConnectorConnection(far, TimeProvider.System);
            if (isAsynchronous) await connection.DisposeAsync();
            else connection.Close();
            await far.Released.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
            connection.Close();
            await connection.DisposeAsync();
        }
    }
}
