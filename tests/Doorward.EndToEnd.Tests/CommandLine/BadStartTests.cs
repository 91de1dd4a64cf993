using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.CommandLine;

/// <summary>What `up` says when it cannot run: one line with what, where and what to do, and no door is opened.</summary>
public sealed class BadStartTests(BadStartTests.Ground ground) : IClassFixture<BadStartTests.Ground>
{
    /// <summary>An installation that ran and was killed; each test breaks a copy of it.</summary>
    public sealed class Ground : IAsyncLifetime
    {
        public ProductProcess Product { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Product = await ProductProcess.StartAsync();
            await Product.KillAsync();
        }

        public ValueTask DisposeAsync() => Product.DisposeAsync();
    }

    [Theory]
    [InlineData("head -c 20000 /dev/urandom > doorward.db; rm -f doorward.db-wal doorward.db-shm")]
    [InlineData(": > ca.pem")]
    [InlineData("rm component-ca.pem")]
    [InlineData("echo garbage > gateway/gateway.pem")]
    [InlineData("echo garbage > gateway/gateway.key")]
    [InlineData("chmod 0644 gateway/gateway.key")]
    [InlineData("rm keys/*")]
    public async Task Refuses_a_directory_that_is_not_whole(string damage) => AssertRefused(await StartBrokenAsync(damage));

    [Fact]
    public async Task Refuses_every_key_that_is_cut_off_missing_or_open_to_others()
    {
        var keys = Directory.GetFiles(Path.Combine(ground.Product.Data, "keys"));
        Assert.NotEmpty(keys);
        foreach (var key in keys.Select(Path.GetFileName))
        {
            AssertRefused(await StartBrokenAsync($": > keys/{key}"));
            AssertRefused(await StartBrokenAsync($"rm keys/{key}"));
            AssertRefused(await StartBrokenAsync($"chmod 0644 keys/{key}"));
        }
    }

    [Fact]
    public async Task Starts_when_nothing_is_broken() => Assert.Contains("\nready", await Shell.RunAsync($$"""
        {{Copy}}
        {{Up}} > said 2>&1 & up=$!
        for _ in $(seq 600); do grep -q ^ready said && break; kill -0 $up || break; sleep 0.1; done
        kill -TERM $up; wait $up; cat said
        {{Gone}}
        """));

    [Fact]
    public async Task Refuses_a_port_and_a_directory_that_are_in_use()
    {
        await using var running = await ProductProcess.StartAsync();

        var port = await Shell.RunAsync($"doorward up --data '{running.Data}-2' --listen 127.0.0.1:{running.Port} --domain doorward.test 2>&1; echo exit $?");
        var data = await Shell.RunAsync($"doorward up --data '{running.Data}' --listen 127.0.0.1:{ground.Product.Port} --domain doorward.test 2>&1; echo exit $?");

        AssertRefused(port);
        Assert.Contains($"127.0.0.1:{running.Port}", port);
        AssertRefused(data);
        await running.RunAsync(["status"]); // which lives on
    }

    // A start that is refused ends by itself, however slow the machine is.
    private Task<string> StartBrokenAsync(string damage) => Shell.RunAsync($"""
        {Copy}
        {damage}
        timeout --signal=INT 240 {Up} 2>&1; echo exit $?
        {Gone}
        """);

    private string Copy => $"copy=$(mktemp -d); cp -a '{ground.Product.Data}/.' \"$copy\"; cd \"$copy\"";

    private string Up => $"doorward up --data \"$copy\" --listen 127.0.0.1:{ground.Product.Port} --domain doorward.test";

    private static string Gone => "cd /; rm -rf \"$copy\"";

    private static void AssertRefused(string said)
    {
        Assert.EndsWith("\nexit 1", said);
        Assert.DoesNotContain("\nready", said);
        Assert.DoesNotContain("\nstop ", said);
        Assert.Single(said.Split('\n'), line => line.StartsWith("doorward: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", said);
    }
}
