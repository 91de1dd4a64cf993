using Doorward.Control.Devices.Compliance;

namespace Doorward.Control.Overview;

/// <summary>How the installation does at one moment, in figures that are cheap to read.</summary>
public sealed record OverviewView
{
    public required DateTimeOffset Time { get; init; }

    /// <summary>Since when rates and cuts are counted: the start of the control plane.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Live sessions, and the people they are of.</summary>
    public required int Sessions { get; init; }
    public required int People { get; init; }

    /// <summary>Access in use, and the connections open on it.</summary>
    public required int Grants { get; init; }
    public required int Connections { get; init; }

    /// <summary>Devices that are not retired, by the colour of their health.</summary>
    public required HealthFigures Devices { get; init; }

    /// <summary>Mean of the last ten whole seconds.</summary>
    public required double DecisionsASecond { get; init; }

    /// <summary>Decisions of the last five minutes in steps of five seconds, oldest first.</summary>
    public required IReadOnlyList<DecisionRate> Rates { get; init; }

    /// <summary>Decisions of the last hour that were looked at for <see cref="Denials"/>: the newest, at most 20,000.</summary>
    public required int Judged { get; init; }

    /// <summary>Denials among them by cause, most first.</summary>
    public required IReadOnlyList<DenialCount> Denials { get; init; }

    /// <summary>Connections cut within the last hour.</summary>
    public required CutFigures Cuts { get; init; }

    /// <summary>Applications whose upstream failed within 15 minutes, most failures first.</summary>
    public required IReadOnlyList<DoorTrouble> Doors { get; init; }

    /// <summary>What somebody should look at, gravest first.</summary>
    public required IReadOnlyList<Notice> Waiting { get; init; }
}

public sealed record DecisionRate(DateTimeOffset From, int Allowed, int Denied);

public sealed record DenialCount(string Cause, int Count);

/// <param name="P50">Half of them were cut within so many milliseconds; null without any.</param>
/// <param name="P99">Nearly all were.</param>
public sealed record CutFigures(int Count, double? P50, double? P99);

public sealed record DoorTrouble(string Application, string Cause, int Count, DateTimeOffset Last);

/// <param name="Kind">administrator, audit, policy, gateway, checkpoint or verification.</param>
/// <param name="Name">The policy or gateway it is about.</param>
public sealed record Notice(string Kind, string? Name, string Message, string Fix);
