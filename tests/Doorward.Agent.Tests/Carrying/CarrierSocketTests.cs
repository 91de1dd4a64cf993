using System.Net.Sockets;
using System.Text;
using Doorward.Agent.Carrying;

namespace Doorward.Agent.Tests.Carrying;

/// <summary>What the agent takes from whoever is on its machine. That tunnels are carried is shown with a whole product.</summary>
public sealed class CarrierSocketTests : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly TestCarrier _carrier = new();

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"auth":"https://auth.test","kind":"Everything"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel","application":"../report","token":"dwt_x"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"dwt_x\r\nClient-Cert: y"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"Basic x"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"dwt_x","target":"a:1&target=b:2"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"SshCertificate","application":"db/../../report","body":"AAAA"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Bind"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Data"}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Data","ticket":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}""")]
    [InlineData("""{"auth":"https://auth.test","kind":"Data","ticket":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    public async Task Asks_nothing_but_what_it_puts_together_itself(string request)
    {
        _carrier.Start();
        Assert.Equal(CarryProblem.Malformed, (await _carrier.AskAsync(Encoding.UTF8.GetBytes(request)))?.Problem);
        Assert.Equal(CarryProblem.NoDevice, (await _carrier.AskAsync("""{"auth":"https://auth.other.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray()))?.Problem);
    }

    [Fact]
    public async Task A_request_without_end_and_one_that_does_not_come_are_given_up()
    {
        _carrier.Start();
        Assert.Equal(CarryProblem.Malformed, (await _carrier.AskAsync([], length: CarryText.LongestRequest + 1))?.Problem);
        Assert.Equal(CarryProblem.Malformed, (await _carrier.AskAsync([], length: -1))?.Problem);
        Assert.Null(await _carrier.AskAsync([1, 2], length: 5));
    }

    [Fact]
    public async Task One_user_has_so_many_at_a_time_and_others_are_served_beside()
    {
        _carrier.Start();
        var many = new List<Socket>();
        for (var i = 0; i < CarrierSocket.MostOfOne; i++) many.Add(await _carrier.ConnectAsync());
        try
        {
            Assert.Equal(CarryProblem.Busy, (await _carrier.AskAsync("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray()))?.Problem);
        }
        finally
        {
            foreach (var socket in many) socket.Dispose();
        }

        for (var i = 0; i < 100; i++)
        {
            if ((await _carrier.AskAsync("""{"auth":"https://auth.other.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray()))?.Problem == CarryProblem.NoDevice) return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Fail("nobody is served again");
    }

    // Of an answer on a socket that is closed the writer hears nothing: whoever still writes has a second for it, and nobody has longer.
    [Fact]
    public async Task Whoever_is_told_that_too_many_are_open_may_still_finish_writing_and_is_then_let_go()
    {
        _carrier.Start();
        var many = new List<Socket>();
        for (var i = 0; i < CarrierSocket.MostOfOne; i++) many.Add(await _carrier.ConnectAsync());
        using var late = new CancellationTokenSource(s_patience);
        try
        {
            // A second is short on a machine that is busy itself.
            for (var tries = 1; !await WritesAfterTheAnswerAsync(late.Token); tries++) Assert.True(tries < 5, "it is closed before it is heard");
            using var idle = await _carrier.ConnectAsync();
            await using var stream = new NetworkStream(idle);
            Assert.Equal(CarryProblem.Busy, (await CarryText.ReadAsync(stream, CarryJson.Default.CarryAnswer, CarryText.LongestAnswer, late.Token))?.Problem);
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                while (true)
                {
                    await stream.WriteAsync(new byte[1], late.Token);
                    await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, late.Token);
                }
            });
        }
        finally
        {
            foreach (var socket in many) socket.Dispose();
        }
    }

    private async Task<bool> WritesAfterTheAnswerAsync(CancellationToken ct)
    {
        using var socket = await _carrier.ConnectAsync();
        await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, ct);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, ct);
        try
        {
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(new byte[1024], ct);
            Assert.Equal(CarryProblem.Busy, (await CarryText.ReadAsync(stream, CarryJson.Default.CarryAnswer, CarryText.LongestAnswer, ct))?.Problem);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Whoever_is_not_served_is_told_nothing()
    {
        _carrier.Start(static _ => false);
        Assert.Null(await _carrier.AskAsync("""{"auth":"https://auth.test","kind":"Tunnel","application":"db","token":"dwt_x"}"""u8.ToArray()));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(33, false)]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    [InlineData(60000, true)]
    [InlineData(61184, false)]
    [InlineData(65534, false)]
    [InlineData(1_234_567, true)]
    public void Root_and_people_are_served_and_the_users_of_programs_are_not(uint user, bool isServed) => Assert.Equal(isServed, LocalUser.IsPerson(user));

    public ValueTask DisposeAsync() => _carrier.DisposeAsync();
}
