using Doorward.Gateway.Connections;
using Doorward.Gateway.Tests.Running;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>What a connection that nobody signed in on holds beyond its requests: a handshake without a question, answers without a reader.</summary>
public sealed class AnonymousConnectionTests
{
    private static readonly (string Name, string Value)[] s_question = [(":method", "GET"), (":scheme", "https"), (":authority", DecidingGateway.Wiki), (":path", "/")];

    [Fact]
    public async Task Whose_answers_nobody_reads_goes_when_there_are_too_many_of_them()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { AnonymousAnswerLimit = 3 });
        var traffic = gateway.Part<AnonymousTraffic>();
        await using var first = await AskAsync(gateway, window: 0, questions: 2);
        await Eventually.TrueAsync(() => traffic.Answers.Count == 2 && traffic.Requests.Count == 0, "the requests were over and their answers not sent");
        await using var second = await AskAsync(gateway, window: 0, questions: 2);

        Assert.True(await first.EndsAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        await Eventually.TrueAsync(() => traffic.Answers.Count == 2, "the second has both of its answers");
        Assert.Equal(401, await gateway.StatusAsync());
        Assert.Equal(2, traffic.Answers.Count);
    }

    [Fact]
    public async Task Whose_answers_are_read_stays_however_many_there_are()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { AnonymousAnswerLimit = 3 });
        await using var reader = await AskAsync(gateway, window: ushort.MaxValue, questions: 2);
        for (var i = 0; i < 20; i++) Assert.Equal(401, await gateway.StatusAsync());

        await Eventually.TrueAsync(() => gateway.Part<AnonymousTraffic>().Answers.Count == 0, "every place was given back");
        Assert.Equal("no-session", (await reader.AskAsync(5, s_question)).Code);
    }

    [Fact]
    public async Task Of_somebody_who_has_signed_in_is_not_counted()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { AnonymousAnswerLimit = 1 });
        var cookie = gateway.SignIn("ses_a", "alice");
        await using var alice = await RawHttp2.ConnectTlsAsync(gateway.Port, DecidingGateway.Wiki, ushort.MaxValue);
        for (var stream = 1; stream < 9; stream += 2) Assert.Equal(200, (await alice.AskAsync(stream, [.. s_question, ("cookie", cookie)])).Status);
        await using var slow = await RawHttp2.ConnectTlsAsync(gateway.Port, DecidingGateway.Wiki, 0);
        await slow.BeginAsync(1, [.. s_question, ("cookie", cookie)]);
        await Eventually.TrueAsync(() => gateway.Upstream.Requests == 5, "it is known whose the connection is"); // two at once would be one too many of nobody's
        for (var stream = 3; stream < 9; stream += 2) await slow.BeginAsync(stream, [.. s_question, ("cookie", cookie)]);

        await Eventually.TrueAsync(() => gateway.Upstream.Requests == 8, "all were forwarded");
        Assert.Equal(0, gateway.Part<AnonymousTraffic>().Answers.Count);
        Assert.Equal(200, (await alice.AskAsync(9, [.. s_question, ("cookie", cookie)])).Status);
    }

    [Fact]
    public async Task That_asks_nothing_goes_when_there_are_too_many_and_none_that_has_asked()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { NewcomerLimit = 2 });
        await using var asked = await ConnectAsync(gateway);
        Assert.Equal(401, (await asked.AskAsync(Question)).Status);
        await using var first = await ConnectAsync(gateway);
        await using var second = await ConnectAsync(gateway);
        await second.SendAsync(Question[..20]);
        await using var third = await ConnectAsync(gateway);

        Assert.True(await first.EndsAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(401, (await second.AskAsync(Question[20..])).Status);
        Assert.Equal(401, (await third.AskAsync(Question)).Status);
        Assert.Equal(401, (await asked.AskAsync(Question)).Status);
        Assert.Equal(0, gateway.Part<AnonymousTraffic>().Newcomers.Count);
    }

    private static string Question => $"GET / HTTP/1.1\r\nHost: {DecidingGateway.Wiki}\r\n\r\n";

    private static async Task<RawHttp2> AskAsync(DecidingGateway gateway, ushort window, int questions)
    {
        var connection = await RawHttp2.ConnectTlsAsync(gateway.Port, DecidingGateway.Wiki, window);
        for (var i = 0; i < questions; i++) await connection.BeginAsync((2 * i) + 1, s_question);
        return connection;
    }

    private static Task<RawConnection> ConnectAsync(DecidingGateway gateway) =>
        RawConnection.ConnectTlsAsync(gateway.Port, DecidingGateway.Wiki, static (_, certificate, _, _) => certificate is not null);
}
