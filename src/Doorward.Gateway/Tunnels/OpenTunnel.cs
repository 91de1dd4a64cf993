using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Tunnels;

/// <summary>One tunnel that is open: the person's leg and the replica's, and the pumps between them. Ended in words wherever there are any.</summary>
internal sealed class OpenTunnel : IEndsInWords, IAsyncDisposable
{
    private readonly HttpContext _context;
    private readonly LiveConnection _live;
    private readonly FarStream _stream;
    private readonly TunnelLimits? _limits;
    private readonly TimeProvider _clock;
    private readonly TunnelLeg _near;
    private readonly TunnelLeg _far;
    private readonly long _opened;
    private readonly Lock _counting = new();
    private long _toldIn;
    private long _toldOut;

    /// <param name="context">The person's request.</param>
    /// <param name="live">What is cut of it.</param>
    /// <param name="stream">The replica's.</param>
    /// <param name="far">The frames on that, which this disposes.</param>
    /// <param name="limits">Of the application.</param>
    /// <param name="clock">For these.</param>
    public OpenTunnel(HttpContext context, LiveConnection live, FarStream stream, TunnelLeg far, TunnelLimits? limits, TimeProvider clock)
    {
        (_context, _live, _stream, _far, _limits, _clock) = (context, live, stream, far, limits, clock);
        _opened = clock.GetTimestamp();
        _near = new TunnelLeg(context.Request.BodyReader, context.Response.BodyWriter, clock);
    }

    /// <summary>The person's leg.</summary>
    public TunnelLeg Near => _near;

    /// <summary>Ends when either side has, or when it was cut.</summary>
    public async Task RunAsync()
    {
        var up = TunnelPump.RunAsync(_near, _far);
        var down = TunnelPump.RunAsync(_far, _near);
        await Task.WhenAny(_near.Ending, _far.Ending);
        if (WordsOf(_far.Ending, new TunnelClose(TunnelCloseCodes.ConnectorLost, "the machine that carried it is gone")) is { } broken)
        {
            // What had come before it broke belongs to the person.
            await Task.WhenAny(down, Task.Delay(TunnelLeg.LastWord, _clock));
            await _near.CloseAsync(broken);
        }
        else if (WordsOf(_near.Ending, new TunnelClose(TunnelCloseCodes.Gone, "the person's side went away")) is { } gone)
        {
            await _far.CloseAsync(gone);
        }

        await SettleAsync(Task.WhenAll(up, down));
    }

    public void BeginClose(CutReason reason) => _ = EndAsync(new TunnelClose(TunnelCloseCodes.Cut, reason.Text, reason.Reference.Length == 0 ? null : reason.Reference));

    /// <summary>Counts what passed, and ends it when its time is over.</summary>
    public void Look()
    {
        Count();
        if (_limits?.Longest is { } longest && _clock.GetElapsedTime(_opened) >= longest)
            _ = EndAsync(new TunnelClose(TunnelCloseCodes.Expired, $"it was open for {Words(longest)}, as long as the application allows"));
        else if (_limits?.Idle is { } idle && _clock.GetElapsedTime(Math.Max(_near.LastPassed, _far.LastPassed)) >= idle)
            _ = EndAsync(new TunnelClose(TunnelCloseCodes.Idle, $"nothing passed for {Words(idle)}, as long as the application allows"));
    }

    public async ValueTask DisposeAsync()
    {
        // Each may wait for who is far away: neither for the other.
        await Task.WhenAll(_near.DisposeAsync().AsTask(), _far.DisposeAsync().AsTask());
        Count();
        if (!await Parting.IsWholeAsync(_near, _context.Request.BodyReader, _clock)) _live.Reset();
    }

    /// <summary>Whether the replica's stream may end by itself, or must be broken off. Once it is disposed.</summary>
    public Task<bool> IsFarWholeAsync() => Parting.IsWholeAsync(_far, _stream.Incoming, _clock);

    // Once both legs are over, what is still being written to one that takes nothing has waited long enough.
    private async Task SettleAsync(Task through)
    {
        await Task.WhenAny(through, Task.WhenAll(_near.Ending, _far.Ending));
        await Task.WhenAny(through, Task.Delay(TunnelLeg.LastWord, _clock));
        if (!through.IsCompleted)
        {
            _live.Reset();
            _stream.Reset();
        }

        await through;
    }

    // The person is told, and the target's side; who does not take it in a moment is reset.
    private Task EndAsync(TunnelClose close) => Task.WhenAll(_far.CloseAsync(close).AsTask(), _near.CloseAsync(close).AsTask());

    private void Count()
    {
        lock (_counting)
        {
            var (received, sent) = (_near.Received, _near.Sent);
            _live.CountIn(received - _toldIn);
            _live.CountOut(sent - _toldOut);
            (_toldIn, _toldOut) = (received, sent);
        }
    }

    private static TunnelClose? WordsOf(Task<TunnelEnding> ending, TunnelClose otherwise) => !ending.IsCompleted ? null : ending.Result switch
    {
        TunnelEnding.Ended => null,
        TunnelEnding.Closed closed => closed.Close,
        _ => otherwise,
    };

    private static string Words(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} seconds" : time.TotalHours < 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalHours:0} hours";
}
