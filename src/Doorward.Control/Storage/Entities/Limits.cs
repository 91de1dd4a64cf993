namespace Doorward.Control.Storage;

/// <summary>How often something happened in one window. The key is a hash when it is made of personal values.</summary>
public sealed class RateLimitCounter
{
    public required string Key { get; init; }
    public required DateTimeOffset Window { get; set; }
    public required int Count { get; set; }
}

/// <summary>Consecutive failures under one key, across restarts.</summary>
public sealed class FailureCounter
{
    public required string Key { get; init; }
    public required int Count { get; set; }
    public required DateTimeOffset LastFailure { get; set; }
}
