namespace Doorward.Control.Storage;

/// <summary>The one row that numbers the change log.</summary>
public sealed class Counter
{
    public const int Only = 1;
    public int Id { get; init; } = Only;
    public required long Revision { get; set; }

    /// <summary>Changes with a restore from backup: revisions of different epochs do not compare.</summary>
    public required string Epoch { get; set; }
}

/// <summary>One change, in commit order.</summary>
public sealed class ChangeRow
{
    public required long Revision { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether this is the last change of its transaction.</summary>
    public required bool Last { get; set; }

    /// <summary>The <c>Change</c> message, without secrets: the feed adds those as it sends.</summary>
    public required byte[] Payload { get; init; }
}

/// <summary>What holds for the whole installation, in one row.</summary>
public sealed class InstallationSettings
{
    public const int Only = 1;
    public int Id { get; init; } = Only;
    public required string Domain { get; set; }
    public required int PublicPort { get; set; }
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(12);
    public TimeSpan AbsoluteTimeout { get; set; } = TimeSpan.FromDays(7);
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);
    public TimeSpan StrictLease { get; set; } = TimeSpan.FromSeconds(5);
    public string[] OwnedHeaders { get; set; } = [];
    public string TimeZone { get; set; } = "Etc/UTC";

    /// <summary>How long a sign-in, or a confirmation after it, is enough for what is dangerous.</summary>
    public TimeSpan Confirmation { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether people may enrol machines of their own without an administrator.</summary>
    public bool OwnDevices { get; set; }

    /// <summary>Counts the changes that administrators make, so that two do not overwrite one another.</summary>
    public long Version { get; set; } = 1;
}

/// <summary>A secret of the installation: cookie keys, data protection keys, signing keys.</summary>
public sealed class SealedSecret
{
    public required string Purpose { get; init; }
    public required string Name { get; init; }
    public required string Sealed { get; set; }
    public required DateTimeOffset Created { get; init; }
}
