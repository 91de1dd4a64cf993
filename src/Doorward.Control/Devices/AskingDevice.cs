using System.Data.Common;
using Doorward.Control.Storage;

namespace Doorward.Control.Devices;

/// <summary>A device that asks something: what is read of it at each of its requests, and no more.</summary>
internal sealed record AskingDevice
{
    // What it reported is long and lies before the verdict: that is passed over where no reasons are told.
    public const string Statement = """
        SELECT "Id", "PublicKey", "KeyHash", "SessionKeys", "OwnerId", "Standing", "HoldCause", "StandingReason", "Stale", "Health",
        CASE WHEN "Health" = 'green' THEN '' ELSE "Verdict" END, "Name" FROM "Devices" WHERE "Id" = @key
        """;

    public required string Id { get; init; }
    public required string Name { get; init; }
    public required byte[] PublicKey { get; init; }
    public required byte[] KeyHash { get; init; }
    public required byte[]? SessionKeys { get; init; }
    public required string? OwnerId { get; init; }
    public required DeviceStanding Standing { get; init; }
    public required DeviceHoldCause? HoldCause { get; init; }
    public required string? StandingReason { get; init; }
    public required bool Stale { get; init; }
    public required string Health { get; init; }

    /// <summary>Empty of one whose health is green.</summary>
    public required string Verdict { get; init; }

    public static AskingDevice Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        PublicKey = row.GetFieldValue<byte[]>(1),
        KeyHash = row.GetFieldValue<byte[]>(2),
        SessionKeys = row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
        OwnerId = TextOf(row, 4),
        Standing = Enum.Parse<DeviceStanding>(row.GetString(5)),
        HoldCause = TextOf(row, 6) is { } cause ? Enum.Parse<DeviceHoldCause>(cause) : null,
        StandingReason = TextOf(row, 7),
        Stale = row.GetBoolean(8),
        Health = row.GetString(9),
        Verdict = row.GetString(10),
        Name = row.GetString(11),
    };

    private static string? TextOf(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
