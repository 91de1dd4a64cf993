namespace Doorward.Gateway.Forwarding;

/// <summary>One address of an application: its connections, and whether it works.</summary>
internal sealed class Upstream(Uri address, HttpMessageInvoker invoker, TimeProvider time) : IDisposable
{
    /// <summary>How long an upstream that failed is left alone before it is tried again.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    // One slow answer is no outage.
    private const int FailuresInARow = 3;

    private int _requests;
    private int _failures;
    private long _restUntil;
    private volatile bool _probeFailed;
    private volatile bool _probed;

    /// <summary>Scheme, host and port, without a slash at the end.</summary>
    public string Prefix { get; } = address.GetLeftPart(UriPartial.Authority);

    public HttpMessageInvoker Invoker => invoker;

    /// <summary>Requests under way.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public bool IsHealthy => !_probeFailed && time.GetTimestamp() >= Volatile.Read(ref _restUntil);

    /// <summary>Whether it works, as far as checks or requests have shown; null when nobody asked.</summary>
    public bool? Seen => !IsHealthy ? false : _probed ? true : null;

    public void Begin() => Interlocked.Increment(ref _requests);

    public void End() => Interlocked.Decrement(ref _requests);

    public void Succeeded() => Volatile.Write(ref _failures, 0);

    /// <param name="unreachable">No connection came about: there is no need to fail twice to know.</param>
    public void Failed(bool unreachable)
    {
        if (Interlocked.Increment(ref _failures) < FailuresInARow && !unreachable) return;
        Volatile.Write(ref _failures, 0);
        Volatile.Write(ref _restUntil, time.GetTimestamp() + (long)(Rest.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>What the last health checks say.</summary>
    public void Probed(bool healthy)
    {
        (_probed, _probeFailed) = (true, !healthy);
        if (healthy) Volatile.Write(ref _restUntil, 0);
    }

    public void Dispose() => invoker.Dispose();
}
