using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>A person's side of one tunnel.</summary>
internal sealed class TestPerson(TunnelCall call) : IAsyncDisposable
{
    public const string Origin = "https://agent.door.test";

    public TunnelLeg Leg { get; } = new(call.Incoming, call.Outgoing, TimeProvider.System, dial: call.Dial);

    /// <summary>The status is 200 when there is a tunnel; else the problem says why. A target that is raw is a part of the query as it is.</summary>
    public static async Task<(int Status, TestPerson? Person, JsonElement Problem)> OpenAsync(HttpMessageInvoker http, string? token, string application = "db", string? target = null, bool raw = false, DataDial? dial = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Origin}{TunnelPaths.Applications}{application}{(target is null ? "" : $"?target={(raw ? target : Uri.EscapeDataString(target))}")}");
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", token);
        var (call, refusal) = await TunnelCall.OpenAsync(http, request, CancellationToken.None, dial).WaitAsync(TimeSpan.FromSeconds(30));
        if (call is not null) return (200, new TestPerson(call), default);
        using (refusal)
        {
            var text = await refusal!.Content.ReadAsStringAsync();
            return ((int)refusal.StatusCode, null, JsonSerializer.Deserialize<JsonElement>(text.Length == 0 ? "{}" : text));
        }
    }

    public ValueTask SayAsync(string text) => Leg.SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Says something to what says it back.</summary>
    public async Task ExchangeAsync()
    {
        await SayAsync("echo");
        Assert.Equal("echo", await HearAsync(4));
    }

    /// <summary>Reads as much text, or up to the end.</summary>
    public async Task<string> HearAsync(int length)
    {
        var heard = new StringBuilder();
        while (heard.Length < length)
        {
            var result = await Leg.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            if (result.IsCompleted && result.Buffer.IsEmpty) break;
            heard.Append(Encoding.UTF8.GetString(result.Buffer.ToArray()));
            Leg.Consume(result.Buffer.End);
        }

        return heard.ToString();
    }

    /// <summary>Sends so many random bytes to what says them back, and reads them; true when they are the same.</summary>
    public async Task<bool> ExchangeAsync(int bytes)
    {
        var all = RandomNumberGenerator.GetBytes(bytes);
        var sending = SendAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = bytes; left > 0;)
        {
            var arrived = await Leg.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            if (arrived.IsCompleted && arrived.Buffer.IsEmpty) break;
            foreach (var part in arrived.Buffer) hash.AppendData(part.Span);
            left -= (int)arrived.Buffer.Length;
            Leg.Consume(arrived.Buffer.End);
        }

        await sending;
        return hash.GetHashAndReset().AsSpan().SequenceEqual(SHA256.HashData(all));

        async Task SendAsync()
        {
            for (var at = 0; at < bytes; at += 100_000) await Leg.SendAsync(all.AsMemory(at, Math.Min(100_000, bytes - at)));
        }
    }

    /// <summary>Reads at least as many bytes.</summary>
    public async Task SkipAsync(long bytes)
    {
        while (bytes > 0)
        {
            var arrived = await Leg.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            bytes -= arrived.Buffer.Length;
            Leg.Consume(arrived.Buffer.End);
        }
    }

    /// <summary>Reads on until it is over: how it ended.</summary>
    public async Task<TunnelEnding> DrainAsync()
    {
        try
        {
            while (await Leg.ReadAsync() is var arrived && !(arrived.IsCompleted && arrived.Buffer.IsEmpty)) Leg.Consume(arrived.Buffer.End);
        }
        catch (TunnelOverException)
        {
            // As its ending says.
        }

        return await Leg.Ending.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Ends it as both sides want.</summary>
    public async Task FinishAsync()
    {
        await Leg.EndAsync();
        Assert.Equal("", await HearAsync(1));
        await DisposeAsync();
    }

    public async Task<TunnelClose> ClosedAsync() =>
        Assert.IsType<TunnelEnding.Closed>(await Leg.Ending.WaitAsync(TimeSpan.FromSeconds(20))).Close;

    /// <summary>How long an exchange takes, in the median: of a loaded machine, not of what it does now and then.</summary>
    public async Task<TimeSpan> LatencyAsync()
    {
        var times = new TimeSpan[41];
        for (var i = 0; i < times.Length; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await ExchangeAsync();
            times[i] = TimeProvider.System.GetElapsedTime(started);
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }

    public async ValueTask DisposeAsync()
    {
        await Leg.DisposeAsync();
        if (Leg.Ending.Result is TunnelEnding.Ended) call.Complete();
        await call.DisposeAsync();
    }
}
