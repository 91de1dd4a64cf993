namespace Doorward.Agent.Connector;

/// <summary>What a machine keeps of its joining. Nothing in it is secret but to those who may not use the replica's key.</summary>
internal sealed record ConnectorRecord
{
    public required string Connector { get; init; }
    public required string Replica { get; init; }

    /// <summary>Scheme, host and port of <c>auth.</c> and of <c>agent.</c>.</summary>
    public required string Auth { get; init; }
    public required string Agent { get; init; }

    /// <summary>The root that both are believed by, in PEM.</summary>
    public required string Root { get; init; }

    /// <summary>The root that targets are signed by, in PEM.</summary>
    public required string Authority { get; init; }

    /// <summary>Each a <c>HOST:PORT</c> to connect to, where the names do not resolve; none to connect to every address they have.</summary>
    public string[] Connect { get; init; } = [];
}

/// <summary>How a replica does, for whoever sits at its machine. Everybody on it may read it.</summary>
internal sealed record ConnectorHealth
{
    public required string Connector { get; init; }
    public required string Replica { get; init; }

    /// <summary>Of the process that wrote it.</summary>
    public required int Process { get; init; }
    public required bool Draining { get; init; }

    /// <summary>Streams to targets that are open.</summary>
    public required int Streams { get; init; }
    public required LineHealth[] Lines { get; init; }
    public required DateTimeOffset Written { get; init; }
}

/// <param name="Address">Of a gateway.</param>
/// <param name="Problem">Null while orders can come.</param>
internal sealed record LineHealth(string Address, string? Problem);
