using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Floods;

/// <summary>
/// Limits that hold under attack: under any flood the resident memory stays within 300 MB of what it is at rest, who is well behaved
/// still gets in, from the same address even, and the disk does not fill with refusals of nobody.
/// </summary>
public sealed class FloodTests : IAsyncLifetime
{
    private const long MemoryBound = 300L << 20;
    private const long DiskBound = 4L << 20;
    private ProductProcess _product = null!;
    private Attacker _attacker = null!;
    private long _memoryAtRest;
    private long _diskAtRest;

    public async ValueTask InitializeAsync()
    {
        _product = await ProductProcess.StartAsync();
        _attacker = new Attacker(_product);
        await _product.ApplyAsync($$"""
            kind: Application
            name: wiki
            hosts: [wiki.{{ProductProcess.Domain}}]
            upstream: http://127.0.0.1:9
            """);
        for (var i = 0; i < 20; i++) await VisitAsync();
        _memoryAtRest = Memory();
        _diskAtRest = Disk();
    }

    public async ValueTask DisposeAsync()
    {
        _attacker.Dispose();
        await _product.DisposeAsync();
    }

    [Fact]
    public Task Stands_many_floods_of_a_moderate_size() => StandAsync(1);

    [Fact(Explicit = true)]
    public Task Stands_many_floods_of_a_large_size() => StandAsync(8);

    private async Task StandAsync(int scale)
    {
        await FloodAsync("slow headers", 600 * scale, () => _attacker.SendAsync("wiki", SslApplicationProtocol.Http11, SlowHeaders()));
        await FloodAsync("slow bodies", 400 * scale, () => _attacker.SendAsync("auth", SslApplicationProtocol.Http11, SlowBody()));
        await FloodAsync("many streams with slow bodies", 12 * scale, () => _attacker.SendAsync("auth", SslApplicationProtocol.Http2, ManyStreams()));
        await FloodAsync("answers that nobody reads", 12 * scale, () => _attacker.SendAsync("auth", SslApplicationProtocol.Http2, UnreadPages()));
        await FloodAsync("rapid resets", 4 * scale, () => _attacker.SendAsync("auth", SslApplicationProtocol.Http2, RapidResets()));
        await FloodAsync("refusals of nobody", 20 * scale, () => _attacker.SendAsync("wiki", SslApplicationProtocol.Http11, Refusals()));
        await FloodAsync("tokens of nobody", 20 * scale, () => _attacker.SendAsync("wiki", SslApplicationProtocol.Http11, Tokens()));
        Assert.InRange(Disk() - _diskAtRest, long.MinValue, DiskBound);
    }

    private async Task FloodAsync(string name, int connections, Func<Task> attack)
    {
        for (var i = 0; i < connections; i++) await attack();
        var watch = Stopwatch.StartNew();
        await VisitAsync();
        var grown = Memory() - _memoryAtRest;
        TestContext.Current.TestOutputHelper?.WriteLine($"{connections} connections of {name}: {grown >> 20} MB more, a visitor waited {watch.ElapsedMilliseconds} ms");
        Assert.True(grown < MemoryBound, $"{name}: {grown >> 20} MB more than at rest");
        _attacker.LetGo();
    }

    private async Task VisitAsync()
    {
        using var visitor = _product.NewVisitor();
        using var page = await visitor.FollowAsync(HttpMethod.Get, _product.Url("wiki")).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.NotNull(HtmlForm.FindSignIn(await page.Content.ReadAsStringAsync()));
    }

    private long Memory()
    {
        using var process = Process.GetProcessById(_product.Id);
        return process.WorkingSet64;
    }

    private long Disk() => new DirectoryInfo(_product.Data).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file =>
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0; // a spool segment that has just been sent
        }
    });

    private static byte[] SlowHeaders() => Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {Attacker.Host("wiki")}\r\nX-A: {new string('a', 30_000)}");

    private byte[] SlowBody() => Encoding.ASCII.GetBytes(
        $"POST /signin HTTP/1.1\r\nHost: {Attacker.Host("auth")}:{_product.Port}\r\nOrigin: {_product.Url("auth").TrimEnd('/')}\r\n"
        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n\r\nusername=a");

    private byte[][] ManyStreams() =>
        [Http2Frames.Preface, .. Streams().SelectMany(stream => (byte[][])[Http2Frames.Headers(stream, ends: false, Fields("POST")), Http2Frames.Data(stream, 8_000)])];

    private byte[][] UnreadPages() =>
        [Http2Frames.PrefaceWithoutWindow, .. Streams().Select(stream => Http2Frames.Headers(stream, ends: true, Fields("GET")))];

    private byte[][] RapidResets() => [Http2Frames.Preface, .. Enumerable.Range(0, 2_000).Select(i => (2 * i) + 1)
        .Select(stream => (byte[])[.. Http2Frames.Headers(stream, ends: true, Fields("GET")), .. Http2Frames.Reset(stream)])];

    private static byte[][] Refusals()
    {
        var one = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {Attacker.Host("wiki")}\r\nSec-Fetch-Mode: navigate\r\nUser-Agent: {new string('a', 2_000)}\r\n\r\n");
        return [.. Enumerable.Repeat(one, 50)];
    }

    private static byte[][] Tokens() => [.. Enumerable.Range(0, 50).Select(_ => Encoding.ASCII.GetBytes(
        $"GET / HTTP/1.1\r\nHost: {Attacker.Host("wiki")}\r\nAuthorization: Bearer dwt_{RandomNumberGenerator.GetHexString(64)}\r\n\r\n"))];

    private static IEnumerable<int> Streams() => Enumerable.Range(0, 100).Select(i => (2 * i) + 1);

    private (string Name, string Value)[] Fields(string method) =>
    [
        (":method", method), (":scheme", "https"), (":authority", $"{Attacker.Host("auth")}:{_product.Port}"), (":path", "/signin?return=/"),
        ("origin", _product.Url("auth").TrimEnd('/')), ("content-type", "application/x-www-form-urlencoded"),
    ];
}
