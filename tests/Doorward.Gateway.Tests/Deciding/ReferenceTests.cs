using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using Doorward.Core.Applications;
using Doorward.Core.Protocol;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Tests.Running;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>Every reference that an answer carries can be found: as a decision's record, or as a refusal that the control plane is told of.</summary>
public sealed partial class ReferenceTests
{
    [Fact]
    public async Task Tells_of_a_visit_without_a_session_what_was_asked_and_not_its_query()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        using var response = await gateway.GetAsync(path: "/secret/plans?token=abc");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);

        var told = await FindAsync(gateway, await ReferenceAsync(response));

        Assert.Equal((401, "no-session", "wiki", DecidingGateway.Wiki, "GET", "/secret/plans"), (told.Status, told.Code, told.Application, told.Host, told.Method, told.Path));
        Assert.Equal(("127.0.0.1", ""), (told.Address, told.SessionId));
        Assert.DoesNotContain("abc", told.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a//b", 400, "path-empty-segment")]
    [InlineData("/.doorward/nothing", 404, "not-found")]
    public async Task Tells_of_what_was_refused_before_anybody_was_asked_for(string path, int status, string code)
    {
        await using var gateway = await DecidingGateway.StartAsync();
        using var response = await gateway.GetAsync(path: path);

        var told = await FindAsync(gateway, await ReferenceAsync(response));

        Assert.Equal((status, code, path), (told.Status, told.Code, told.Path));
    }

    [Fact]
    public async Task Tells_of_what_the_server_could_not_read()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        await using var connection = await RawConnection.ConnectTlsAsync(gateway.Port, DecidingGateway.Wiki, (_, shown, _, _) => shown is X509Certificate2 leaf && leaf.MatchesHostname(DecidingGateway.Wiki));

        var answer = await connection.AskAsync($"GET /x HTTP/1.1\r\nHost: {DecidingGateway.Wiki}\r\nno colon here\r\n\r\n");

        var told = await FindAsync(gateway, Reference().Match(answer.Body).Value);
        Assert.Equal((400, "request-malformed", "127.0.0.1", "GET", "/x"), (told.Status, told.Code, told.Address, told.Method, told.Path));
    }

    [Fact]
    public async Task Tells_of_an_address_that_the_server_could_not_read_which_it_was_without_its_query()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        await using var connection = await RawConnection.ConnectTlsAsync(gateway.Port, DecidingGateway.Wiki, (_, shown, _, _) => shown is X509Certificate2 leaf && leaf.MatchesHostname(DecidingGateway.Wiki));

        var answer = await connection.AskAsync($"GET /a%00b?token=abc HTTP/1.1\r\nHost: {DecidingGateway.Wiki}\r\nAccept: text/html\r\n\r\n");

        var told = await FindAsync(gateway, Reference().Match(answer.Body).Value);
        Assert.Equal((400, "/a%00b"), (told.Status, told.Path));
    }

    [Fact]
    public async Task Tells_of_an_answer_that_broke_off_in_the_middle_though_nobody_read_the_reference()
    {
        using var upstream = new RawUpstream("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly the beginning");
        await using var gateway = await DecidingGateway.StartAsync(adjust: wiki => wiki with { Upstreams = upstream.Application.Upstreams });
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var response = await gateway.GetAsync(gateway.SignIn("ses_a", "alice"));
            await response.Content.ReadAsByteArrayAsync();
        });

        await Eventually.TrueAsync(() => gateway.Plane.Refused.Any(refused => refused.Code == "upstream-down"), "the broken answer was told", 20);

        var told = gateway.Plane.Refused.First(refused => refused.Code == "upstream-down");
        Assert.Equal(("wiki", "ses_a", "The answer had begun, and broke off."), (told.Application, told.SessionId, told.Told));
        Assert.StartsWith("ref_", told.Reference, StringComparison.Ordinal);
        Assert.NotEmpty(told.Detail);
    }

    [Fact]
    public async Task Tells_of_an_upstream_that_is_down_what_went_wrong_and_whose_request_it_was()
    {
        await using var gateway = await DecidingGateway.StartAsync(adjust: wiki => wiki with { Upstreams = [new UpstreamDefinition(new Uri("http://127.0.0.1:9"))] });
        using var response = await gateway.GetAsync(gateway.SignIn("ses_a", "alice"));
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);

        var told = await FindAsync(gateway, await ReferenceAsync(response));

        Assert.Equal(("upstream-down", "ses_a", "wiki"), (told.Code, told.SessionId, told.Application));
        Assert.Contains("the upstream http://127.0.0.1:9 refused the connection", told.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1:9", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_later_what_happened_while_the_control_plane_was_away()
    {
        await using var gateway = await DecidingGateway.StartAsync(adjust: wiki => wiki with { Strict = true });
        var alice = gateway.SignIn("ses_a", "alice");
        Assert.Equal(200, await gateway.StatusAsync(alice));
        gateway.Plane.Partition();
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 503, "the lease ended", 20);
        using var response = await gateway.GetAsync(alice);
        var reference = await ReferenceAsync(response);
        Assert.Equal(503, (int)response.StatusCode);

        gateway.Plane.Heal();

        Assert.Equal(("lease-expired", "ses_a"), ((await FindAsync(gateway, reference)).Code, (await FindAsync(gateway, reference)).SessionId));
    }

    // The denial twin: what a decision stands behind is found as that, and told once.
    [Fact]
    public async Task A_decisions_reference_is_a_record_and_no_refusal()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        using var response = await gateway.GetAsync(gateway.SignIn("ses_m", "mallory"));
        var reference = await ReferenceAsync(response);
        Assert.StartsWith("dec_", reference, StringComparison.Ordinal);

        await Eventually.TrueAsync(() => gateway.Plane.Records.Any(record => record.Decision?.Id == reference), "the decision was recorded");
        using var nobody = await gateway.GetAsync();
        await FindAsync(gateway, await ReferenceAsync(nobody));
        Assert.DoesNotContain(gateway.Plane.Refused, refused => refused.Reference == reference);
    }

    // The clock stands still: all of it happens in one minute, and the reporter's pause never ends by itself.
    [Fact]
    public async Task A_loop_is_told_of_up_to_its_bound()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await DecidingGateway.StartAsync(clock);
        for (var i = 0; i < RefusalNotes.PerSource + 20; i++)
            Assert.Equal(401, await gateway.StatusAsync());
        using var upstream = await gateway.GetAsync(gateway.SignIn("ses_a", "alice"), path: "/.doorward/nothing");
        var somebodys = await ReferenceAsync(upstream);

        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(1));
                return gateway.Plane.Refused.Any(refused => refused.Reference == somebodys);
            },
            "somebody's reference was told");
        Assert.Equal(RefusalNotes.PerSource, gateway.Plane.Refused.Count(refused => refused.Code == "no-session"));
    }

    [Theory]
    [InlineData("Revoked", "end of the tour", "an administrator ended this session: end of the tour")]
    [InlineData("AccountDisabled", "", "your account was disabled")]
    [InlineData("SignedOut", "", "you signed out")]
    public async Task People_are_told_why_their_session_ended_where_it_is_cut_and_where_they_come_back(string cause, string reason, string words)
    {
        await using var gateway = await DecidingGateway.StartAsync();
        gateway.Plane.BeforeResolveReply = reply =>
        {
            if (!reply.Found)
                reply.Ended = new SessionEnded { SessionId = "ses_a", Cause = cause, Reason = reason };
            return Task.CompletedTask;
        };
        var alice = gateway.SignIn("ses_a", "alice");
        await using var socket = await LiveClient.OpenWebSocketAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/ws", alice, HttpVersion.Version11);

        gateway.Plane.Commit(Scenario.SessionEnded("ses_a", cause, reason));

        Assert.StartsWith($"1008 {words} (dec_", (await socket.Ended.WaitAsync(TimeSpan.FromSeconds(30))).How, StringComparison.Ordinal);
        using var program = await gateway.GetAsync(alice);
        var answer = JsonDocument.Parse(await program.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((401, "session-ended", $"Your session is over: {words}."), ((int)program.StatusCode, answer.GetProperty("code").GetString(), answer.GetProperty("detail").GetString()));
        Assert.Equal("ses_a", (await FindAsync(gateway, answer.GetProperty("reference").GetString()!)).SessionId);
        using var browser = await gateway.GetAsync(alice, browser: true);
        Assert.EndsWith($"&ended={cause}", browser.Headers.Location!.OriginalString, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => gateway.Plane.Records.Any(record => record.Decision?.Told == words), "what was told is on record");
    }

    // Nobody learns anything who never had a session, nor by a cookie of their own making.
    [Fact]
    public async Task Who_never_had_a_session_is_told_nothing_of_one()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        foreach (var cookie in new[] { null, "__Host-doorward=k.x.y" })
        {
            using var program = await gateway.GetAsync(cookie);
            Assert.Contains("no-session", await program.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using var browser = await gateway.GetAsync(cookie, browser: true);
            Assert.DoesNotContain("ended", browser.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_administrators_cut_tells_the_person_why_and_the_record_who()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        await using var socket = await LiveClient.OpenWebSocketAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/ws", alice, HttpVersion.Version11);
        await Eventually.TrueAsync(() => !gateway.Plane.Grants.IsEmpty, "the grant was told");

        gateway.Plane.Send(new ControlMessage
        {
            GrantCut = new GrantCut { GrantId = gateway.Plane.Grants.Values.Single().Id, Reason = "maintenance", By = "root", RequestId = "req_1" },
        });

        var how = (await socket.Ended.WaitAsync(TimeSpan.FromSeconds(30))).How;
        Assert.StartsWith("1008 an administrator closed this connection: maintenance (dec_", how, StringComparison.Ordinal);
        Assert.DoesNotContain("root", how, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => gateway.Plane.Records.Any(record => record.Decision is { By: "root", Told: "an administrator closed this connection: maintenance" }), "who and why is on record");
    }

    [Theory]
    [InlineData(true, "the policy changed")]
    [InlineData(false, "your groups changed")]
    public async Task A_cut_by_policy_says_what_changed(bool policy, string words)
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        await using var socket = await LiveClient.OpenWebSocketAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/ws", alice, HttpVersion.Version11);

        gateway.Plane.Commit(policy ? Scenario.PolicyRemoved("wiki") : Scenario.Group("engineering", "bob"));

        Assert.StartsWith($"1008 {words} (dec_", (await socket.Ended.WaitAsync(TimeSpan.FromSeconds(30))).How, StringComparison.Ordinal);
    }

    private static async Task<RefusedRequest> FindAsync(DecidingGateway gateway, string reference)
    {
        await Eventually.TrueAsync(() => gateway.Plane.Refused.Any(refused => refused.Reference == reference), "the reference was told", 20);
        return gateway.Plane.Refused.First(refused => refused.Reference == reference);
    }

    [GeneratedRegex(@"ref_\w+")]
    private static partial Regex Reference();

    private static async Task<string> ReferenceAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("reference").GetString()!;
}
