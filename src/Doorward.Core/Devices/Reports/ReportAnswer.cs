namespace Doorward.Core.Devices.Reports;

/// <summary>What a device is told when its report counted.</summary>
public sealed record ReportAnswer
{
    /// <summary>The report that this answers.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>For the next one.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>The facts that were passed over because nobody knows them here.</summary>
    public string[] Ignored { get; init; } = [];
    public required DeviceHealth Health { get; init; }
}

/// <summary>How a device does, as its person is told.</summary>
public sealed record DeviceHealth
{
    /// <summary><c>green</c>, <c>yellow</c> or <c>red</c>.</summary>
    public required string Colour { get; init; }
    public required HealthReason[] Reasons { get; init; }

    /// <summary>To the device itself: what it is called now.</summary>
    public string? Name { get; init; }
}

/// <summary>One thing that is wrong, or soon will be.</summary>
/// <param name="What">A sentence.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Until">When it begins to count; absent when it counts now.</param>
public sealed record HealthReason(string What, string Fix, DateTimeOffset? Until = null);
