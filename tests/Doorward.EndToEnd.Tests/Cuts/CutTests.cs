using Doorward.Testing;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Cuts;

/// <summary>
/// "A decision is a live thing", end to end: real sign-in, real TLS, real upstreams, and the changes made by the command line as an
/// administrator makes them.
/// </summary>
public sealed class CutTests(CutGround ground) : IClassFixture<CutGround>
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("session-revoked", "an administrator ended this session", 401)]
    [InlineData("user-disabled", "your account was disabled", 401)]
    [InlineData("group-left", "your groups changed", 403)]
    [InlineData("policy-changed", "the policy changed", 403)]
    [InlineData("application-deleted", "the application was removed", 404)]
    [InlineData("sign-in-too-old", "your sign-in became too old, sign in again", 401)]
    [InlineData("hour-over", "policy no longer allows it", 403)]
    public async Task Cuts_everything_open_within_a_second_and_lets_nobody_back_in(string cause, string words, int next)
    {
        using var visitor = await ground.OpenDoorAsync(cause);
        await using var elsewhere = await ground.OpenStreamAsync(ground.Bystander, CutGround.Quiet);
        await ground.EnterAsync(ground.Bystander, cause);
        await using var beside = await ground.OpenStreamAsync(ground.Bystander, cause);
        var open = await ground.OpenAllAsync(visitor, cause);
        await using var lateness = new Lateness();
        Assert.All(open, client => Assert.False(client.Ended.IsCompleted));
        var back = open.Select(client => ComeBackAsync(visitor, cause, client)).ToList();

        var moment = await LetComeAsync(cause);

        var endings = await Task.WhenAll(open.Select(client => client.Ended)).WaitAsync(Patience, TimeProvider.System);
        foreach (var (ending, index) in endings.Select((ending, index) => (ending, index)))
        {
            var took = TimeProvider.System.GetElapsedTime(moment, ending.Timestamp);
            Assert.True(lateness.Excuses(took, Promised), $"connection {index} ({ending.How}) took {took.TotalMilliseconds:F0} ms; the machine woke others {lateness.Worst.TotalMilliseconds:F0} ms late");
        }

        Assert.All(endings.Take(2), ending => Assert.StartsWith($"1008 {words} (", ending.How, StringComparison.Ordinal));
        Assert.All(endings.Skip(2), ending => Assert.DoesNotContain("answered", ending.How, StringComparison.Ordinal));
        Assert.All(await Task.WhenAll(back), status => Assert.Equal(next, status));
        Assert.False(elsewhere.Ended.IsCompleted, "a door that was not concerned was closed");
        if (cause is "session-revoked" or "user-disabled")
            Assert.False(beside.Ended.IsCompleted, "somebody who was not concerned was cut");
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Leaves_everything_open_when_others_are_concerned()
    {
        const string Door = "unconcerned";
        using var visitor = await ground.OpenDoorAsync(Door);
        var open = await ground.OpenAllAsync(visitor, Door);
        await ground.Product.AddUserAsync("someone");

        await ground.Product.ApplyAsync($"kind: User\nname: someone\nemail: someone@example.test\ndisabled: true\n---\n{CutGround.Group(Door, Door)}\n---\n{ground.Application(Door, "maxSignInAge: 1h")}");
        await ground.Product.RunAsync(["session", "revoke", "--user", "someone"]);

        using var after = await visitor.SendAsync(HttpMethod.Get, ground.Product.Url(Door), api: true);
        Assert.Equal(200, (int)after.StatusCode);
        Assert.All(open, client => Assert.False(client.Ended.IsCompleted));
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Cuts_within_a_second_while_the_gateway_is_busy_with_others()
    {
        const string Door = "busy";
        using var visitor = await ground.OpenDoorAsync(Door);
        var open = await ground.OpenAllAsync(visitor, Door);
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(_ => LoadAsync(enough.Token)).ToList();
        await using var lateness = new Lateness();

        await ground.Product.RunAsync(["session", "revoke", "--user", Door]);

        var moment = TimeProvider.System.GetTimestamp();
        var endings = await Task.WhenAll(open.Select(client => client.Ended)).WaitAsync(Patience, TimeProvider.System);
        await enough.CancelAsync();
        var last = TimeProvider.System.GetElapsedTime(moment, endings.Max(ending => ending.Timestamp));
        Assert.True(lateness.Excuses(last, Promised), $"the last took {last.TotalMilliseconds:F0} ms");
        Assert.All(await Task.WhenAll(load), answered => Assert.True(answered > 0));
        foreach (var client in open)
            await client.DisposeAsync();
    }

    /// <summary>The timestamp at which the change was acknowledged, or at which the clock passed what had been set.</summary>
    private async Task<long> LetComeAsync(string cause)
    {
        var product = ground.Product;
        switch (cause)
        {
            case "session-revoked":
                await product.RunAsync(["session", "revoke", (await ground.SessionAsync(cause))["id"]!.GetValue<string>()]);
                break;
            case "user-disabled":
                await product.ApplyAsync($"kind: User\nname: {cause}\nemail: {cause}@example.test\ndisabled: true");
                break;
            case "group-left":
                await product.ApplyAsync(CutGround.Group(cause, "bystander"));
                break;
            case "policy-changed":
                await product.ApplyAsync(CutGround.Policy(cause, "principal in Group::\"nobody\""));
                break;
            case "application-deleted":
                await product.RunAsync(["delete", "application", cause]);
                await product.RunAsync(["delete", "application", $"{cause}-grpc"]);
                break;
            case "sign-in-too-old":
                return await GrowOldAsync(cause);
            default:
                var end = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 4);
                await product.ApplyAsync(CutGround.Policy(cause, $"context.time.now < datetime(\"{end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\")"));
                return TimestampOf(end);
        }

        return TimeProvider.System.GetTimestamp();
    }

    private async Task<long> GrowOldAsync(string cause)
    {
        var begun = (await ground.SessionAsync(cause))["authenticated"]!.GetValue<DateTimeOffset>();
        var age = TimeSpan.FromSeconds(Math.Ceiling((TimeProvider.System.GetUtcNow() - begun).TotalSeconds) + 4);
        var bound = $"maxSignInAge: {age.TotalSeconds}s";
        await ground.Product.ApplyAsync($"{ground.Application(cause, bound)}\n---\n{ground.GrpcApplication(cause)}{bound}");
        return TimestampOf(begun + age);
    }

    private static long TimestampOf(DateTimeOffset moment)
    {
        var clock = TimeProvider.System;
        return clock.GetTimestamp() + (long)((moment - clock.GetUtcNow()).TotalSeconds * clock.TimestampFrequency);
    }

    /// <summary>Comes back the moment the connection is seen to end, on a certificate that is still trusted where the door is gone.</summary>
    private async Task<int> ComeBackAsync(Visitor visitor, string door, LiveClient client)
    {
        await client.Ended;
        using var response = await visitor.SendAsync(HttpMethod.Get, ground.Product.Url(door), api: true);
        return (int)response.StatusCode;
    }

    private async Task<int> LoadAsync(CancellationToken enough)
    {
        var answered = 0;
        while (!enough.IsCancellationRequested)
        {
            using var response = await ground.Bystander.SendAsync(HttpMethod.Get, ground.Product.Url(CutGround.Quiet), api: true);
            // The gateway bounds the rate of one session: on a fast machine some are refused, and are work all the same.
            Assert.Contains((int)response.StatusCode, new[] { 200, 429 });
            if (response.IsSuccessStatusCode) answered++;
        }

        return answered;
    }
}
